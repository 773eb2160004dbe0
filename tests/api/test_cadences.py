"""Cadences, who has them, and wordings over HTTP."""

from tests.api.calling import codes

STEP = {"offset_days": 5, "channel": "email", "template": "notice", "tone": "friendly"}


def test_a_cadence_is_saved_assigned_and_taken_back(api, books):
    assert [row["version"] for row in api.get("/cadences").json()["data"]] == [0]
    saved = api.post("/cadences", {"name": "Slow", "steps": [STEP]})
    assert saved.status_code == 201, saved.content
    again = api.post("/cadences", {"name": "Slow", "steps": [STEP | {"offset_days": 9}], "move_running": True})
    assert again.json() == saved.json()
    versions = api.get(f"/cadences/{saved.json()['id']}/versions").json()["data"]
    assert [(row["version"], row["moves_running"]) for row in versions] == [(2, True), (1, False)]
    refused = api.post("/cadences", {"name": "Slow", "steps": [STEP | {"offset_days": -5}]})
    assert (refused.status_code, codes(refused)) == (422, ["cadence.too_early"])
    assert api.post("/cadences", {"name": "Slow", "steps": [STEP | {"tone": "rude"}]}).status_code == 422
    assert api.get(f"/cadences/{books.debtor}/versions").status_code == 404
    body = {"creditor": str(books.creditor), "debtor": str(books.debtor), "cadence": saved.json()["id"]}
    made = api.post("/cadence-assignments", body)
    assert made.status_code == 201, made.content
    rows = api.get(f"/cadence-assignments?debtor={books.debtor}").json()["data"]
    assert [row["cadence"] for row in rows] == [saved.json()["id"]]
    assert api.post(f"/cadence-assignments/{made.json()['id']}/take-back").status_code == 200
    assert api.get("/cadence-assignments").json()["data"] == []
    assert codes(api.post("/cadence-assignments", body | {"debtor": str(books.creditor)})) == ["debtor.unknown"]
    assert codes(api.post("/cadence-assignments", body | {"creditor": str(books.debtor)})) == ["creditor.unknown"]


def test_words_are_saved_and_taken_back(api, books):
    words = {"subject": "Ours", "body": "Dear {customer}", "creditor": str(books.creditor)}
    assert api.call("PUT", "/wordings/notice/en", words).status_code == 200
    found = [
        row for row in api.get(f"/wordings?creditor={books.creditor}").json()["data"] if row["source"] != "built_in"
    ]
    assert [(row["template"], row["subject"], row["source"]) for row in found] == [("notice", "Ours", "creditor")]
    bad = api.call("PUT", "/wordings/notice/en", words | {"body": "{customer.name}"})
    assert (bad.status_code, codes(bad)) == (422, ["wording.brace"])
    assert api.post(f"/wordings/notice/en/take-back?creditor={books.creditor}").status_code == 200
    assert {row["source"] for row in api.get("/wordings").json()["data"]} == {"built_in"}


def test_the_claims_of_a_notice_are_shown_and_booked_once(api, ctx, books):
    from datetime import timedelta

    from fairdue.collections.models import Notice
    from fairdue.collections.services import run_cadence, save_cadence
    from fairdue.core.cadence import Cadence, Channel, Step, Template, Tone
    from tests import make

    step = Step(1, 5, Channel.EMAIL, Template.FORMAL_NOTICE, Tone.FORMAL)
    with ctx.open():
        make.item(ctx, books, 1_000_00, issued_on=make.TODAY - timedelta(days=50), number="RE-88")
        save_cadence(ctx, name="Short", ladder=Cadence((step,), 1), default=True, today=make.TODAY)
    run_cadence(ctx, today=make.TODAY)
    with ctx.open():
        id_ = Notice.objects.get().id
    assert codes(api.post(f"/notices/{id_}/book-claim")) == ["claim.not_sent"]
    with ctx.open():
        Notice.objects.update(state="sent", settled_on=make.TODAY)
    shown = api.get(f"/notices/{id_}").json()
    assert (shown["booked"], shown["lines"][0]["compensation"]) == (False, "40.00")
    assert shown["lines"][0]["law"]["rates"]
    booked = api.post(f"/notices/{id_}/book-claim")
    assert len(booked.json()["ids"]) == 2
    assert api.get(f"/notices/{id_}").json()["booked"]
    assert codes(api.post(f"/notices/{id_}/book-claim")) == ["claim.booked"]
    assert api.get(f"/notices/{books.debtor}").status_code == 404
