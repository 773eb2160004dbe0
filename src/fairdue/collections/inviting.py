"""The debtor's personal portal link under a message, written into the mail only and kept nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.portal import portal_links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.mail import Mail

WORDS = {
    "en": "See what is open, pay, promise a date or contest an item, without an account:",
    "de": "Offene Posten ansehen, bezahlen, einen Termin zusagen oder widersprechen, ganz ohne Konto:",
    "fr": "Voir ce qui reste dû, payer, proposer une date ou contester, sans créer de compte :",
}
_ANY_WORDS = "|".join(re.escape(escape(words)) for words in WORDS.values())
_LINK = re.compile(rf"(<p>(?:{_ANY_WORDS})<br>)<a [^>]*>[^<]*</a></p>")


def with_links(ctx: Ctx, mails: Sequence[Mail], languages: Mapping[UUID, str], today: date) -> list[Mail]:
    """Return the mails, each with its debtor's link at the end; as they are where there is no portal."""
    links = portal_links(ctx, debtors=[mail.debtor_id for mail in mails if mail.debtor_id], today=today)
    return [_with_link(mail, links, languages) for mail in mails]


def without_link(html: str) -> str:
    """Return the HTML of a mail as the team may see it: the personal link is the customer's secret."""
    return _LINK.sub(r"\1…</p>", html)


def _with_link(mail: Mail, links: Mapping[UUID, str], languages: Mapping[UUID, str]) -> Mail:
    if mail.debtor_id is None or mail.debtor_id not in links:
        return mail
    link = links[mail.debtor_id]
    words = WORDS.get(languages.get(mail.debtor_id, "en")[:2], WORDS["en"])
    paragraph = f'<p>{escape(words)}<br><a href="{escape(link)}">{escape(link)}</a></p>'
    body, end, rest = mail.html.rpartition("</body>")
    html = (f"{body}{paragraph}{end}{rest}" if end else f"{mail.html}{paragraph}") if mail.html else ""
    return replace(mail, text=f"{mail.text}\n\n{words}\n{link}\n", html=html)
