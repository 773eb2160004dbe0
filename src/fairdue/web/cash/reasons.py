"""Why customers keep money back, as the screens of cash name it."""

from __future__ import annotations

from fairdue.cash.reasons import REASON_WORDS

__all__ = ["REASON_WORDS"]
