"""The reference page says what the code does: every column, every finding code."""

import re
from pathlib import Path

import fairdue.foundation.tabular
from fairdue.foundation.tabular.formats import SCHEMAS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "import-columns.md").read_text(encoding="utf-8")


def section(title):
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def cells(text):
    return [re.split(r"(?<!\\)\|", line.strip("|")) for line in text.splitlines() if line.startswith("| ")][1:]


def test_every_column_stands_on_the_page_as_it_is():
    for kind, schema in SCHEMAS.items():
        written = [(row[0].strip(), row[1].strip(), row[2].strip() == "yes") for row in cells(section(kind))]
        assert written == [(field.name, field.kind.value, field.required) for field in schema.fields]


def test_every_finding_code_stands_on_the_page():
    folder = Path(fairdue.foundation.tabular.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    written = {row[0].strip() for row in cells(section("Finding codes"))}
    families = {code.partition(".")[0] for code in written}
    used = {code for code in re.findall(r'"([a-z]+\.[a-z_]+)"', source) if code.partition(".")[0] in families}
    assert used == written
