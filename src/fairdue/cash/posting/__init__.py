"""How money is posted: the creditor's tolerances and limits, what customers' codes mean, money that is on account."""
