"""Tenants, people, roles and keys: who gives what to whom, and that it ends at once."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from fairdue.cli.main import main
from fairdue.core.findings import RefusedError
from fairdue.foundation import accounts, clock
from fairdue.foundation.models import ApiKey, Fact, Membership, Tenant, User
from fairdue.foundation.permissions import ROLES, Permission
from tests import make

TODAY = make.TODAY
P = Permission


def fact_types(ctx):
    with ctx.open():
        return list(Fact.objects.order_by("recorded_at", "id").values_list("type", flat=True))


def address():
    return f"{uuid4().hex[:12]}@agency.example"


def invite(ctx, role="admin", **fields):
    with ctx.open():
        return accounts.invite_user(ctx, email=fields.pop("email", address()), role=role, today=TODAY, **fields)


def new_key(ctx, *scopes, **fields):
    with ctx.open():
        return accounts.create_api_key(ctx, name="ERP", scopes=scopes or ("cash.view",), today=TODAY, **fields)


def test_a_tenant_is_made_once_and_its_making_is_a_fact(database):
    slug = f"agency-{uuid4().hex[:8]}"
    tenant = accounts.create_tenant(slug=slug, name="Agency", today=TODAY, actor="system:cli")
    assert Tenant.objects.get(id=tenant).timezone == "Europe/Berlin"
    with pytest.raises(RefusedError, match="already"):
        accounts.create_tenant(slug=slug, name="Agency", today=TODAY)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("slug", "Agency", "tenant.slug"),
        ("slug", "a", "tenant.slug"),
        ("slug", "a b", "tenant.slug"),
        ("slug", "ägypten", "tenant.slug"),
        ("name", "  ", "tenant.name"),
        ("timezone", "Mars/Base", "tenant.timezone"),
        ("timezone", "../../etc/passwd", "tenant.timezone"),
        ("language", "tlh", "tenant.language"),
    ],
)
def test_a_tenant_that_makes_no_sense_is_refused_by_field(database, field, value, code):
    with pytest.raises(RefusedError) as refused:
        accounts.create_tenant(**{"slug": "good", "name": "Good", "today": TODAY} | {field: value})
    assert [finding.code for finding in refused.value.findings] == [code]


def test_an_invited_person_is_known_by_a_lower_case_address_and_has_no_usable_password(ctx):
    mail = address()
    user = invite(ctx, "collector", email=mail.upper())
    row = User.objects.get(id=user)
    assert (row.email, row.has_usable_password()) == (mail, False)
    assert fact_types(ctx) == ["user.invited"]
    with pytest.raises(RefusedError, match="in this tenant already"):
        invite(ctx, "collector", email=mail)


def test_an_invitation_never_changes_the_password_of_a_known_person(ctx, other_ctx):
    mail = address()
    user = invite(ctx, email=mail, password="a long first passphrase")
    with pytest.raises(RefusedError, match="password already"):
        invite(other_ctx, email=mail, password="the intruder's passphrase")
    invite(other_ctx, "auditor", email=mail)
    assert User.objects.get(id=user).check_password("a long first passphrase")


def test_a_weak_first_password_is_refused_with_its_reasons(ctx):
    with pytest.raises(RefusedError, match="too short"):
        invite(ctx, password="short")


@pytest.mark.parametrize(
    ("email", "role", "code"),
    [
        ("no address", "admin", "user.email"),
        ("a@b.example", "emperor", "role.unknown"),
        ("a@b.example", "client", "user.creditor"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(ctx, email, role, code):
    with pytest.raises(RefusedError) as refused:
        invite(ctx, role, email=email)
    assert refused.value.findings[0].code == code


def test_nobody_gives_away_more_than_they_hold(ctx):
    keeper = replace(ctx, permissions=ROLES["collector"] | {P.USERS_EDIT})
    for attempt in (
        lambda: invite(keeper, "admin"),
        lambda: new_key(keeper, "write_off.approve"),
        lambda: accounts.create_custom_role(keeper, name="x", title="X", permissions=["refund.approve"], today=TODAY),
    ):
        with keeper.open(), pytest.raises(RefusedError, match="do not hold"):
            attempt()
    invite(keeper, "collector")


def test_a_person_without_the_permission_may_not_invite(ctx):
    with pytest.raises(RefusedError) as refused:
        invite(replace(ctx, permissions=ROLES["team_lead"]), "collector")
    assert refused.value.findings[0].code == "permission.missing"


def test_a_lesser_keeper_cannot_demote_an_administrator(ctx):
    admin, second = invite(ctx), invite(ctx)
    keeper = replace(ctx, permissions=ROLES["collector"] | {P.USERS_EDIT})
    with ctx.open(), pytest.raises(RefusedError, match="do not hold"):
        accounts.change_membership(keeper, user=admin, role="collector", active=True, today=TODAY)
    with ctx.open():
        accounts.change_membership(ctx, user=second, role="collector", active=True, today=TODAY)
    assert fact_types(ctx)[-1] == "membership.changed"


def test_the_last_administrator_stays_one(ctx):
    admin = invite(ctx)
    invite(ctx, "collector")
    for role, active in (("collector", True), ("admin", False)):
        with ctx.open(), pytest.raises(RefusedError, match="last administrator"):
            accounts.change_membership(ctx, user=admin, role=role, active=active, today=TODAY)


def test_who_is_narrowed_to_a_creditor_narrows_others_alike(ctx, books):
    narrowed = replace(ctx, creditor=books.creditor)
    with ctx.open():
        user = accounts.invite_user(narrowed, email=address(), role="client", today=TODAY)
        assert Membership.objects.get(user_id=user).creditor_id == books.creditor
        assert [row.user_id for row in accounts.members(narrowed)] == [user]
        with pytest.raises(RefusedError, match="no such creditor"):
            accounts.invite_user(narrowed, email=address(), role="client", creditor=uuid4(), today=TODAY)
        with pytest.raises(RefusedError, match="no such creditor"):
            accounts.create_api_key(narrowed, name="x", scopes=["cash.view"], creditor=uuid4(), today=TODAY)


def test_a_role_of_ones_own_holds_from_the_next_request_on(ctx):
    with ctx.open():
        role = accounts.create_custom_role(
            ctx, name="cash_night", title="Night cash", permissions=["cash.view"], today=TODAY
        )
        accounts.change_custom_role(ctx, role=role, title="Night", permissions=["cash.view", "cash.apply"], today=TODAY)
        assert accounts.custom_roles(ctx)[0].permissions == ("cash.apply", "cash.view")
    invite(ctx, "cash_night")
    assert fact_types(ctx) == ["role.created", "role.changed", "user.invited"]


@pytest.mark.parametrize(
    ("name", "permissions", "code"),
    [
        ("admin", ["cash.view"], "role.duplicate"),
        ("odd name", ["cash.view"], "role.name"),
        ("odd", [], "permission.none"),
        ("odd", ["cash.view", "moon.land"], "permission.unknown"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(ctx, name, permissions, code):
    with ctx.open(), pytest.raises(RefusedError) as refused:
        accounts.create_custom_role(ctx, name=name, title="T", permissions=permissions, today=TODAY)
    assert refused.value.findings[0].code == code


def test_a_key_opens_its_tenant_with_its_scopes_and_only_its_hash_is_kept(ctx):
    made = new_key(ctx, "cash.view", "cash.apply")
    holder = accounts.authenticate_api_key(made.secret)
    assert (holder.id, holder.tenant_id, holder.permissions) == (made.id, ctx.tenant, {P.CASH_VIEW, P.CASH_APPLY})
    row = ApiKey.objects.get(id=made.id)
    assert made.secret.split("_", 2)[2] not in str(vars(row))
    assert row.last_used_at is not None
    assert fact_types(ctx) == ["api_key.created"]


def test_wrong_unknown_revoked_and_expired_keys_open_nothing(ctx):
    made, old = new_key(ctx), new_key(ctx, expires_at=clock.now() + timedelta(hours=1))
    prefix = made.secret.split("_")[1]
    ApiKey.objects.filter(id=old.id).update(expires_at=clock.now() - timedelta(seconds=1))
    with ctx.open():
        accounts.revoke_api_key(ctx, api_key=made.id, today=TODAY)
        accounts.revoke_api_key(ctx, api_key=made.id, today=TODAY)
    for token in (
        made.secret,
        old.secret,
        f"fairdue_{prefix}_guess",
        "fairdue_nothing_x",
        "",
        "fairdue",
        "x_y_z",
        "é_ü_ñ",
    ):
        assert accounts.authenticate_api_key(token) is None
    assert fact_types(ctx).count("api_key.revoked") == 1


def made_by(ctx, role, *scopes, **fields):
    user = invite(ctx, role, **fields)
    maker = replace(ctx, actor=f"user:{user}", permissions=frozenset(P), creditor=fields.get("creditor"))
    return user, new_key(maker, *scopes)


def change(ctx, user, role, *, active=True):
    with ctx.open():
        accounts.change_membership(ctx, user=user, role=role, active=active, today=TODAY)


def test_a_key_ends_with_the_seat_of_who_made_it_and_comes_back_with_it(ctx):
    invite(ctx)
    user, made = made_by(ctx, "admin")
    assert accounts.authenticate_api_key(made.secret) is not None
    change(ctx, user, "admin", active=False)
    assert accounts.authenticate_api_key(made.secret) is None
    with ctx.open():
        assert [(row.id, row.orphaned) for row in accounts.api_keys(ctx)] == [(made.id, True)]
    change(ctx, user, "admin")
    assert accounts.authenticate_api_key(made.secret) is not None
    User.objects.filter(id=user).update(is_active=False)
    assert accounts.authenticate_api_key(made.secret) is None


def test_a_key_may_never_more_than_who_made_it_may_today(ctx):
    user, made = made_by(ctx, "admin", "cash.view", "users.edit")
    invite(ctx)
    change(ctx, user, "cash_clerk")
    assert accounts.authenticate_api_key(made.secret).permissions == {P.CASH_VIEW}


def test_a_key_of_a_role_of_ones_own_follows_that_role(ctx):
    with ctx.open():
        role = accounts.create_custom_role(
            ctx, name="keys", title="Keys", permissions=["cash.view", "users.edit"], today=TODAY
        )
    _, made = made_by(ctx, "keys", "cash.view")
    assert accounts.authenticate_api_key(made.secret).permissions == {P.CASH_VIEW}
    with ctx.open():
        accounts.change_custom_role(ctx, role=role, title="Keys", permissions=["users.edit"], today=TODAY)
    assert accounts.authenticate_api_key(made.secret).permissions == frozenset()


def test_a_key_for_all_clients_ends_when_its_maker_is_narrowed_to_one(ctx, books):
    user, made = made_by(ctx, "admin")
    Membership.objects.filter(user_id=user).update(role="client", creditor_id=books.creditor)
    assert accounts.authenticate_api_key(made.secret) is None


def test_a_key_that_the_operator_made_answers_for_itself(ctx):
    made = new_key(replace(ctx, actor="operator"))
    assert accounts.authenticate_api_key(made.secret) is not None


def test_the_keys_of_another_tenant_are_out_of_reach(ctx, other_ctx):
    made = new_key(ctx)
    with other_ctx.open():
        assert accounts.api_keys(other_ctx) == []
        with pytest.raises(RefusedError, match="no such key"):
            accounts.revoke_api_key(other_ctx, api_key=made.id, today=TODAY)
    assert accounts.authenticate_api_key(made.secret) is not None


def test_the_command_line_does_the_same_in_the_same_words(ctx, capsys, monkeypatch):
    slug, mail = f"cli-{uuid4().hex[:8]}", address()
    assert main(["tenant", "create", slug, "--name", "By hand"]) == 0
    monkeypatch.setattr("sys.stdin", iter_lines("a long first passphrase\n"))
    assert main(["user", "invite", mail, "--tenant", slug, "--role", "admin", "--password-stdin"]) == 0
    assert User.objects.get(email=mail).check_password("a long first passphrase")
    capsys.readouterr()
    assert main(["key", "create", "--tenant", slug, "--name", "ERP", "--scope", "cash.view", "--json"]) == 0
    secret = json.loads(capsys.readouterr().out)["secret"]
    assert accounts.authenticate_api_key(secret) is not None
    assert main(["key", "revoke", secret.split("_")[1], "--tenant", slug]) == 0
    assert accounts.authenticate_api_key(secret) is None
    assert main(["user", "change", mail, "--tenant", slug, "--end"]) == 1
    assert "last administrator" in capsys.readouterr().err
    assert (
        main(["user", "list", "--tenant", slug])
        == main(["key", "list", "--tenant", slug])
        == main(["tenant", "list"])
        == 0
    )
    assert secret.split("_", 2)[2] not in capsys.readouterr().out


def iter_lines(text):
    import io

    return io.StringIO(text)
