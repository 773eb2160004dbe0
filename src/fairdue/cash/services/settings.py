"""The creditor's settings and experience, as the services read them."""

from fairdue.cash.policies import experience, in_shadow, policy_of, settings_of, tolerances_of

__all__ = ["experience", "in_shadow", "policy_of", "settings_of", "tolerances_of"]
