"""The import in four steps: upload, mapping, dry run, result. Nothing is stored before the person says so."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.files import disposition, load, store
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular import Profile, open_reading
from fairdue.foundation.tabular.cells import excerpt
from fairdue.foundation.tabular.findings import OWN_COLUMNS
from fairdue.foundation.tabular.fixed import may_be_fixed
from fairdue.foundation.tabular.profile import DELIMITERS, ENCODINGS
from fairdue.foundation.tabular.registry import KINDS, kinds
from fairdue.foundation.tabular.source import WorkbookSource
from fairdue.parties import imports as engine
from fairdue.parties.import_queue import queue_import
from fairdue.web.creditors import creditor_choices, names
from fairdue.web.panels import wants_fragment
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from fairdue.foundation.tabular import Reading
    from fairdue.foundation.tabular.registry import ImportKind
    from fairdue.foundation.tabular.schema import Field

MOST_BYTES = 100_000_000
SAMPLE_ROWS = 4
LOOKED_AT = 2_000
"""Rows that the mapping looks at while the person waits; the dry run reads them all, as a job."""
MARKS = (("", "found by the values"), (".", "point: 1,234.50"), (",", "comma: 1.234,50"))
ORDERS = (
    ("", "found by the values"),
    ("DMY", "day first: 31/03/2026"),
    ("MDY", "month first: 03/31/2026"),
    ("YMD", "year first only: 2026-03-31"),
)
FIXED = "fixed-"
"""Begins the names of the form fields that hold what is the same in every row."""
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def _ctx(request: HttpRequest) -> Any:
    return request.ctx  # type: ignore[attr-defined]


def _today(request: HttpRequest) -> Any:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


@contextmanager
def _stored_path(ctx: Any, file: UUID) -> Iterator[tuple[Path, str]]:
    """Give a stored file as a path for the block, with the name it was sent under."""
    from fairdue.foundation.models import StoredFile

    try:
        row, content = load(ctx, file)
    except StoredFile.DoesNotExist:
        raise Http404("There is no such file.") from None
    with tempfile.TemporaryDirectory(prefix="fairdue-import-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        yield path, row.name


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORTS_RUN)
def index(request: HttpRequest) -> HttpResponse:
    """Show the upload, the last runs and the saved profiles; a POST keeps the file and goes on to the mapping."""
    ctx = _ctx(request)
    problem = ""
    if request.method == "POST":
        try:
            return _upload(request)
        except RefusedError as refused:
            problem = refused.findings[0].message
    runs = engine.import_runs(ctx)
    people = actor_names(ctx, {run.actor for run in runs})
    clients = names(ctx)
    context = {
        "kinds": kinds(),
        "kind": request.POST.get("kind", request.GET.get("kind", "")),
        "creditors": creditor_choices(ctx),
        "creditor": str(creditor_choice(request) or request.POST.get("creditor", "")),
        "runs": [(run, people[run.actor], clients.get(run.creditor_id, "")) for run in runs],
        "titles": {kind.word: kind.title for kind in kinds()},
        "profiles": engine.profiles(ctx),
        "problem": problem,
    }
    return render(request, "web/imports/index.html", context, status=422 if problem else 200)


def _upload(request: HttpRequest) -> HttpResponse:
    sent, kind = request.FILES.get("upload"), request.POST.get("kind", "")
    if sent is None or sent.size is None:
        raise refuse("file.missing", "upload", "Choose a file first.")
    if sent.size > MOST_BYTES:
        raise refuse("file.too_large", "upload", "The file is larger than 100 MB; use the command line for it.")
    if kind not in KINDS:
        raise refuse("import.kind", "kind", "Say what the file holds.")
    try:
        creditor = UUID(request.POST.get("creditor", ""))
    except ValueError:
        raise refuse("creditor.unknown", "creditor", "Say which client the file is for.") from None
    stored = store(
        _ctx(request), content=sent.read(), name=(sent.name or "upload")[:200],
        media_type="application/octet-stream", creditor=creditor,
    )  # fmt: skip
    return redirect("web:import_mapping", stored.id, kind, creditor)


def _profile(request: HttpRequest, saved: list[engine.ProfileRow]) -> Profile:
    """Return the profile of the form, else the saved one that the URL names, else an empty one."""
    if request.method != "POST":
        if "run" in request.GET:
            return _tried_profile(request)
        wanted = request.GET.get("profile", "")
        return next((row.profile for row in saved if row.name == wanted), Profile())
    columns = {
        request.POST.get(f"header-{number}", ""): request.POST.get(f"field-{number}", "")
        for number in range(len([key for key in request.POST if key.startswith("header-")]))
    }
    names_ = ("decimal_mark", "date_order", "delimiter", "encoding", "sheet", "name")
    fixed = {key.removeprefix(FIXED): request.POST[key] for key in request.POST if key.startswith(FIXED)}
    texts = {name: request.POST.get(name, "").strip(" ") for name in names_}
    return Profile.from_json({"columns": columns, "fixed": fixed, **texts})


def _tried_profile(request: HttpRequest) -> Profile:
    """Return the columns as they were tried, for who goes back to them."""
    try:
        row = engine.import_run(_ctx(request), UUID(request.GET["run"]))
    except ValueError:
        raise Http404 from None
    return Profile.from_json(row.profile) if row else Profile()


def _gaps(reading: Reading) -> list[tuple[Field, str]]:
    """Return the fields that may get a fixed value, each with that of the profile: needed ones without a column."""
    mapped = {column.field.name for column in reading.columns}
    given = reading.profile.fixed
    return [
        (field, given.get(field.name, ""))
        for field in reading.schema.fields
        if may_be_fixed(reading.schema, field)
        and (field.name in given or (field.required and field.name not in mapped))
    ]


def _lines(reading: Reading) -> list[dict[str, Any]]:
    """Return each column of the file with its field and some of its values."""
    rows = [cells for _, (_, cells, _) in zip(range(SAMPLE_ROWS), reading.body(), strict=False)]
    mapped = {column.index: column.field.name for column in reading.columns}
    return [
        {
            "number": number,
            "header": header,
            "field": mapped.get(index, ""),
            "samples": [text for cells in rows if index < len(cells) and (text := excerpt(cells[index]).strip())],
        }
        for number, (index, header) in enumerate(
            (index, header)
            for index, header in enumerate(reading.header)
            if header and header.casefold() not in OWN_COLUMNS
        )
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORTS_RUN)
def mapping(request: HttpRequest, file: UUID, kind: str, creditor: UUID) -> HttpResponse:
    """Show which column fills which field; a POST tries the whole file and changes nothing."""
    ctx = _ctx(request)
    if kind not in KINDS:
        raise Http404
    saved = engine.profiles(ctx, kind)
    profile = _profile(request, saved)
    nameless = request.POST.get("save") and not profile.name
    if request.method == "POST" and "again" not in request.POST and not nameless:
        return _try(request, file, kind, creditor, profile)
    with _stored_path(ctx, file) as (path, name):
        reading = open_reading(path, KINDS[kind].schema, profile, LOOKED_AT)
        resolved = reading.resolved()
        context = {
            "kind": KINDS[kind],
            "name": name,
            "client": names(ctx).get(creditor, ""),
            "lines": _lines(reading),
            "fields": KINDS[kind].schema.fields,
            "gaps": _gaps(reading),
            "row_count": reading.row_count,
            "more": reading.row_count >= LOOKED_AT - 1,
            "findings": reading.findings,
            "profile": profile,
            "nameless": nameless,
            "workbook": isinstance(reading.source, WorkbookSource),
            "found": {
                "mark": dict(MARKS).get(resolved.decimal_mark, ""),
                "order": dict(ORDERS).get(resolved.date_order, ""),
                "delimiter": DELIMITER_WORDS.get(resolved.delimiter, ""),
                "encoding": resolved.encoding,
            },
            "saved": saved,
            "marks": MARKS,
            "orders": ORDERS,
            "delimiters": [("", "found by the header"), *((one, DELIMITER_WORDS[one]) for one in DELIMITERS)],
            "encodings": [("", "found by the bytes"), *((one, one) for one in ENCODINGS)],
        }
    return render(request, "web/imports/mapping.html", context, status=422 if nameless else 200)


def _try(request: HttpRequest, file: UUID, kind: str, creditor: UUID, profile: Profile) -> HttpResponse:
    """Queue the dry run and go to its page."""
    ctx, today = _ctx(request), _today(request)
    if request.POST.get("save") and profile.name:
        engine.save_profile(ctx, kind=kind, profile=profile, today=today)
    try:
        run = queue_import(ctx, kind=kind, file=file, creditor=creditor, today=today, profile=profile, dry_run=True)
    except ObjectDoesNotExist:
        raise Http404("There is no such file.") from None
    return redirect("web:import_run", run)


def _run(request: HttpRequest, run: UUID) -> engine.RunRow:
    row = engine.import_run(_ctx(request), run)
    if row is None:
        raise Http404("There is no such import.")
    return row


@require_safe
@needs(Permission.IMPORTS_RUN)
def show(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show what a dry run would do, or what an import did, with every finding."""
    row = _run(request, run)
    ctx = _ctx(request)
    if wants_fragment(request):
        return _progress(request, row)
    headings = {field: header for header, field in row.profile.get("columns", {}).items()}
    context = {
        "run": row,
        "kind": KINDS.get(row.kind),
        "client": names(ctx).get(row.creditor_id, ""),
        "who": actor_names(ctx, [row.actor])[row.actor],
        "tried": row.state == "tried",
        "can_go": row.state == "tried" and row.file_id is not None,
        "left": row.good if row.state == "tried" else 0,
        "findings": [(item, headings.get(item.field, "")) for item in row.findings],
        "next": _next(row.kind),
    }
    return render(request, "web/imports/run.html", context)


def _next(kind: str) -> list[ImportKind]:
    """Return the kind that one imports after this one; rates go in at any time, so they are nobody's next."""
    return [one for one in kinds() if one.after and one.order > KINDS[kind].order][:1] if kind in KINDS else []


def _progress(request: HttpRequest, row: engine.RunRow) -> HttpResponse:
    """Answer the page that waits: how far the job is, or that the page is to be read again."""
    if row.waiting:
        return render(request, "web/imports/progress.html", {"run": row})
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Permission.IMPORTS_RUN)
def confirm(request: HttpRequest, run: UUID) -> HttpResponse:
    """Import what was tried: everything, or only the good rows."""
    row = _run(request, run)
    if row.state != "tried" or row.file_id is None:
        raise refuse("import.not_tried", "", "Only a dry run can be confirmed; start from the file again.")
    ctx = _ctx(request)
    valid_only = request.POST.get("rows") == "good"
    made = queue_import(
        ctx, kind=row.kind, file=row.file_id, creditor=row.creditor_id, today=_today(request),
        profile=Profile.from_json(row.profile), valid_only=valid_only, key=f"confirm:{row.id}:{valid_only}",
    )  # fmt: skip
    return redirect("web:import_run", made)


@require_safe
@needs(Permission.IMPORTS_RUN)
def findings_file(request: HttpRequest, run: UUID) -> HttpResponse:
    """Give the refused rows with their problems, to be corrected and imported again."""
    row = _run(request, run)
    if row.findings_file_id is None:
        raise Http404("Nothing was refused.")
    stored, content = load(_ctx(request), row.findings_file_id)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(stored.name)
    return response


@require_POST
@needs(Permission.IMPORTS_RUN)
def profile_delete(request: HttpRequest, profile: UUID) -> HttpResponse:
    """Delete a saved profile."""
    engine.delete_profile(_ctx(request), profile=profile, today=_today(request))
    messages.success(request, "The profile is deleted. Past imports keep what they used.")
    return redirect("web:imports")
