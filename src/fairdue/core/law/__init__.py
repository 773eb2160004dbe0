"""The law of late payment as dated data and pure calculators: interest, compensation, limitation, notice."""

from __future__ import annotations

from fairdue.core.law.compensation import Compensation, compensation
from fairdue.core.law.interest import Claim, Interest, Payment, interest
from fairdue.core.law.limitation import Event, Limitation, limitation
from fairdue.core.law.notice import Notice, missing_contents, notice
from fairdue.core.law.regime import EventKind, Kind
from fairdue.core.law.registry import known_countries, regime_of
from fairdue.core.law.start import Dates

__all__ = [
    "Claim",
    "Compensation",
    "Dates",
    "Event",
    "EventKind",
    "Interest",
    "Kind",
    "Limitation",
    "Notice",
    "Payment",
    "compensation",
    "interest",
    "known_countries",
    "limitation",
    "missing_contents",
    "notice",
    "regime_of",
]
