"""The tables of the foundation room."""

from fairdue.foundation.models.access import ApiKey, CustomRole, Membership, User
from fairdue.foundation.models.approvals import Approval
from fairdue.foundation.models.facts import Fact, FactBlock, IdempotencyKey, OutboxRow
from fairdue.foundation.models.shared import SharedValue
from fairdue.foundation.models.stored import OutgoingMail, StoredFile
from fairdue.foundation.models.tenants import Tenant

__all__ = [
    "ApiKey",
    "Approval",
    "CustomRole",
    "Fact",
    "FactBlock",
    "IdempotencyKey",
    "Membership",
    "OutboxRow",
    "OutgoingMail",
    "SharedValue",
    "StoredFile",
    "Tenant",
    "User",
]
