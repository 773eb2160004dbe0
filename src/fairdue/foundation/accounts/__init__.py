"""Tenants, people with their roles, and API keys: the commands behind `fairdue tenant|user|key`.

Every change is a fact with its actor. Nobody gives away more than they hold themselves.
"""

from fairdue.foundation.accounts.keys import (
    ApiKeyRow,
    KeyHolder,
    NewApiKey,
    api_keys,
    authenticate_api_key,
    create_api_key,
    person_behind,
    revoke_api_key,
)
from fairdue.foundation.accounts.people import MemberRow, change_membership, invite_user, members, role_of
from fairdue.foundation.accounts.roles import RoleRow, change_custom_role, create_custom_role, custom_roles
from fairdue.foundation.accounts.tenants import create_tenant

__all__ = [
    "ApiKeyRow",
    "KeyHolder",
    "MemberRow",
    "NewApiKey",
    "RoleRow",
    "api_keys",
    "authenticate_api_key",
    "change_custom_role",
    "change_membership",
    "create_api_key",
    "create_custom_role",
    "create_tenant",
    "custom_roles",
    "invite_user",
    "members",
    "person_behind",
    "revoke_api_key",
    "role_of",
]
