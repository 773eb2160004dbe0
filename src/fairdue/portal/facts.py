"""The facts of the portal."""

from __future__ import annotations

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("portal.link_made", "Portal link made, valid until {expires_on}", "collections"),
    FactType("portal.opened", "Customer opened the portal", "collections"),
    FactType("portal.link_asked", "Customer asked for a fresh portal link", "collections"),
)
