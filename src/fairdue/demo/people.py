"""Who works in the demo's agency, and the four creditors it works for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.accounts import invite_user
from fairdue.parties.services import CreditorDraft, create_creditor
from fairdue.receivables.services import open_books

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx

PASSWORD = "fairdue-demo-2026"  # noqa: S105 - printed for everybody; the demo holds invented data only
DOMAIN = "demo.fairdue.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A login of the demo."""

    mailbox: str
    name: str
    role: str
    creditor: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.mailbox}@{DOMAIN}"


PEOPLE = (
    Person("admin", "Ada Winter", "admin"),
    Person("lead", "Theo Lang", "team_lead"),
    Person("collector", "Carla Bruns", "collector"),
    Person("cash", "Cem Aydin", "cash_clerk"),
    Person("invoices", "Ines Roth", "invoicing_clerk"),
    Person("credit", "Karl Medina", "credit_manager"),
    Person("auditor", "Olga Stein", "auditor"),
    Person("client", "Nils Nordlicht", "client", "NORD"),
)

CREDITORS = (
    CreditorDraft(
        "NORD", "Nordlicht Werkzeugbau GmbH", "DE", "EUR", "de", "Speicherstraße 12", "20457", "Hamburg",
        "buchhaltung@nordlicht.example", "+494012345670", "DE129273398", "HRB 112233", "DE75512108001245126199",
        "SOGEDEFF",
        {"form": "GmbH", "seat": "Hamburg", "register": "Amtsgericht Hamburg", "directors": "Eva Brandt"},
    ),
    CreditorDraft(
        "ATLF", "Atelier Lumière SAS", "FR", "EUR", "fr", "8 rue de Rivoli", "75004", "Paris",
        "compta@atelier-lumiere.example", "+33142345678", "FR40303265045", "303265045", "FR7630006000011234567890189",
        "AGRIFRPP", {"form": "SAS", "capital": "100 000 EUR", "register": "RCS Paris"},
    ),
    CreditorDraft(
        "HART", "Hartwell Supplies Ltd", "GB", "GBP", "en", "14 Foundry Lane", "LS1 4DY", "Leeds",
        "accounts@hartwell.example", "+441134960000", "GB980780684", "01234567", "GB29NWBK60161331926819", "NWBKGB2L",
        {"form": "Ltd", "register": "England and Wales", "office": "14 Foundry Lane LS1 4DY Leeds"},
    ),
    CreditorDraft(
        "ALPE", "Alpenquell AG", "CH", "CHF", "de", "Seestrasse 41", "8002", "Zürich", "finanzen@alpenquell.example",
        "+41443456789", "CHE-116.281.710 MWST", "CHE-116.281.710", "CH9300762011623852957", "",
        {"form": "AG", "seat": "Zürich"},
    ),
)  # fmt: skip


def bring_creditors(ctx: Ctx, today: date) -> dict[str, UUID]:
    """Create the creditors with their books; returns their ids by code."""
    found = {}
    for draft in CREDITORS:
        found[draft.code] = create_creditor(ctx, draft=draft, today=today)
        open_books(ctx, creditor=found[draft.code])
    return found


def bring_people(ctx: Ctx, creditors: dict[str, UUID], today: date) -> None:
    """Give everybody of the demo a login."""
    for person in PEOPLE:
        invite_user(
            ctx, email=person.email, role=person.role, name=person.name, password=PASSWORD, today=today,
            creditor=creditors.get(person.creditor),
        )  # fmt: skip
