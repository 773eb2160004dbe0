"""The facts that the insurance room records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("policy.taken_out", "Policy {number} with {insurer} taken out", "insurance"),
    FactType("policy.terms_changed", "Terms of policy {number} changed from {valid_from}", "insurance"),
    FactType("limit.taken_over", "Limits taken over from the merged record", "insurance"),
    FactType("limit.left_behind", "Limits of the merged record left behind; the survivor has its own", "insurance"),
    FactType("limit.decided", "Insurer limit {change} from {acts_on}: {amount}", "insurance"),
    FactType("turnover.declared", "Turnover of {amount} declared for {period}", "insurance"),
    FactType("premium.posted", "Premium of {amount} for policy {number} booked", "insurance"),
    FactType("premium.reversed", "Premium booking of policy {number} taken back: {amount}", "insurance"),
    FactType("duty.kept", "{number}: {duty} done on {done_on}", "insurance"),
    FactType("claim.filed", "Claim {number} of {amount} filed: {cause}", "insurance"),
    FactType("claim.indemnified", "Claim {number} indemnified with {amount}, borne {borne}", "insurance"),
    FactType("claim.withdrawn", "Claim {number} withdrawn: {reason}", "insurance"),
    FactType("claim.reopened", "Claim {number} waits again: {amount} went back", "insurance"),
    FactType("claim.reduced", "{amount} came in on {item} of claim {number}; the insurer should know", "insurance"),
    FactType("claim.contested", "{amount} of claim {number} is contested: {reason}", "insurance"),
    FactType("claim.uncontested", "{amount} of claim {number} is no longer contested", "insurance"),
    FactType("recovery.noticed", "{amount} came in after claim {number} was indemnified; to be shared", "insurance"),
    FactType("indemnity.received", "{amount} received from the insurer for claim {number}", "insurance"),
    FactType("recovery.shared", "{amount} recovered on claim {number}: insurer {insurer}, kept {kept}", "insurance"),
)
