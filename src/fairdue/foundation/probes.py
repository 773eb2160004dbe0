"""What the operator's machines ask: alive, ready, figures."""

from __future__ import annotations

import os

from django.db import connections
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

REQUESTS = Counter("fairdue_requests_total", "Answered requests", ["method", "status"])
SECONDS = Histogram("fairdue_request_seconds", "Time to answer a request")
OUTBOX = Gauge("fairdue_outbox_rows", "Outbox rows by state", ["state"])

_OUTBOX = "SELECT state, count(*) FROM outbox WHERE state <> 'done' GROUP BY state"


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether requests can be served: the database answers and is migrated."""
    del request
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except OperationalError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures in Prometheus' text form; FAIRDUE_METRICS_TOKEN, if set, must be presented."""
    token = os.environ.get("FAIRDUE_METRICS_TOKEN")
    if token and request.headers.get("Authorization") != f"Bearer {token}":
        return HttpResponse(status=401)
    with connections["loader"].cursor() as cursor:
        cursor.execute(_OUTBOX)
        counts = dict(cursor.fetchall())
    for state in ("pending", "dead"):
        OUTBOX.labels(state).set(counts.get(state, 0))
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
