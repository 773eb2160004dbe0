"""Invoice files of anybody, judged like an official validator judges them; nothing of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fairdue.core.invoice.check import FindingClass
from fairdue.foundation.files import plain_name
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.validation.record import State
from fairdue.invoicing.validation.reviewing import review
from fairdue.web.invoicing.lists import tabs
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse

MOST, LARGEST = 10, 10 * 1024 * 1024
"""Files of one look, and bytes of each."""
VERDICTS = {
    State.VALID: ("Valid", "done"), State.INVALID: ("Not valid", "danger"),
    State.NOT_CHECKED: ("Not checked", "attention"),
}  # fmt: skip
CLASSES = {
    FindingClass.FORMAT: "Format", FindingClass.BUSINESS_RULE: "Business rules", FindingClass.CONTENT: "Content",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the form, and of files that were sent the verdicts with what was found in three classes."""
    context: dict[str, Any] = {"tabs": tabs("validate_files"), "most": MOST, "largest": LARGEST // 1024**2}
    if request.method == "GET":
        return render(request, "web/invoicing/validate.html", context)
    files = request.FILES.getlist("upload")
    refusal = _refusal(files)
    if refusal:
        return render(request, "web/invoicing/validate.html", context | {"refusal": refusal}, status=422)
    return render(request, "web/invoicing/validate.html", context | {"judged": [_judged(file) for file in files]})


def _refusal(files: list[UploadedFile[Any]]) -> str:
    """Return why these files are not looked at, nothing where they are."""
    if not files:
        return "Choose the files first."
    if len(files) > MOST:
        return f"At most {MOST} files at once; these are {len(files)}."
    large = [plain_name(file.name or "file") for file in files if (file.size or 0) > LARGEST]
    return f"Larger than {LARGEST // 1024**2} MB: {', '.join(large)}." if large else ""


def _judged(file: UploadedFile[Any]) -> dict[str, Any]:
    """Return a file's verdict as the page shows it."""
    record = review(file.read())
    word, tone = VERDICTS[record.state]
    found = [(title, record.of_class(kind)) for kind, title in CLASSES.items() if record.of_class(kind)]
    return {
        "name": plain_name(file.name or "file"), "word": word, "tone": tone, "record": record, "found": found,
    }  # fmt: skip
