"""`fairdue invoice standing`: what the documents of a creditor follow, shown or set; what is left out stays.

Exit 0 done, 1 refused with findings, 2 usage (unreadable file).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

type _Parsers = _SubParsersAction[ArgumentParser]
WORDS = ("scheme", "delivery", "peppol", "accent", "form")
PICTURES = ("logo", "letterhead")
RECORDED = ("sales_tax_rates", "atcud")


def add(actions: _Parsers) -> None:
    """Add `standing` to `fairdue invoice`."""
    parser = actions.add_parser("standing", help="show or set what the documents of a creditor follow")
    for name, what in (
        ("scheme", "VAT scheme, such as normal or small_business"), ("delivery", "how issued invoices go out"),
        ("peppol", "Peppol participant, such as 0088:4035811991021"), ("accent", "colour, such as #1f4e79"),
        ("form", "DIN 5008 form A or B"),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", help=what)
    parser.add_argument("--formats", metavar="CODE,...", help="formats that each invoice is written in")
    parser.add_argument(
        "--particular", action="append", default=[], metavar="NAME=TEXT", help="such as directors=A. Weiss"
    )
    for name in PICTURES:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help="SVG; an empty file takes it away")
    parser.add_argument(
        "--sales-tax-rates", type=Path, metavar="FILE",
        help="one a line: a state, a province or the start of a ZIP code, and the percentage",
    )  # fmt: skip
    parser.add_argument(
        "--atcud", type=Path, metavar="FILE",
        help="one a line: type of document and year, and the validation code: 380/2026 JFSB4Q9G",
    )  # fmt: skip
    add_scope(parser)
    parser.set_defaults(run=run_standing)


def run_standing(args: Namespace) -> int:
    """Set what is given, then tell what the documents of the creditor follow."""
    from fairdue.invoicing import services

    ctx = ctx_of(args)
    with ctx.open():
        creditor = creditor_of(args, ctx)
        if creditor is None:
            raise refuse("creditor.needed", "--creditor", "Name the creditor.")
        found = services.standing_of(ctx, creditor)
        given = _given(args)
        if given:
            services.set_standing(
                ctx, creditor=creditor, standing=replace(found, **given), today=business_date(args, ctx)
            )
        answer = {
            name: value for name, value in asdict(services.standing_of(ctx, creditor)).items() if name not in PICTURES
        }
    text = json.dumps(answer, indent=2, ensure_ascii=False) if args.json else "\n".join(_lines(answer))
    sys.stdout.write(f"{text}\n")
    return 0


def _given(args: Namespace) -> dict[str, Any]:
    """Return what the command line sets, by field."""
    from fairdue.invoicing.services.recorded import rows_of

    given: dict[str, Any] = {name: getattr(args, name) for name in WORDS if getattr(args, name) is not None}
    if args.formats is not None:
        given["formats"] = tuple(code.strip() for code in args.formats.split(",") if code.strip())
    if args.particular:
        given["particulars"] = {name.strip(): text for name, _, text in (one.partition("=") for one in args.particular)}
    given |= {name: _text(getattr(args, name)) for name in PICTURES if getattr(args, name)}
    return given | {name: rows_of(_text(getattr(args, name))) for name in RECORDED if getattr(args, name)}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"fairdue invoice: {path}: {error}\n")
        raise SystemExit(2) from None


def _lines(answer: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in answer.items():
        if isinstance(value, dict):
            lines += [f"{name} {key}: {text}" for key, text in sorted(value.items())]
        else:
            lines.append(f"{name}: {', '.join(value) if isinstance(value, (list, tuple)) else value}")
    return lines
