"""Imported rule packs: a folder each below the data folder, with the manifest that describes it.

The operator brings a folder or a zip with `manifest.json`:

    {"rule_set": "peppol", "syntax": "ubl", "name": "Peppol BIS Billing 3", "version": "2026.5",
     "valid_from": "2026-05-18", "valid_to": null, "licence": "...", "stylesheet": "PEPPOL-EN16931-UBL.xslt",
     "schema": "", "files": {"PEPPOL-EN16931-UBL.xslt": "<sha256>"}, "severities": {"BR-CL-23": "warning"}}

Every file is named with its SHA-256 and checked when it is added and again whenever it is used: a rule that
was changed on disk judges nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from lxml import etree

from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.foundation.database import data_folder
from fairdue.invoicing.validation.bounds import beyond

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANIFEST = "manifest.json"
LARGEST = 64 * 1024 * 1024
MOST_FILES = 400
_WORD = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}\Z")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_SEVERITIES = frozenset(item.value for item in Severity)


@dataclass(frozen=True, slots=True)
class ImportedPack:
    """One imported pack, its files checked against their hashes."""

    rule_set: str
    syntax: str
    name: str
    version: str
    sha256: str
    """Of the stylesheet, or of the schema where the pack has none."""
    stylesheet: str
    schema: str
    valid_from: date | None
    valid_to: date | None
    licence: str
    severities: tuple[tuple[str, str], ...]


def folder() -> Path:
    """Return where imported packs lie."""
    return data_folder() / "rules"


def _files(source: Path) -> dict[str, bytes]:
    """Return the files of a folder or a zip by their path; refuses what is too large or leaves its folder."""
    if source.is_dir():
        found = {
            one.relative_to(source).as_posix(): one.read_bytes()
            for one in sorted(source.rglob("*"))
            if one.is_file() and not one.is_symlink()
        }
    else:
        found = _unzipped(source.read_bytes())
    if len(found) > MOST_FILES or sum(map(len, found.values())) > LARGEST:
        raise refuse("rules.size", str(source), f"A pack has {MOST_FILES} files and {LARGEST // 1024**2} MB at most.")
    return found


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > LARGEST:
                raise refuse("rules.size", "", "The archive is too large for a rule pack.")
            return {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise refuse("rules.archive", "", f"This is neither a folder nor a zip: {error}.") from None


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        data = json.loads(files[MANIFEST])
    except KeyError:
        raise refuse("rules.manifest", MANIFEST, f"The pack has no {MANIFEST}.") from None
    except (ValueError, RecursionError) as error:
        raise refuse("rules.manifest", MANIFEST, f"The manifest is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise refuse("rules.manifest", MANIFEST, "The manifest is an object with named fields.")
    return data


def _day(data: Mapping[str, Any], name: str) -> date | None:
    value = data.get(name)
    return date.fromisoformat(value) if value else None


def _wrong(data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name in ("rule_set", "syntax"):
        if not _WORD.match(str(data.get(name, ""))):
            yield name, f"{name} is a short word such as peppol or ubl."
    if not _VERSION.match(str(data.get("version", ""))):
        yield "version", "version is a short text such as 2026.5."
    for name in ("valid_from", "valid_to"):
        try:
            _day(data, name)
        except (ValueError, TypeError):
            yield name, f"{name} is a date such as 2026-05-18, or null."
    severities = data.get("severities") or {}
    if not isinstance(severities, dict) or not set(map(str, severities.values())) <= _SEVERITIES:
        yield "severities", "severities gives error, warning or info to a rule number."
    yield from _wrong_files(data, files)


def _wrong_files(data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    named = data.get("files")
    if not isinstance(named, dict) or not named:
        yield "files", "files names every file of the pack with its SHA-256."
        return
    for path, digest in named.items():
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/") or "\\" in path:
            yield f"files.{path}", "A path stays inside the pack."
        elif path not in files:
            yield f"files.{path}", "This file is not in the pack."
        elif wrong := _wrong_content(path, files[path], digest):
            yield f"files.{path}", wrong
    used = [str(data[name]) for name in ("stylesheet", "schema") if data.get(name)]
    if not used:
        yield "stylesheet", "A pack brings a stylesheet, a schema or both."
    for path in used:
        if path not in named:
            yield "stylesheet", f"{path!r} is not among the files."
        elif path in files and not _well_formed(files[path]):
            yield f"files.{path}", "This file is not well-formed XML without a document type."


def _wrong_content(path: str, content: bytes, digest: object) -> str:
    if not _DIGEST.match(str(digest)) or hashlib.sha256(content).hexdigest() != digest:
        return "The SHA-256 of this file is another one."
    reached = beyond(path, content)
    return f"It reaches out of the pack: {reached}." if reached else ""


def _well_formed(data: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    try:
        docinfo: Any = etree.fromstring(data, parser).getroottree().docinfo
    except etree.XMLSyntaxError:
        return False
    return not docinfo.doctype


def _checked(source: Path | bytes) -> tuple[dict[str, Any], dict[str, bytes], Path]:
    """Return manifest, files and place of a pack; refuses with every reason, and another pack of the same version."""
    files = _unzipped(source) if isinstance(source, bytes) else _files(source)
    data = _manifest(files)
    wrong = tuple(Finding("rules.manifest", path, sentence) for path, sentence in _wrong(data, files))
    if wrong:
        raise RefusedError(*wrong)
    target = folder() / f"{data['rule_set']}-{data['syntax']}-{data['version']}"
    if target.exists() and json.loads((target / MANIFEST).read_bytes()) != data:
        raise refuse(
            "rules.repeated", "version", f"Another pack {target.name} was imported before; give it its own version."
        )
    return data, files, target


def described(content: bytes) -> dict[str, Any]:
    """Return the manifest of a zip without importing it; refuses as `add` does."""
    return _checked(content)[0]


def add(source: Path | bytes) -> ImportedPack:
    """Import a pack from a folder or zip; refuses with every reason. The same pack again changes nothing."""
    data, files, target = _checked(source)
    if not target.exists():
        _keep(target, data, files)
    return _loaded(target)


def _keep(target: Path, data: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    draft = target.with_name(f".{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for path in (*data["files"], MANIFEST):
        place = draft / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(files[path])
    draft.rename(target)


_known: dict[Path, tuple[tuple[tuple[int, int, int], ...], ImportedPack]] = {}


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size


def _loaded(target: Path) -> ImportedPack:
    """Return the pack in a folder; refuses one whose files are not those of its manifest."""
    stamp = tuple(_stamp(one) for one in sorted(target.rglob("*")))
    if target in _known and _known[target][0] == stamp:
        return _known[target][1]
    data = json.loads((target / MANIFEST).read_bytes())
    for path, digest in data["files"].items():
        if hashlib.sha256((target / path).read_bytes()).hexdigest() != digest:
            raise refuse("rules.changed", f"{target.name}/{path}", "This file is not the one that was imported.")
    stylesheet, schema = data.get("stylesheet") or "", data.get("schema") or ""
    found = ImportedPack(
        data["rule_set"], data["syntax"], data.get("name") or target.name, data["version"],
        data["files"][stylesheet or schema], str(target / stylesheet) if stylesheet else "",
        str(target / schema) if schema else "", _day(data, "valid_from"), _day(data, "valid_to"),
        str(data.get("licence") or ""), tuple(sorted((data.get("severities") or {}).items())),
    )  # fmt: skip
    _known[target] = (stamp, found)
    return found


def imported() -> tuple[ImportedPack, ...]:
    """Return every imported pack."""
    if not folder().is_dir():
        return ()
    return tuple(_loaded(one) for one in sorted(folder().iterdir()) if not one.name.startswith("."))
