"""The facts about who may do what."""

from __future__ import annotations

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("tenant.created", "Tenant {name} created", "administration"),
    FactType("user.invited", "{email} invited as {role}", "administration"),
    FactType("membership.changed", "{email} is {role} now", "administration"),
    FactType("membership.ended", "{email} no longer has access", "administration"),
    FactType("role.created", "Role {name} created: {permissions}", "administration"),
    FactType("role.changed", "Role {name} changed: {permissions}", "administration"),
    FactType("api_key.created", "API key {name} created: {scopes}", "administration"),
    FactType("api_key.revoked", "API key {name} revoked", "administration"),
)
