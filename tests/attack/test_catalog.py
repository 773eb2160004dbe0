"""The catalog holds what DESIGN §3 promises of every table; a table that lacks any of it is named."""

import pytest
from django.db import connections, transaction

from fairdue.foundation.database import role
from tests.attack.catalog import Catalog, tenant_models


def problems(*statements):
    """Return what the checker says after `statements` of the owner, which are rolled back."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        found = Catalog.read(cursor).problems()
        transaction.set_rollback(True, using="owner")
    return found


def test_every_table_of_every_room_is_as_declared():
    found = problems()
    assert not found, "\n".join(found)


def test_the_checker_looks_at_every_tenant_table():
    with connections["owner"].cursor() as cursor:
        assert Catalog.read(cursor).tenant_tables == set(tenant_models())
    assert len(tenant_models()) >= 15


GOOD = """
CREATE TABLE stray (tenant_id bigint NOT NULL REFERENCES tenant(id), id uuid NOT NULL, PRIMARY KEY (tenant_id, id))
"""
OWN = "tenant_id = nullif(current_setting('fairdue.tenant', true), '')::bigint"
SECURE = "CREATE FUNCTION loose() RETURNS int LANGUAGE sql SECURITY DEFINER"
KEY = "FOREIGN KEY (tenant_id, debtor_id) REFERENCES debtor"
POST = "GRANT EXECUTE ON FUNCTION fairdue_post"
DROP = "DROP POLICY hold_tenant ON hold"


@pytest.mark.parametrize(
    "statements, named",
    [
        ([GOOD], "stray: has a tenant_id and no model"),
        (["CREATE TABLE odd (id int)"], "odd: nobody says what this table is"),
        (["ALTER TABLE hold DISABLE ROW LEVEL SECURITY"], "hold: row-level security is off"),
        (["ALTER TABLE hold NO FORCE ROW LEVEL SECURITY"], "hold: row-level security is not forced"),
        (["DROP POLICY hold_tenant ON hold"], "hold: the policy hold_tenant is missing"),
        (["DROP POLICY hold_tenant_client ON hold"], "hold: the policy hold_tenant_client is missing"),
        (["CREATE POLICY more ON hold USING (true)"], "hold: the policy more is not declared"),
        (
            [DROP, f"CREATE POLICY hold_tenant ON hold USING ({OWN} OR tenant_id = 1)"],
            "hold: the policy hold_tenant is not declared like this",
        ),
        (
            [DROP, f"CREATE POLICY hold_tenant ON hold USING ({OWN}) WITH CHECK (true)"],
            "hold: the policy hold_tenant is not declared like this",
        ),
        (["CREATE INDEX by_reason ON hold (reason)"], "hold: the index by_reason does not start"),
        (["CREATE INDEX by_word ON hold (lower(reason))"], "hold: the index by_word does not start"),
        (["CREATE UNIQUE INDEX one_note ON hold (id)"], "hold: the unique index one_note does not start"),
        (["ALTER TABLE hold DROP CONSTRAINT hold_pkey, ADD PRIMARY KEY (id, tenant_id)"], "hold: the primary key is"),
        (
            ["CREATE UNIQUE INDEX lone ON debtor (id)",
             "ALTER TABLE hold ADD FOREIGN KEY (debtor_id) REFERENCES debtor (id)"],
            "hold: the foreign key hold_debtor_id_fkey to debtor does not name the tenant",
        ),
        (
            ["ALTER TABLE hold DROP CONSTRAINT hold_debtor_fk",
             f"ALTER TABLE hold ADD CONSTRAINT hold_debtor_fk {KEY} NOT VALID"],
            "hold: the foreign key hold_debtor_fk is not validated",
        ),
        ([f"GRANT DELETE ON hold TO {role('app')}"], "may DELETE, which is not declared"),
        ([f"GRANT UPDATE ON open_item TO {role('app')}"], "open_item: fairdue_test_app may UPDATE, which"),
        ([f"GRANT UPDATE (residual) ON open_item TO {role('app')}"], "may UPDATE (residual), which is not declared"),
        ([f"GRANT INSERT ON journal_line TO {role('app')}"], "journal_line: fairdue_test_app may INSERT"),
        ([f"GRANT TRUNCATE ON fact TO {role('loader')}"], "fact: fairdue_test_loader may TRUNCATE"),
        ([f"GRANT SELECT ON outbox TO {role('client')}"], "outbox: fairdue_test_client may SELECT"),
        ([f"GRANT INSERT ON hold TO {role('client')}"], "hold: fairdue_test_client may INSERT"),
        (["GRANT SELECT ON creditor TO PUBLIC"], "creditor: PUBLIC may SELECT"),
        (["GRANT SELECT ON app_user TO PUBLIC"], "app_user: PUBLIC may SELECT"),
        ([f"GRANT SELECT ON app_user TO {role('client')}"], "app_user: fairdue_test_client may SELECT"),
        ([f"GRANT SELECT ON hold TO {role('app')} WITH GRANT OPTION"], "may pass SELECT on"),
        (["CREATE VIEW everything AS SELECT * FROM debtor"], "everything: a view shows"),
        (["CREATE MATERIALIZED VIEW frozen AS SELECT 1"], "frozen: a view shows"),
        (
            [f"{SECURE} AS 'SELECT 1'"],
            "loose(): runs as its owner without a fixed search_path",
        ),
        (
            [f"{SECURE} SET search_path = public AS 'SELECT 1'"],
            "loose(): runs as its owner and everybody may call it",
        ),
        ([f"{POST} TO {role('client')}"], "fairdue_post(): fairdue_test_client may call"),
    ],
)  # fmt: skip
def test_a_deliberate_fault_is_named(statements, named):
    found = problems(*statements)
    assert any(named in problem for problem in found), found


def test_a_model_with_a_creditor_that_does_not_narrow_by_it_is_named(monkeypatch):
    from fairdue.foundation.tenancy import Access
    from fairdue.receivables.models import Hold

    monkeypatch.setattr(Hold, "access", Access(app=Hold.access.app, update=Hold.access.update))
    assert "hold: has a creditor_id, but client users are not narrowed by it" in problems()


def test_a_role_that_is_too_strong_is_named(monkeypatch):
    with connections["owner"].cursor() as cursor:
        catalog = Catalog.read(cursor)
    strong = [
        (role("app"), True, True, True, True, True, True, [role("owner")], 3, True),
        (role("client"), False, False, False, False, False, True, None, 0, False),
    ]
    found = Catalog(catalog.rows | {"roles": strong}).problems()
    for word in ("superuser", "bypasses", "makes roles", "owns 3", "may create", "member of", "may log in"):
        assert any(word in problem for problem in found), word
