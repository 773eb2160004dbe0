"""The law of an invoice over HTTP: the same rules as on the page and on the command line."""


def test_the_law_of_an_invoice_between_two_countries(api):
    found = api.get("/law/invoice?seller=DE&buyer=FR&kind=b2b&on=2026-11-16&supply=goods").json()
    assert found["governing"]["country"] == "DE"
    [goods] = found["treatments"]
    assert (goods["category"], goods["rate"], goods["vatex"]) == ("K", "0", "VATEX-EU-IC")
    assert "Directive 2006/112/EC Art. 138 (1)" in goods["articles"]
    assert found["simplified"]["up_to"] == "250.00"
    assert "content.de.register" in {one["finding"] for one in found["contents"]}
    assert found["confirmed"] is False
    assert found["unconfirmed"]


def test_without_a_day_today_counts_and_both_kinds_of_supply_are_answered(api):
    found = api.get("/law/invoice?seller=AT&buyer=AT").json()
    assert [one["nature"] for one in found["treatments"]] == ["goods", "services"]


def test_what_the_law_cannot_say_is_a_finding(api):
    answer = api.get("/law/invoice?seller=BR&buyer=DE")
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["code"] == "law.country_unknown"
    assert api.get("/law/invoice?seller=germany&buyer=DE").status_code == 422
