"""Read the PostgreSQL catalog and say everything about it that would let a tenant's rows out.

What must hold comes from the models (`Access`) and from the lists of explained exceptions below; what is
held comes from the catalog alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from fairdue.foundation.database import role
from fairdue.foundation.migrating import platform_tables
from fairdue.foundation.tenancy import TenantModel

TENANT_RULE = "(tenant_id = (NULLIF(current_setting('fairdue.tenant'::text, true), ''::text))::bigint)"
CREDITOR_RULE = "({column} = (NULLIF(current_setting('fairdue.creditor'::text, true), ''::text))::uuid)"

BEFORE_A_TENANT_IS_KNOWN = {
    "membership": "says which tenants a person who signs in belongs to",
    "api_key": "says which tenant a machine that calls belongs to",
    "portal_link": "says which tenant the holder of a portal link belongs to",
}
"""Platform tables with a tenant_id and no policy: they are read to find the tenant."""

GLOBAL_INDEXES: dict[str, str] = {}
"""Indexes of tenant tables that do not start with the tenant, with the reason."""

STAFF_ONLY = {
    "import_run": "client users do not import",
    "message_wording": "the wordings of letters are the agency's own",
}
"""Tables with a creditor_id that the client role gets nothing of."""

_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
_POLICIES = """
SELECT c.relname, p.polname, p.polpermissive, p.polcmd::text,
       (SELECT array_agg(coalesce(r.rolname, 'public')) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
"""
_INDEXES = """
SELECT c.relname, i.relname, x.indisprimary, x.indisunique,
       (SELECT array_agg(coalesce(a.attname, '(expression)') ORDER BY k.n)
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(att, n)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.att AND k.att > 0)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = 'public'::regnamespace
"""
_FOREIGN_KEYS = """
SELECT c.relname, k.conname, t.relname,
       (SELECT array_agg(a.attname ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u(att, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.att),
       (SELECT array_agg(a.attname ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY u(att, n)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.att),
       k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace
"""
_GRANTS = """
SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type, NULL, x.is_grantable, c.relkind::text
FROM pg_class c, aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relnamespace = 'public'::regnamespace AND x.grantee <> c.relowner
UNION ALL
SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type, a.attname, x.is_grantable, c.relkind::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE c.relnamespace = 'public'::regnamespace AND x.grantee <> c.relowner
"""
_ROLES = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolcanlogin,
       (SELECT array_agg(m.rolname || CASE WHEN pg_has_role(r.oid, m.oid, 'USAGE') THEN ' (inherited)' ELSE '' END)
        FROM pg_auth_members g JOIN pg_roles m ON m.oid = g.roleid WHERE g.member = r.oid),
       (SELECT count(*) FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
        AND d.deptype = 'o'),
       has_schema_privilege(r.oid, 'public', 'CREATE')
FROM pg_roles r WHERE r.rolname = ANY(%s)
"""
_FUNCTIONS = """
SELECT p.proname, p.proconfig::text,
       EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x WHERE x.grantee = 0),
       (SELECT array_agg(r.rolname::text) FROM aclexplode(p.proacl) x JOIN pg_roles r ON r.oid = x.grantee
        WHERE x.grantee <> p.proowner)
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
"""
_VIEWS = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
  AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT coalesce(c.reloptions::text LIKE '%%security_invoker=true%%', false))
"""


@dataclass(frozen=True)
class Catalog:
    """What a connection reads; `problems` is the verdict."""

    rows: dict[str, list[tuple]]

    @classmethod
    def read(cls, cursor):
        def fetch(statement, *parameters):
            cursor.execute(statement, parameters)
            return cursor.fetchall()

        kinds = [role(kind) for kind in ("owner", "app", "client", "loader")]
        return cls(
            {
                "tables": fetch(_TABLES), "policies": fetch(_POLICIES), "indexes": fetch(_INDEXES),
                "foreign_keys": fetch(_FOREIGN_KEYS), "grants": fetch(_GRANTS), "roles": fetch(_ROLES, kinds),
                "functions": fetch(_FUNCTIONS), "views": fetch(_VIEWS),
            }
        )  # fmt: skip

    def of(self, kind, table):
        return [row[1:] for row in self.rows[kind] if row[0] == table]

    @property
    def tenant_tables(self):
        return {name for name, *_, has in self.rows["tables"] if has} - BEFORE_A_TENANT_IS_KNOWN.keys()

    def problems(self):
        models = tenant_models()
        found = [
            f"{name}: has a tenant_id and no model says who may use it" for name in self.tenant_tables - set(models)
        ]
        found += [f"{name}: its table does not exist" for name in set(models) - self.tenant_tables]
        for table in sorted(self.tenant_tables & set(models)):
            found += [f"{table}: {problem}" for problem in self._table(table, models[table])]
        found += self._platform() + self._roles() + self._functions()
        return found + [f"{name}: a view shows its owner's rows, not the asker's" for (name,) in self.rows["views"]]

    def _table(self, table, model):
        ((enabled, forced, _),) = self.of("tables", table)
        if not enabled:
            yield "row-level security is off"
        if not forced:
            yield "row-level security is not forced on the owner"
        yield from self._policies(table, model.access)
        yield from self._keys(table)
        yield from self._grants(table, model.access)
        names = {field.column for field in model._meta.concrete_fields}
        if "creditor_id" in names and not model.access.creditor and table not in STAFF_ONLY:
            yield "has a creditor_id, but client users are not narrowed by it"
        if model.access.creditor and model.access.creditor not in names:
            yield f"is narrowed by {model.access.creditor}, which it does not have"

    def _policies(self, table, access):
        expected = {(f"{table}_tenant", True, "*", ("public",), TENANT_RULE, TENANT_RULE)}
        if access.creditor:
            rule = CREDITOR_RULE.format(column=access.creditor)
            expected.add((f"{table}_tenant_client", False, "*", (role("client"),), rule, rule))
        held = {(n, p, c, tuple(r), q, w) for n, p, c, r, q, w in self.of("policies", table)}
        yield from (f"the policy {policy[0]} is missing or other than declared" for policy in expected - held)
        yield from (f"the policy {policy[0]} is not declared like this" for policy in held - expected)

    def _keys(self, table):
        for name, primary, unique, columns in self.of("indexes", table):
            kind = "primary key" if primary else "unique index" if unique else "index"
            if columns[0] != "tenant_id" and name not in GLOBAL_INDEXES:
                yield f"the {kind} {name} does not start with the tenant"
            if primary and columns != ["tenant_id", "id"]:
                yield f"the primary key is {columns}"
        for name, target, columns, to, valid in self.of("foreign_keys", table):
            if target in self.tenant_tables and (columns[0], to[0]) != ("tenant_id", "tenant_id"):
                yield f"the foreign key {name} to {target} does not name the tenant"
            if not valid:
                yield f"the foreign key {name} is not validated"

    def _grants(self, table, access):
        app = {(word.upper(), None) for word in access.app.split()}
        if access.update and "update" in access.app.split():
            app = app - {("UPDATE", None)} | {("UPDATE", column) for column in access.update}
        allowed = {
            role("app"): app,
            role("client"): {(word.upper(), None) for word in access.client.split()} if access.creditor else set(),
            role("loader"): {(word, None) for word in ("SELECT", "INSERT", "UPDATE", "DELETE")},
        }
        for who, what, column, grantable, _ in self.of("grants", table):
            if (what, column) not in allowed.get(who, set()):
                yield f"{who} may {what}{f' ({column})' if column else ''}, which is not declared"
            if grantable:
                yield f"{who} may pass {what} on"

    def _platform(self):
        found = []
        tenant = self.tenant_tables
        for name, who, what, _, grantable, kind in self.rows["grants"]:
            right = (
                name in tenant
                or (who == role("app") and (what in {"SELECT", "INSERT", "UPDATE", "DELETE"} or kind == "S"))
                or (who == role("loader") and (what == "SELECT" or kind == "S"))
            )
            if not right or grantable:
                found.append(f"{name}: {who} may {what}")
        known = tenant | set(platform_tables())
        for name, *_ in self.rows["tables"]:
            if name not in known:
                found.append(f"{name}: nobody says what this table is")
            found += [
                f"{name}: the foreign key {key} of a platform table points into the tenants' {target}"
                for key, target, *_ in self.of("foreign_keys", name)
                if name not in tenant and target in tenant
            ]
        return found

    def _roles(self):
        found = []
        for (
            name,
            superuser,
            bypass,
            makes_roles,
            makes_databases,
            replicates,
            login,
            member,
            owns,
            creates,
        ) in self.rows["roles"]:
            flags = {
                "superuser": superuser,
                "makes roles": makes_roles,
                "makes databases": makes_databases,
                "replicates": replicates,
            }
            found += [f"{name}: {flag}" for flag, on in flags.items() if on]
            if bypass and name != role("loader"):
                found.append(f"{name}: bypasses row-level security")
            if name == role("owner"):
                continue
            if owns:
                found.append(f"{name}: owns {owns} objects")
            if creates:
                found.append(f"{name}: may create in the schema")
            if (member or []) != ([role("client")] if name == role("app") else []):
                found.append(f"{name}: is a member of {member}")
            if name == role("client") and login:
                found.append(f"{name}: may log in")
        return found

    def _functions(self):
        found = []
        for name, config, public, grantees in self.rows["functions"]:
            if "search_path=" not in (config or ""):
                found.append(f"{name}(): runs as its owner without a fixed search_path")
            if public:
                found.append(f"{name}(): runs as its owner and everybody may call it")
            found += [
                f"{name}(): {who} may call it" for who in grantees or [] if who not in {role("app"), role("loader")}
            ]
        return found


def tenant_models():
    """Return the tenant models of the installed rooms by table."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, TenantModel)}
