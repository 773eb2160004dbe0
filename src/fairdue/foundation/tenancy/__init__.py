"""The tenancy kit: models, keys, policies and the context that scope every row to one tenant.

`TenantModel` gives a table its composite key and, by constraints that migrations detect, forced
row-level security, the grants of each role and composite foreign keys. `tenant_context` opens the
transaction in which the rows of one tenant (and, for client users, one creditor) exist at all.
"""

from fairdue.foundation.tenancy import lookups as lookups
from fairdue.foundation.tenancy.context import current_tenant, tenant_context
from fairdue.foundation.tenancy.fields import TenantForeignKey
from fairdue.foundation.tenancy.models import Access, TenantModel

__all__ = ["Access", "TenantForeignKey", "TenantModel", "current_tenant", "tenant_context"]
