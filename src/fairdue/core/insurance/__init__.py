"""Trade credit insurance as pure rules: policy, limits, cover, obligations, premium, indemnity, recovery."""
