"""Structured logs: one JSON object a line with tenant and request id, bank details and addresses masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_IBAN = re.compile(r"\b([A-Z]{2}\d{2})[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}([A-Z0-9]{1,4})\b")
_MAIL = re.compile(r"\b[\w.+-]+@([\w-]+\.[\w.-]+)\b")


def scrub(text: str) -> str:
    """Mask account numbers and mailbox names in free text."""
    return _MAIL.sub(r"…@\1", _IBAN.sub(r"\1…\2", text))


def _scrub_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def configure(level: str = "INFO") -> None:
    """Send all logs of the process to standard error in one shape."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        _scrub_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("fontTools", "django.template", "asyncio", "procrastinate"):
        logging.getLogger(noisy).setLevel("WARNING")
