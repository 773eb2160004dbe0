"""An intruder who has the application's own connection tries to reach another tenant, or to bend the books."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from fairdue.foundation.database import role
from tests import make
from tests.attack.catalog import tenant_models
from tests.attack.raw import as_owner, filled, refused, rows

TABLES = sorted(tenant_models())
NOT_ALLOWED = "permission denied|row-level security|must be owner|append-only"


@pytest.fixture
def own(ctx, books):
    return filled(ctx, books)


@pytest.fixture
def theirs(other_ctx):
    with other_ctx.open():
        their_books = make.books(other_ctx)
    return filled(other_ctx, their_books)


@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_there_are_no_rows(own, table):
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize("table", TABLES)
def test_another_tenants_rows_are_neither_read_nor_changed_nor_taken(ctx, own, theirs, table):
    with ctx.open():
        assert rows(f"SELECT count(*) FROM {table} WHERE tenant_id <> %s", [ctx.tenant]) == [(0,)]
        for statement in (
            f"UPDATE {table} SET id = id WHERE tenant_id = %s",
            f"DELETE FROM {table} WHERE tenant_id = %s",
            f"SELECT * FROM {table} WHERE tenant_id = %s FOR UPDATE",
        ):
            assert _nothing_or_refused(statement, [theirs["tenant"]])
        refused(
            f"INSERT INTO {table} (tenant_id, id) VALUES (%s, gen_random_uuid())", [theirs["tenant"]],
            match="row-level security|permission denied",
        )  # fmt: skip
        refused(f"TRUNCATE {table}", match="permission denied")
        refused(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", match="must be owner")
        refused(f"DROP POLICY {table}_tenant ON {table}", match="must be owner")
        refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL", match="must be owner|permission denied")


def _nothing_or_refused(statement, parameters):
    try:
        with transaction.atomic():
            found = rows(statement, parameters)
    except DatabaseError as error:
        return "permission denied" in str(error)
    return found in (0, [])


def test_no_row_can_be_moved_to_another_tenant(ctx, own, theirs):
    heart = {"open_item", "credit", "allocation", "hold", "fact", "journal_entry", "journal_line", "account", "debtor"}
    with ctx.open():
        with_rows = {table for table in TABLES if rows(f"SELECT count(*) FROM {table}") != [(0,)]}
        assert heart <= with_rows
        for table in with_rows:
            refused(f"UPDATE {table} SET tenant_id = %s", [theirs["tenant"]], match=NOT_ALLOWED)


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE {owner}",
        "SET ROLE {loader}",
        "SET SESSION AUTHORIZATION {owner}",
        "GRANT {loader} TO {app}",
        "GRANT {owner} TO CURRENT_USER",
        "ALTER ROLE {app} BYPASSRLS",
        "ALTER ROLE {app} SUPERUSER",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION pg_trgm",
        "COPY debtor TO PROGRAM 'cat'",
        "COPY debtor TO '/tmp/out.csv'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "ALTER FUNCTION fairdue_post SECURITY INVOKER",
        "DROP FUNCTION fairdue_append_only CASCADE",
        "REASSIGN OWNED BY {owner} TO {app}",
        "DROP TRIGGER fact_append_only ON fact",
        "LOCK TABLE journal_line IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_the_role_can_not_be_strengthened(ctx, own, statement):
    names = {kind: role(kind) for kind in ("owner", "loader", "app")}
    with ctx.open():
        refused(statement.format(**names), match=r"permission denied|must be|must have|denied|only roles|not permitted")


def test_switching_row_security_off_fails_the_query_instead_of_the_policy(ctx, own, theirs):
    with ctx.open(), transaction.atomic():
        rows("SET LOCAL row_security = off")
        refused("SELECT * FROM debtor", match="would be affected by row-level security")


def test_copy_gives_no_row_of_another_tenant(ctx, own, theirs):
    with ctx.open(), connections["default"].cursor() as cursor:
        with cursor.cursor.copy("COPY (SELECT tenant_id FROM debtor) TO STDOUT") as out:
            tenants = {int(row) for row in bytes(b"".join(out)).split()}
        assert tenants == {ctx.tenant}
        refuses = pytest.raises(psycopg.Error, match="COPY FROM not supported with row-level security")
        with refuses, transaction.atomic(), cursor.cursor.copy("COPY hold FROM STDIN") as copy:
            copy.write("x")


CROSS = "violates foreign key constraint|row-level security"


HOLD = (
    "INSERT INTO hold (tenant_id, id, creditor_id, debtor_id, reason, note, from_on, released_by, placed_by)"
    " VALUES (%(mine)s, %(new)s, %(creditor)s, %(debtor)s, 'x', '', %(today)s, '', '')"
)
ITEM = (
    "INSERT INTO open_item (tenant_id, id, creditor_id, debtor_id, kind, number, currency, amount, residual,"
    " functional_amount, functional_residual, net_amount, issued_on, due_on, reference, order_number, end_to_end_id,"
    " notes) VALUES (%(mine)s, %(new)s, %(creditor)s, %(debtor)s, 'invoice', 'X', 'EUR', 1, 1, 1, 1, 1, %(today)s,"
    " %(today)s, '', '', '', '')"
)


@pytest.mark.parametrize("statement", [HOLD, ITEM, "ALLOCATE", "POST to them", "POST about them"])
def test_nothing_of_mine_can_name_something_of_theirs(ctx, own, theirs, statement):
    named = theirs | {"mine": ctx.tenant}
    if statement == "ALLOCATE":
        statement, named = allocate("1, 1, 1, 1"), named | {"tenant": ctx.tenant}
    elif statement.startswith("POST"):
        named |= {"tenant": theirs["tenant"] if statement.endswith("to them") else ctx.tenant}
        statement = POST.format(day="%(today)s", lines=LINES.format(5, -5, 5, -5))
    with ctx.open():
        refused(statement, named, match=f"{CROSS}|context of their tenant")


def test_the_unique_numbers_of_others_are_no_oracle(ctx, other_ctx, books, theirs):
    with other_ctx.open():
        their_books = make.books(other_ctx)
        make.item(other_ctx, their_books, number="SECRET-1")
    with ctx.open():
        make.item(ctx, books, number="SECRET-1")  # the same number is free here, so it tells nothing


# Within one tenant: the books defend themselves against the application's own connection.

POST = (
    "SELECT fairdue_post(%(tenant)s, ARRAY[%(new)s::uuid], ARRAY[%(creditor)s::uuid], ARRAY[{day}::date], ARRAY['x'],"
    " ARRAY[''], ARRAY['EUR'], ARRAY[NULL::uuid], ARRAY[NULL::uuid], {lines})"
)
LINES = (
    "ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY[%(new)s::uuid, %(new)s::uuid],"
    " ARRAY[%(account)s::uuid, %(account)s::uuid], ARRAY[{0}, {1}]::bigint[], ARRAY[{2}, {3}]::bigint[],"
    " ARRAY[NULL, NULL]::uuid[]"
)
NO_LINES = "'{}'::uuid[], '{}'::uuid[], '{}'::uuid[], '{}'::bigint[], '{}'::bigint[], '{}'::uuid[]"
ALLOCATE = (
    "INSERT INTO allocation (tenant_id, id, creditor_id, kind, item_id, credit_id, amount, credit_amount,"
    " functional_item, functional_credit, effective_on, reversal_of_id, group_id, reason, account_role)"
    " VALUES (%(tenant)s, %(new)s, %(creditor)s, {kind}, {item}, {credit}, {amounts}, {day}, {undoes}, %(new)s, '', '')"
)


def allocate(amounts, kind="'applied'", item="%(item)s", credit="%(credit)s", day="%(today)s", undoes="NULL"):
    return ALLOCATE.format(amounts=amounts, kind=kind, item=item, credit=credit, day=day, undoes=undoes)


BEND = [
    ("INSERT INTO journal_entry (tenant_id, id) VALUES (%(tenant)s, %(new)s)", "permission denied"),
    ("INSERT INTO journal_line (tenant_id, id) VALUES (%(tenant)s, %(new)s)", "permission denied"),
    ("UPDATE journal_line SET amount = 0", "permission denied"),
    ("DELETE FROM journal_entry", "permission denied"),
    ("UPDATE open_item SET residual = 0", "permission denied"),
    ("UPDATE open_item SET amount = 1", "permission denied"),
    ("UPDATE open_item SET functional_residual = 0", "permission denied"),
    ("UPDATE credit SET unapplied = amount", "permission denied"),
    ("UPDATE credit SET amount = 1", "permission denied"),
    ("DELETE FROM open_item", "permission denied"),
    ("DELETE FROM credit", "permission denied"),
    ("DELETE FROM fact", "permission denied"),
    ("UPDATE fact SET actor = 'nobody'", "permission denied"),
    ("UPDATE fact_block SET digest = ''", "permission denied"),
    ("UPDATE allocation SET amount = 1", "permission denied"),
    ("DELETE FROM allocation", "permission denied"),
    ("UPDATE exchange_rate SET rate = 1", "permission denied"),
    ("UPDATE idempotency_key SET input_hash = ''", "permission denied"),
    ("UPDATE approval SET proposed_by = 'somebody'", "permission denied"),
    (POST.format(day="%(today)s", lines=LINES.format(5, -4, 5, -5)), "does not balance"),
    (POST.format(day="%(today)s", lines=LINES.format(5, -5, 5, -4)), "does not balance"),
    (POST.format(day="%(today)s", lines=LINES.format(0, 0, 0, 0)), "journal_line_not_nothing"),
    (POST.format(day="%(today)s", lines=LINES.format(5, -5, -5, 5)), "journal_line_one_side"),
    (POST.format(day="%(today)s", lines=NO_LINES), "every entry needs its lines"),
    (POST.replace("ARRAY[%(new)s::uuid], ARRAY", "ARRAY[gen_random_uuid()], ARRAY", 1)
     .format(day="%(today)s", lines=LINES.format(5, -5, 5, -5)), "every entry needs its lines"),
    (allocate("6001, 6001, 6001, 6001"), "open_item_residual|open_item_functional"),
    (allocate("6000, 6000, 5999, 6000"), "whole carrying amount"),
    (allocate("6000, 6000, 6000, 5999"), "whole carrying amount"),
    (allocate("-1, -1, -1, -1"), "allocation_sign"),
    (allocate("1, 1, -1, 1"), "allocation mixes"),
    (allocate("5, 4, 5, 4"), "differs in one currency"),
    (allocate("0, 0, 0, 0"), "allocation_not_nothing"),
    (allocate("5, 5, 5, 5", item="NULL"), "allocation_shape"),
    (allocate("5, 0, 5, 0", kind="'withdrawal'"), "allocation_shape"),
    (allocate("5, 5, 5, 5", kind="'discount'"), "allocation_shape"),
    (allocate("5, 5, 5, 5", day="%(today)s::date - 1"), "before what it allocates"),
    (allocate("-3999, -3999, -3999, -3999", undoes="%(allocation)s"), "must mirror"),
    (allocate("-4000, -4000, -3999, -4000", undoes="%(allocation)s"), "must mirror"),
    (allocate("-4000, -4000, -4000, -4000", undoes="%(allocation)s", day="%(today)s::date - 1"), "must mirror"),
]  # fmt: skip


@pytest.mark.parametrize("statement, match", BEND)
def test_the_books_refuse_to_be_bent_by_the_application(ctx, own, statement, match):
    with ctx.open():
        refused(statement, own, match=match)


def test_the_same_statements_pass_when_they_are_right(ctx, own):
    with ctx.open(), transaction.atomic():
        rows(POST.format(day="%(today)s", lines=LINES.format(5, -5, 5, -5)), own)
        rows(allocate("6000, 6000, 6000, 6000"), own)
        assert (make.residual(own["item"]), make.unapplied(own["credit"])) == (0, 0)
        rows(allocate("-4000, -4000, -4000, -4000", undoes="%(allocation)s"), own | {"new": uuid4()})
        assert make.residual(own["item"]) == 4000
        refused(
            allocate("-4000, -4000, -4000, -4000", undoes="%(allocation)s"), own | {"new": uuid4()},
            match="allocation_reversed_once",
        )  # fmt: skip
        transaction.set_rollback(True)


def test_a_guard_can_not_be_borrowed_for_a_table_of_ones_own(ctx, own):
    with ctx.open(), transaction.atomic():
        rows("CREATE TEMP TABLE forged ON COMMIT DROP AS SELECT * FROM allocation WHERE false")
        for function in ("fairdue_apply_allocations", "fairdue_check_period", "fairdue_check_lines"):
            refused(
                "CREATE TRIGGER forged AFTER INSERT ON forged REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
                f" EXECUTE FUNCTION {function}()",
                match="permission denied",
            )


def test_a_temporary_table_does_not_stand_in_for_a_real_one(ctx, own):
    with ctx.open(), transaction.atomic():
        rows("CREATE TEMP TABLE period ON COMMIT DROP AS SELECT * FROM public.period")
        rows("CREATE TEMP TABLE open_item ON COMMIT DROP AS SELECT * FROM public.open_item")
        rows("UPDATE pg_temp.open_item SET residual = 1000000")
        refused(allocate("6001, 6001, 6001, 6001").replace("INTO allocation", "INTO public.allocation"), own,
                match="open_item_residual|open_item_functional")  # fmt: skip
        transaction.set_rollback(True)


def test_a_closed_month_refuses_whoever_posts(ctx, own):
    with ctx.open():
        refused(
            "WITH closed AS (UPDATE period SET status = 'closed' RETURNING 1) SELECT count(*) FROM closed; "
            + POST.format(day="%(today)s", lines=LINES.format(5, -5, 5, -5)),
            own,
            match="is closed",
        )
        refused("UPDATE period SET status = 'ajar'", match="period_status")
    with as_owner(ctx.tenant):
        rows("UPDATE period SET status = 'closed'", using="owner")
        refused(POST.format(day="%(today)s", lines=LINES.format(5, -5, 5, -5)), own, match="is closed", using="owner")
        transaction.set_rollback(True, using="owner")


def test_clients_of_one_agency_do_not_mix(ctx, own):
    with ctx.open():
        second = make.books(ctx)
        second_item, second_money = make.item(ctx, second, 500), make.payment(ctx, second, 500)
        mix = own | {"item": second_item, "money": second_money, "other": second.creditor, "stranger": second.debtor}
        refused(allocate("5, 5, 5, 5"), mix, match="mixes creditors")
        refused(allocate("5, 5, 5, 5", credit="%(money)s"), mix | {"item": own["item"]}, match="mixes creditors")
        refused("UPDATE open_item SET debtor_id = %(stranger)s WHERE id = %(mine)s", mix | {"mine": own["item"]},
                match="debtor of another creditor")  # fmt: skip
        refused(
            "UPDATE credit SET debtor_id = %(stranger)s WHERE id = %(credit)s", mix, match="debtor of another creditor"
        )
        refused(
            "INSERT INTO hold (tenant_id, id, creditor_id, debtor_id, reason, note, from_on, released_by, placed_by)"
            " VALUES (%(tenant)s, %(new)s, %(other)s, %(debtor)s, 'x', '', %(today)s, '', '')",
            mix, match="debtor of another creditor",
        )  # fmt: skip
        with pytest.raises(DatabaseError, match="debtor of another creditor"), transaction.atomic():
            make.item(ctx, make.Books(own["creditor"], second.debtor))
        with pytest.raises(DatabaseError, match="debtor of another creditor"), transaction.atomic():
            make.payment(ctx, make.Books(own["creditor"], second.debtor))


APPENDED = ["fact", "allocation", "journal_entry", "journal_line", "open_item", "credit"]


@pytest.mark.parametrize("table", APPENDED)
def test_not_even_the_owner_rewrites_history(ctx, own, table):
    with as_owner(ctx.tenant):
        assert rows(f"SELECT count(*) FROM {table}", using="owner") != [(0,)]
        changed = {"open_item": "amount = amount + 1", "credit": "amount = amount + 1"}.get(table, "id = id")
        refused(f"UPDATE {table} SET {changed}", match="append-only|is recorded", using="owner")
        refused(f"DELETE FROM {table}", match="append-only", using="owner")
        refused(f"TRUNCATE {table} CASCADE", match="append-only", using="owner")


def test_not_even_the_owner_moves_a_residual_by_hand(ctx, own):
    with as_owner(ctx.tenant):
        refused("UPDATE open_item SET residual = 0", match="allocations only", using="owner")
        refused("UPDATE open_item SET functional_residual = 0", match="allocations only", using="owner")
        refused("UPDATE credit SET unapplied = 0", match="allocations only", using="owner")
        refused(
            "INSERT INTO journal_line (tenant_id, id, creditor_id, entry_id, account_id, amount, functional)"
            " VALUES (%(tenant)s, %(new)s, %(creditor)s, %(entry)s, %(account)s, 5, 5)",
            own, match="does not balance", using="owner",
        )  # fmt: skip


def test_an_item_is_born_whole(ctx, own):
    copied = "SELECT tenant_id, gen_random_uuid(), creditor_id, debtor_id, kind, 'HALF', currency, amount, residual"
    rest = (
        "functional_amount, functional_residual, net_amount, issued_on, due_on, reference, order_number,"
        " end_to_end_id, notes"
    )
    names = f"tenant_id, id, creditor_id, debtor_id, kind, number, currency, amount, residual, {rest}"
    with ctx.open():
        refused(f"INSERT INTO open_item ({names}) {copied}, {rest} FROM open_item", match="starts with its whole")


def test_the_loader_without_a_context_does_not_move_money_silently(ctx, own):
    with transaction.atomic(using="loader"):
        refused(allocate("5, 5, 5, 5"), own, match="context of their tenant", using="loader")


def test_a_tenant_that_is_no_number_is_an_error_not_a_hole(ctx, own):
    with transaction.atomic():
        rows("SET LOCAL fairdue.tenant = ''")
        assert rows("SELECT count(*) FROM debtor") == [(0,)]
        rows("SET LOCAL fairdue.tenant = '1 OR true'")
        refused("SELECT count(*) FROM debtor", match="invalid input syntax")
        transaction.set_rollback(True)
