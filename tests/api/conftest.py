"""Machines that call the API: `api` with every scope of a tenant, `stranger` with every scope of another."""

from __future__ import annotations

import pytest


@pytest.fixture
def api(ctx):
    from tests.api.calling import Machine

    return Machine(ctx)


@pytest.fixture
def stranger(other_ctx):
    from tests.api.calling import Machine

    return Machine(other_ctx)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    from tests import make

    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())


@pytest.fixture(autouse=True)
def _patient_with_wrong_keys(monkeypatch):
    """Let wrong keys of all tests come from one address; the test of that limit sets its own."""
    from fairdue.api import limits

    monkeypatch.setattr(limits, "FAILURES_PER_SECOND", 1e9)
