"""The facts about bank rules."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("bank_rule.added", "Bank rule {name} made: {outcome}", "payments"),
    FactType("bank_rule.changed", "Bank rule {name} changed: {outcome}", "payments"),
    FactType("bank_rule.switched", "Bank rule {name} switched {word}", "payments"),
    FactType("bank_rule.removed", "Bank rule {name} removed", "payments"),
)
