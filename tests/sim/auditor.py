"""An independent auditor: reads raw rows with SQL of its own, adds up in Python, and believes no maintained column.

It shares no code with the product. `audit` returns every sentence that does not hold; empty is a clean report.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db import connection

_ITEMS = """SELECT id, creditor_id, debtor_id, currency, amount, residual, functional_amount, functional_residual,
    issued_on, due_on FROM open_item"""
_CREDITS = """SELECT id, creditor_id, debtor_id, currency, amount, unapplied, functional_amount, functional_unapplied,
    received_on, kind FROM credit"""
_ALLOCATIONS = """SELECT id, item_id, credit_id, amount, credit_amount, functional_item, functional_credit,
    effective_on, reversal_of_id FROM allocation"""
_LINES = """SELECT l.entry_id, e.creditor_id, e.currency, a.role, l.amount, l.functional
    FROM journal_line l, journal_entry e, account a WHERE e.id = l.entry_id AND a.id = l.account_id"""
_STEPS = "SELECT item_id, due_on, offset_days FROM step_taken WHERE state <> 'cancelled'"
_NOTICES = "SELECT debtor_id, run_on FROM notice WHERE state <> 'cancelled'"
_NUMBERS = "SELECT series_id, period, counter FROM invoice ORDER BY counter"


def fetch(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def audit(diary, told, as_of):
    """Compare the rows with each other, with the diary of what was done, and with the balances that were `told`."""
    items, credits_, moves = fetch(_ITEMS), fetch(_CREDITS), fetch(_ALLOCATIONS)
    return [
        *_residuals(items, moves, column=1, amount=3, functional=5, name="item"),
        *_residuals(credits_, moves, column=2, amount=4, functional=6, name="credit"),
        *_journal(items, credits_, diary),
        *_balances(items, credits_, moves, told, as_of),
        *_reversals(moves),
        *_once(),
    ]


def _residuals(rows, moves, *, column, amount, functional, name):
    taken, carried = Counter(), Counter()
    for move in moves:
        taken[move[column]] += move[amount]
        carried[move[column]] += move[functional]
    for row_id, _, _, _, whole, left, worth, worth_left, *_ in rows:
        if left != whole - taken[row_id] or worth_left != worth - carried[row_id]:
            counted = f"{whole - taken[row_id]}/{worth - carried[row_id]} counted"
            yield f"{name} {row_id}: {left}/{worth_left} left, {counted}"
        if not 0 <= left <= whole or (left == 0) > (worth_left == 0):
            yield f"{name} {row_id}: {left} of {whole} left, carried at {worth_left}"


def _journal(items, credits_, diary):
    entries, accounts = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    for entry, creditor, currency, role, amount, functional in fetch(_LINES):
        for place in (entries[entry], accounts[creditor, currency, role]):
            place[0] += amount
            place[1] += functional
    yield from (f"entry {entry} is off by {off}" for entry, off in entries.items() if off != [0, 0])
    wanted = defaultdict(lambda: [0, 0])
    for _, creditor, _, currency, _, left, _, worth, *_ in items:
        wanted[creditor, currency, "receivable"][0] += left
        wanted[creditor, currency, "receivable"][1] += worth
    for _, creditor, _, currency, _, left, _, worth, _, kind in credits_:
        role = "receivable" if kind == "credit_note" else "unapplied_cash"
        wanted[creditor, currency, role][0] -= left
        wanted[creditor, currency, role][1] -= worth
    for key in {key for key in (*wanted, *accounts) if key[2] in {"receivable", "unapplied_cash"}}:
        if wanted[key] != accounts[key]:
            yield f"account {key} stands at {accounts[key]}, its rows at {wanted[key]}"
    for key, amount in diary.bank.items():
        if accounts[(*key, "bank")][0] != amount:
            yield f"the bank account {key} stands at {accounts[(*key, 'bank')][0]}, {amount} came in and stayed"
    billed = Counter()
    for _, creditor, _, currency, amount, *_ in items:
        billed[creditor, currency] += amount
    if billed != diary.billed:
        yield f"{billed} was billed, {diary.billed} ordered"


def _balances(items, credits_, moves, told, as_of):
    used = defaultdict(int)
    for _, item, credit, amount, credit_amount, _, _, on, _ in moves:
        if on <= as_of:
            used[item] += amount
            used[credit] += credit_amount
    counted = defaultdict(lambda: [0, 0])
    for row_id, _, debtor, currency, amount, _, _, _, on, _ in items:
        if on <= as_of:
            counted[debtor, currency][0] += amount - used[row_id]
    for row_id, _, debtor, currency, amount, _, _, _, on, _ in credits_:
        if on <= as_of and debtor:
            counted[debtor, currency][1] += amount - used[row_id]
    counted = {key: tuple(pair) for key, pair in counted.items() if any(pair)}
    for key in counted.keys() | told.keys():
        if counted.get(key) != told.get(key):
            yield f"balance {key} as of {as_of}: told {told.get(key)}, counted {counted.get(key)}"


def _reversals(moves):
    by_id = {move[0]: move for move in moves}
    for move in moves:
        if move[8] and (by_id[move[8]][3:7] != tuple(-part for part in move[3:7]) or by_id[move[8]][8]):
            yield f"allocation {move[0]} does not mirror {move[8]}"


def _once():
    yield from (f"step {step} was taken {n} times" for step, n in Counter(fetch(_STEPS)).items() if n > 1)
    yield from (f"{debtor} was written to {n} times" for debtor, n in Counter(fetch(_NOTICES)).items() if n > 1)
    series = defaultdict(list)
    for name, period, counter in fetch(_NUMBERS):
        series[name, period].append(counter)
    yield from (f"series {key} has gaps: {n}" for key, n in series.items() if n != list(range(1, len(n) + 1)))
