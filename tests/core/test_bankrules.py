"""Rules that a person makes: the worked rows of docs/rules/bank-rules.md, and what holds for every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.bankrules import (
    BankRule,
    Nature,
    RuleAction,
    RuledPayers,
    check,
    confidence,
    disputed,
    explained,
    first_hit,
    hit_of,
    may_post,
    overrules,
    places,
    proposal_of,
)
from fairdue.core.matching import Allocation, Payers, Payment, Policy, Proposal, Source, Step

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "bank-rules.md"
DAY = date(2026, 3, 10)


def tables(title):
    lines = PAGE.read_text("utf-8").partition(f"## {title}")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    starts = [at for at, row in enumerate(rows) if set(row[0]) == {"-"}]
    ends = [at - 1 for at in starts[1:]] + [len(rows)]
    return [rows[start + 1 : end] for start, end in zip(starts, ends, strict=True)]


def minor(text):
    return int(Decimal(text) * 100) if text else None


def rule(**given):
    return BankRule(**{"id": "R", "name": "Wages", "action": RuleAction.NOT_RECEIVABLE, "text": "Lohn"} | given)


def payment(amount=5000, **given):
    return Payment("P", amount, "EUR", DAY, **given)


def shown_rule(row):
    id_, text, payer, account, code, low, high, priority, outcome = row
    action = {"not": RuleAction.NOT_RECEIVABLE, "belongs": RuleAction.PAYER, "on": RuleAction.ON_ACCOUNT}
    return BankRule(
        id_, id_, action[outcome.split()[0]], text, payer, account, code, minor(low), minor(high), "EUR" if low else "",
        debtor=outcome[-1] if outcome[-1].isupper() else "", priority=int(priority),
    )  # fmt: skip


RULES, CASES = tables("Worked cases")


@pytest.mark.parametrize(("amount", "text", "payer", "account", "code", "found"), CASES)
def test_the_rule_of_each_payment_on_the_rules_page(amount, text, payer, account, code, found):
    rules = [shown_rule(row) for row in RULES]
    assert not [finding for one in rules for finding in check(one)]
    one = payment(
        minor(amount), texts=tuple(text.split("⏎")) if text else (), payer_name=payer, payer_account=account,
        transaction_code=code,
    )  # fmt: skip
    hit = first_hit(rules, one)
    assert (hit.rule.id if hit else "–") == found


@pytest.mark.parametrize(("right", "judged", "sure", "lower", "posts"), tables("How sure it is")[0])
def test_how_sure_a_rule_is_on_the_rules_page(right, judged, sure, lower, posts):
    verdict = may_post(int(right), int(judged), 9_800)
    assert confidence(int(right), int(judged)) == minor(sure)
    assert (verdict.lower, verdict.on) == (minor(lower), posts == "yes")


def test_money_that_went_out_and_another_currency_fit_no_rule():
    assert hit_of(rule(), payment(-1, texts=("Lohn",))) is None
    assert hit_of(rule(currency="CHF"), payment(texts=("Lohn",))) is None
    assert hit_of(rule(currency="EUR"), payment(texts=("Lohn",))) is not None


def test_every_condition_must_hold_and_is_named():
    full = rule(payer="Acme", account="k", code="PMNT")
    given_ = {"texts": ("a", "my LOHN"), "payer_name": "ACME AG", "payer_account": "k", "transaction_code": "PMNT-X"}
    hit = hit_of(full, payment(**given_))
    assert hit.sentence == (
        "Your rule “Wages” applies: the text contains “Lohn” and the payer's name contains “Acme” and it came from the "
        "rule's account and the bank's code begins with PMNT."
    )
    assert payment(**given_).text[slice(*hit.spans[0])] == "LOHN"
    for missing in given_:
        assert hit_of(full, payment(**{name: value for name, value in given_.items() if name != missing})) is None
    assert hit_of(rule(text=""), payment(texts=("Lohn",))) is None


@pytest.mark.parametrize(
    ("given_", "codes"),
    [
        ({}, []),
        ({"text": ""}, ["bank_rule.empty"]),
        ({"text": "ab"}, ["bank_rule.short"]),
        ({"payer": "a b"}, ["bank_rule.short"]),
        ({"name": " "}, ["bank_rule.name"]),
        ({"least": 5, "most": 4, "currency": "EUR"}, ["bank_rule.amounts"]),
        ({"least": 5, "most": 5, "currency": "EUR"}, []),
        ({"most": 4}, ["bank_rule.currency"]),
        ({"action": RuleAction.PAYER}, ["bank_rule.debtor"]),
        ({"action": RuleAction.ON_ACCOUNT, "debtor": "A"}, []),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_whole(given_, codes):
    assert [finding.code for finding in check(rule(**given_))] == codes


def test_a_rule_says_what_the_money_is_and_posts():
    hit = hit_of(rule(nature=Nature.SALARY), payment(texts=("Lohn",)))
    made = proposal_of(hit, payment(texts=("Lohn",)), Policy())
    assert (made.rule, made.on_account, made.debtor, made.automatic) == ("rule.not_receivable", 5000, "", True)
    assert made.reason.endswith("Not a receivable: salaries and wages.")
    assert [(one.start, one.end) for one in made.evidence] == [(0, 4)]
    on_account = proposal_of(replace(hit, rule=rule(action=RuleAction.ON_ACCOUNT, debtor="A")), payment(), Policy())
    assert (on_account.rule, on_account.debtor) == ("rule.on_account", "A")
    assert on_account.reason.endswith("The whole payment goes on account.")


@pytest.mark.parametrize(
    ("given_", "policy"),
    [
        ({"posts": False}, Policy()),
        ({}, Policy(automatic_from=9_950)),
        ({}, Policy(right={"rule.not_receivable/R": (0, 5)})),
        ({}, Policy(manual_rules=frozenset({"rule.not_receivable/R"}))),
    ],
)
def test_a_rule_that_may_not_post_only_proposes(given_, policy):
    hit = hit_of(rule(**given_), payment(texts=("Lohn",)))
    assert not proposal_of(hit, payment(texts=("Lohn",)), policy).automatic


ONE = (Allocation("i", 5000),)


def named(confidence_=9_990, source=Source.NUMBERS, allocations=ONE):
    return Proposal("P", source, Step.EXACT, confidence_, "It names i.", allocations=allocations, automatic=True)


def test_what_a_payment_names_is_stronger_than_a_rule():
    assert overrules(named())
    assert not overrules(named(8_999))
    assert not overrules(named(source=Source.PAYER))
    assert not overrules(named(allocations=()))
    hit = hit_of(rule(), payment(texts=("Lohn",)))
    ruled = proposal_of(hit, payment(texts=("Lohn",)), Policy())
    both = disputed(named(), ruled, hit)
    assert (both.automatic, both.alternatives) == (False, (ruled,))
    assert both.reason == "It names i. A person must decide: your rule “Wages” says otherwise."


@pytest.mark.parametrize("posts", [True, False])
def test_a_rule_that_names_the_payer_is_part_of_the_explanation(posts):
    hit = hit_of(rule(action=RuleAction.PAYER, debtor="A", posts=posts), payment(texts=("Lohn",)))
    told = explained(named(), hit)
    assert told.automatic is posts
    assert told.reason == "Your rule “Wages” applies: the text contains “Lohn”. It names i."
    assert len(told.evidence) == 1


def test_a_rule_comes_before_every_memory_and_name():
    payers = Payers([("B", "Acme AG")], {"k": {"": 1}}, own=["Own GmbH"])
    hits = {"P": hit_of(rule(action=RuleAction.PAYER, debtor="A"), payment(texts=("Lohn",)))}
    ruled = RuledPayers(payers, hits)
    by_name, by_account, own = payment(payer_name="Acme AG"), payment(payer_account="k"), payment(payer_name="Own GmbH")
    assert [one.debtor for one in ruled.identify(by_name)] == ["A"]
    assert not ruled.is_stranger(by_account)
    assert not ruled.is_own(own)
    other = RuledPayers(payers, {"P": hit_of(rule(), payment(texts=("Lohn",)))})
    assert [one.debtor for one in other.identify(by_name)] == ["B"]
    assert other.is_stranger(by_account)
    assert other.is_own(own)


@given(st.text(max_size=30), st.text(max_size=30), st.text(min_size=1, max_size=12))
def test_words_are_found_where_they_stand_and_nowhere_else(before, after, words):
    place = places(words, before + words + after)
    assert (place is None) == (not words.split())
    if place is not None:
        found = (before + words + after)[slice(*place)]
        assert len(found.split()) == len(words.split())


@given(st.permutations([rule(id=str(at), priority=at // 2) for at in range(5)]))
def test_the_order_in_which_rules_come_does_not_matter(rules):
    assert first_hit(rules, payment(texts=("Lohn",))).rule.id == "0"
