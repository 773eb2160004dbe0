"""The operator's transmitter: a folder for each network, into which files are written whole or not at all.

`FAIRDUE_HANDOVER` names the folder. What is carried on from there (SFTP, SdICoop, KSeF, an approved platform) is the
operator's transmitter; Fairdue does not speak those networks itself and does not say so. `out` holds what is to be
sent, `in` the answers, `done` the answers that were read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from fairdue.core.invoice.delivery import Way

WAYS = (Way.FOLDER, Way.SDI, Way.KSEF, Way.PLATFORM)


def root() -> Path | None:
    """Return the folder of the transmitter, none where the operator named none."""
    named = os.environ.get("FAIRDUE_HANDOVER", "")
    return Path(named) if named else None


def place(tenant: str, way: str, box: str) -> Path:
    """Return a folder of one tenant and network; refuses names that lead elsewhere."""
    base = root()
    if base is None or way not in set(WAYS) or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", tenant):
        raise ValueError(f"there is no transmitter folder for {tenant}/{way}")
    return base / tenant / way / box


def name_for(tax_id: str, delivery: str, number: str, suffix: str) -> str:
    """Return a file name that is the same however often the delivery is handed over."""
    safe = re.sub(r"[^A-Za-z0-9]+", "-", f"{tax_id}_{number}").strip("-")
    return f"{safe}_{delivery[-8:]}{suffix}"


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a file whole under its name: first beside it, then renamed, so that nobody picks up half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    partial = folder / f".{name}.{os.getpid()}.part"
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return target
