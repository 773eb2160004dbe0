"""What the room tells `fairdue doctor`: whether documents can be made and judged on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from fairdue.foundation.doctor import Sign, examine, fail, ok, warn
from fairdue.invoicing.documents.pdf import showable
from fairdue.invoicing.validation.packs import RULES, SCHEMAS, pack

NEEDED = "en16931"
ADVICE = "Install Fairdue with its lock file: `uv sync --frozen`."


@examine("fonts", database=False)
def documents_can_be_written() -> Iterator[Sign]:
    """Write a page with letters of the languages that we know."""
    missing = [letter for letter in "Aäéßłčő€" if not showable(letter)]
    if find_spec("font_source_sans_pro") is None:
        yield fail("fonts", "Source Sans Pro is missing: invoices would look different", ADVICE)
    elif missing:
        yield fail("fonts", f"documents cannot show {' '.join(missing)}", ADVICE)
    else:
        yield ok("fonts", "documents can be written")


@examine("rules", database=False)
def documents_can_be_judged() -> Iterator[Sign]:
    """Look for the processor, the schemas and each official rule set."""
    if find_spec("saxonche") is None:
        yield fail("rules", "the schematron processor saxonche is missing: nothing can be validated", ADVICE)
    if absent := [name for name, source in SCHEMAS.items() if source.find() is None]:
        yield fail("rules", f"schemas are missing: {', '.join(absent)}", ADVICE)
    for rule_set, syntax in RULES:
        found = pack(rule_set, syntax)
        if found:
            yield ok("rules", f"{found.name} {found.version}")
        else:
            words = f"{rule_set} for {syntax} is missing: such documents are shown as “not checked”"
            yield (fail if rule_set == NEEDED else warn)("rules", words, "Install the extra `rules`.")
