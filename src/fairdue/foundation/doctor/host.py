"""What the machine must give: folder, key, room on the disk, settings, a way for mail."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from fairdue.foundation.database import data_folder
from fairdue.foundation.doctor import Sign, examine, fail, ok, warn

GIGABYTE = 1_000_000_000
LOW, TOO_LOW = 5 * GIGABYTE, GIGABYTE
HERE = {"127.0.0.1", "localhost", "::1"}
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@examine("data folder", database=False)
def folder_is_ours() -> Iterator[Sign]:
    """Write into the data folder, and look who else may."""
    folder = data_folder()
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield fail("data folder", f"{folder} cannot be written: {error.strerror}", "Give it to the account of Fairdue.")
        return
    if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield fail("data folder", f"others may write into {folder}", f"chmod go-w {folder}")
    else:
        yield ok("data folder", str(folder))
    for name in ("files", "mail"):
        if (folder / name).is_dir() and (folder / name).stat().st_mode & OTHERS:
            yield warn("data folder", f"others may read {folder / name}", f"chmod 700 {folder / name}")


@examine("key", database=False)
def key_is_kept() -> Iterator[Sign]:
    """Look where the secret comes from and who may read it."""
    path = data_folder() / "secret_key"
    if os.environ.get("FAIRDUE_SECRET_KEY"):
        yield ok("key", "given by FAIRDUE_SECRET_KEY")
    elif not path.exists():
        yield warn("key", "there is none yet; the first start makes one", "Keep a copy: fairdue backup --key-out FILE.")
    elif path.stat().st_mode & OTHERS:
        yield fail("key", f"others may read {path}", f"chmod 600 {path}")
    else:
        yield ok("key", f"in {path}, for its owner only")


@examine("disk", database=False)
def disk_has_room() -> Iterator[Sign]:
    """Look at the room that is left where files and temporary files go."""
    for place in dict.fromkeys((data_folder(), Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(place).free
        words = f"{free / GIGABYTE:.1f} GB free in {place}"
        if free < TOO_LOW:
            yield fail("disk", words, "Make room now: below this, imports and documents fail.")
        elif free < LOW:
            yield warn("disk", words, "Make room soon.")
        else:
            yield ok("disk", words)


@examine("address", database=False)
def address_is_safe() -> Iterator[Sign]:
    """Look at how people reach the installation."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.DEBUG and host not in HERE:
        yield fail("address", "FAIRDUE_DEBUG shows errors with data to everybody", "Unset FAIRDUE_DEBUG.")
    if settings.HTTPS or host in HERE:
        yield ok("address", settings.BASE_URL)
    else:
        advice = "Put a proxy with a certificate before it and set FAIRDUE_BASE_URL=https://…"
        yield fail("address", f"{settings.BASE_URL} is not encrypted: passwords travel in the open", advice)


@examine("mail server", database=False)
def mail_can_leave() -> Iterator[Sign]:
    """Greet the mail server and sign in; nothing is sent."""
    url = urlsplit(os.environ.get("FAIRDUE_SMTP_URL", ""))
    if not url.scheme:
        where = data_folder() / "mail"
        yield warn(
            "mail server", f"none is set: mail is written to {where}", "Set FAIRDUE_SMTP_URL and FAIRDUE_MAIL_FROM."
        )
        return
    options = settings.MAILERS["default"].get("OPTIONS", {})
    try:
        _greet(options)
    except (OSError, smtplib.SMTPException) as error:
        yield fail("mail server", f"{url.hostname}: {error}", "Check FAIRDUE_SMTP_URL and the way to the server.")
        return
    yield ok("mail server", f"{url.hostname} answers")
    if settings.DEFAULT_FROM_EMAIL.endswith(".example"):
        yield warn("mail server", f"the sender is {settings.DEFAULT_FROM_EMAIL}", "Set FAIRDUE_MAIL_FROM.")


def _greet(options: dict[str, object]) -> None:
    host, port = str(options["host"]), int(str(options["port"]))
    server = (
        smtplib.SMTP_SSL(host, port, timeout=5, context=ssl.create_default_context())
        if options["use_ssl"]
        else smtplib.SMTP(host, port, timeout=5)
    )
    with server:
        if options["username"]:
            server.login(str(options["username"]), str(options["password"]))
        server.noop()
