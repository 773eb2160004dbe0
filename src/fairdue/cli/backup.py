"""`fairdue backup | restore`: one archive of the installation, and the way back."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cli import base

if TYPE_CHECKING:
    from fairdue.foundation.backup.archive import Manifest, Reader


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the two commands."""
    words = "write the database and the stored files into one archive"
    backup = subparsers.add_parser("backup", help=words, description=words)
    backup.add_argument("out", type=Path, metavar="OUT", help="the archive to write; must not exist")
    key = backup.add_mutually_exclusive_group()
    key.add_argument("--key-out", type=Path, metavar="FILE", help="write the installation's key into a file beside it")
    key.add_argument("--with-key", action="store_true", help="put the key into the archive")
    backup.add_argument("--json", action="store_true", help="answer as JSON")
    backup.set_defaults(run=make_backup)
    words = "bring an archive back into an empty installation, then verify"
    restore = subparsers.add_parser("restore", help=words, description=words)
    restore.add_argument("file", type=Path, metavar="FILE", help="an archive of `fairdue backup`")
    restore.add_argument("--key", type=Path, metavar="FILE", help="the file with the key of the archive")
    restore.add_argument("--replace", action="store_true", help="let the archive take the place of what is there")
    restore.add_argument("--check", action="store_true", help="only check the archive and its key; change nothing")
    restore.set_defaults(run=restore_backup)


def _told(words: str) -> None:
    print(f"  {words} …", file=sys.stderr, flush=True)


def make_backup(args: argparse.Namespace) -> int:
    """Write the archive and say what is in it and what is not; 1 when stored files were damaged."""
    from fairdue.foundation.backup.making import make, write_key

    base.start()
    if args.key_out:
        write_key(args.key_out)
    try:
        manifest = make(args.out, with_key=args.with_key, told=_told)
    except BaseException:
        if args.key_out:
            args.key_out.unlink()
        raise
    if args.json:
        print(json.dumps(_answer(args, manifest), indent=2))
    else:
        _say(args, manifest)
    return 1 if manifest.damaged else 0


def _answer(args: argparse.Namespace, manifest: Manifest) -> dict[str, object]:
    return {
        "archive": str(args.out), "bytes": args.out.stat().st_size, "made_at": manifest.made_at,
        "tenants": list(manifest.tenants), "files": manifest.files, "damaged": list(manifest.damaged),
        "key": "in the archive" if args.with_key else str(args.key_out) if args.key_out else "not saved",
    }  # fmt: skip


def _say(args: argparse.Namespace, manifest: Manifest) -> None:
    size = args.out.stat().st_size / 1_000_000
    print(f"{args.out}: {size:.1f} MB, {len(manifest.tenants)} tenants, {manifest.files} stored files")
    if args.with_key:
        print("The key is in the archive: whoever holds the archive can read bank details.")
    elif args.key_out:
        print(f"The key is not in the archive but in {args.key_out}: keep the two apart, and keep both.")
    else:
        print("The key is NOT in the archive. Without it bank details are lost: save it once with --key-out FILE.")
    for name in manifest.damaged:
        print(f"damaged: the stored file {name} is gone or changed and is not in the archive", file=sys.stderr)


def restore_backup(args: argparse.Namespace) -> int:
    """Check everything, bring it back whole or not at all, migrate, verify; 1 when verify names a row."""
    from fairdue.foundation.backup.archive import Reader
    from fairdue.foundation.backup.restoring import given_key, installed_key

    reader = Reader(args.file)
    reader.check(_told)
    secret = given_key(reader, args.key)
    made = f"Fairdue {reader.manifest.version}, {reader.manifest.made_at}"
    if args.check:
        print(f"The archive is whole ({made}) and the key is the right one.")
        return 0
    with installed_key(secret, replace=args.replace) as aside:
        new_files = _bring_back(args, reader)
    print(f"Restored {', '.join(reader.manifest.tenants) or 'no tenant'} ({made}), {new_files} stored files brought.")
    if aside:
        print(f"The key that was here before lies in {aside}.")
    return _verify()


def _bring_back(args: argparse.Namespace, reader: Reader) -> int:
    from fairdue.foundation.backup.restoring import restore

    base.start()
    base.close_connections()
    return restore(reader, replace=args.replace, told=_told).new_files


def _verify() -> int:
    from fairdue.foundation.mail.holding import held
    from fairdue.foundation.migrating import migrate_all
    from fairdue.foundation.verifying import verify

    _told("migrating")
    migrate_all()
    _told("verifying")
    findings = verify()
    for finding in findings:
        print(f"{finding.code}: {finding.path}: {finding.message}")
    print("Every invariant holds." if not findings else f"verify names {len(findings)} rows.")
    if held():
        print("Mail is held back: see `fairdue mail waiting`, then `fairdue mail release`.")
    return 1 if findings else 0
