"""What a fresh folder needs before its first file: tables, a tenant, a creditor.

`fairdue import` and `fairdue bank import` work on an empty installation: the tables are made, and a tenant and a
creditor are added under the names that --tenant and --creditor give (main and MAIN where they are left out). Nothing
is added to an installation that has a tenant, nor to a tenant that has a creditor.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cli import base

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from fairdue.foundation.context import Ctx

COUNTRY, CURRENCY = "DE", "EUR"
"""Of a creditor about which the first file says nothing."""
CURRENCIES = {
    "US": "USD", "GB": "GBP", "CH": "CHF", "LI": "CHF", "DK": "DKK", "SE": "SEK", "NO": "NOK", "PL": "PLN",
    "CZ": "CZK", "HU": "HUF", "RO": "RON", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "JP": "JPY", "IS": "ISK",
}  # fmt: skip
"""Home currency by country; EUR elsewhere."""
_LOOKED_AT = 20_000


def prepare(args: argparse.Namespace, file: Path | None = None) -> None:
    """Bring a fresh installation up: tables, tenant, creditor; tell on the error output what was added."""
    base.start()
    _tables()
    _tenant(args)
    ctx = base.ctx_of(args)
    with ctx.open():
        _creditor(ctx, args, file)


def _tables() -> None:
    from django.db import connection

    from fairdue.foundation.migrating import migrate_all

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenant') IS NULL")
        fresh = cursor.fetchone()[0]
    if fresh:
        _say("This data folder is empty: the tables are being made.")
        migrate_all()


def _tenant(args: argparse.Namespace) -> None:
    from fairdue.cash.policies import first_weeks
    from fairdue.foundation import clock
    from fairdue.foundation.accounts.tenants import create_tenant
    from fairdue.foundation.models import Tenant

    if Tenant.objects.exists():
        return
    slug = getattr(args, "tenant", None) or "main"
    today = getattr(args, "today", None) or clock.today("Europe/Berlin")
    create_tenant(slug=slug, name=slug, today=today, chosen=first_weeks(today, base.WATCHED_DAYS))
    _say(f"Tenant {slug} was added.")


def _creditor(ctx: Ctx, args: argparse.Namespace, file: Path | None) -> None:
    from fairdue.parties.selectors import creditors
    from fairdue.parties.services import CreditorDraft, create_creditor
    from fairdue.receivables.services import open_books

    if creditors(ctx):
        return
    code = getattr(args, "creditor", None) or "MAIN"
    country = most_common(file, "country", "land", "ländercode") or COUNTRY
    currency = most_common(file, "currency", "währung", "ccy") or CURRENCIES.get(country, CURRENCY)
    draft = CreditorDraft(code=code, name=code, country=country, currency=currency)
    creditor = create_creditor(ctx, draft=draft, today=base.business_date(args, ctx))
    open_books(ctx, creditor=creditor)
    _say(f"Creditor {code} was added: {country}, books in {currency}.")


def most_common(file: Path | None, *headers: str) -> str:
    """Return the most common value of a column of a CSV file, empty where the file has no such column."""
    if file is None or not file.is_file() or file.read_bytes()[:2] == b"PK":
        return ""
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as source:
        start = source.read(4096)
        source.seek(0)
        try:
            seen = _values(csv.reader(source, delimiter=max(",;\t|", key=start.count)), headers)
        except csv.Error:  # no table; who reads it to import it says why
            return ""
    del seen[""]
    return seen.most_common(1)[0][0] if seen else ""


def _values(rows: Iterator[list[str]], headers: tuple[str, ...]) -> Counter[str]:
    columns = [cell.strip().casefold() for cell in next(rows, [])]
    place = next((columns.index(header) for header in headers if header in columns), None)
    if place is None:
        return Counter()
    return Counter(
        row[place].strip().upper() for row, _ in zip(rows, range(_LOOKED_AT), strict=False) if len(row) > place
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
