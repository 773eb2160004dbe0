"""Who may sign in, where, and as what. These tables are read before a tenant is known.

They are therefore platform tables without row-level security; every query on them names the user or the
key that it is about.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from fairdue.foundation.ids import uuid7
from fairdue.foundation.tenancy import TenantModel


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new user; without a password none can be used until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an e-mail address, however it is capitalised."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person (or a machine account) who signs in; what they may do stands in `Membership`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=8, default="en")
    theme = models.CharField(max_length=8, default="auto")
    shortcuts = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    is_staff = False
    is_superuser = False

    class Meta:
        db_table = "app_user"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return how the person is called on screens."""
        return self.name or self.email

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Refuse Django's own permissions: memberships decide."""
        del perm, obj
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Refuse Django's own permissions: memberships decide."""
        del app_label
        return False


class Membership(models.Model):
    """A user in a tenant, in one role; with a creditor the user sees that creditor only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey("foundation.Tenant", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=60)
    creditor_id = models.UUIDField(null=True, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=~models.Q(role="client") | models.Q(creditor_id__isnull=False),
                name="membership_client_has_creditor",
            ),
        ]


class CustomRole(TenantModel):
    """A role that a tenant put together itself from the permissions of `foundation.permissions`."""

    name = models.SlugField(max_length=60, db_index=False)
    title = models.CharField(max_length=100)
    permissions = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        db_table = "custom_role"
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="custom_role_name")]


class ApiKey(models.Model):
    """A machine's key: only its hash is kept; `scopes` are permissions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("foundation.Tenant", on_delete=models.CASCADE, related_name="+")
    creditor_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=60), default=list)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_key"
