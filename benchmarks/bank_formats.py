"""How fast every bank format is read, and in how much memory.

Run: python benchmarks/bank_formats.py [--entries N] [--camt N] [FORMAT ...]
Each format is read in a process of its own from a file that is written first: entries per CPU second and the peak
resident memory of that process, of which `base` is what the interpreter and the readers take before the file. Formats
that are streamed (camt) take the same memory for any length; the others hold the file, which is capped at 200 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_MEMORY = 512
"""Megabytes for 1,000,000 entries of camt."""
CENTS = 11900
TEXT = "RE-2026-{n:07d} VOM 1.3.2026 KUNDE 4711"


def camt(target: IO[str], count: int) -> None:
    from camt_parse import write

    write(target, count)


def mt940(target: IO[str], count: int) -> None:
    target.write(":20:STARTUMS\r\n:25:37040044/532013000\r\n:28C:5/1\r\n:60F:C260301EUR0,00\r\n")
    for n in range(count):
        target.write(f":61:2603020302CR119,00N166NONREF//B{n}\r\n")
        target.write(f":86:166?00GUTSCHRIFT?109310?20EREF+E{n}?21SVWZ+RE-2026-{n:07d} KUNDE?2212?30COBADEFFXXX")
        target.write("?31DE02500105170137075030?32MUSTER GMBH?34000\r\n")
    target.write(f":62F:C260302EUR{CENTS * count // 100},00\r\n-\r\n")


def bai2(target: IO[str], count: int) -> None:
    total = CENTS * count
    target.write("01,BANK,CLIENT,260302,0600,1,,,2/\n02,CLIENT,BANK,1,260302,2359,USD,2/\n")
    target.write(f"03,107049924,USD,010,0,,,015,{total},,/\n")
    for n in range(count):
        target.write(f"16,142,{CENTS},V,260303,,B{n},C{n},ACME INC\n88,{TEXT.format(n=n)}\n")
    target.write(
        f"49,{2 * total},{2 * count + 2}/\n98,{2 * total},1,{2 * count + 4}/\n99,{2 * total},1,{2 * count + 6}/\n"
    )


def lockbox(target: IO[str], count: int) -> None:
    """Cheques of one cent, because a batch counts up to 999: many batches of one box."""
    target.write("101BANK      CLIENT    2603020600\n2CLIENT    BANK      0000000001400104   1\n")
    target.write("5001001" + "0068751" + "260302" + "CLIENT    BANK      \n")
    records = 3
    for start in range(0, count, 900):
        size = min(900, count - start)
        for n in range(start, start + size):
            target.write(f"6001{n % 999:03d}{CENTS:010d}0910000190000123456{n:010d}260301{'ACME INC':<30}\n")
            target.write(f"4001{n % 999:03d}6009RE-{n:012d}{CENTS:010d}\n")
        target.write(f"7001{size:03d}0068751260302{size:03d}{size * CENTS:010d}\n")
        records += 2 * size + 1
    target.write(f"80000000068751260302{count:>4}{count * CENTS:010d}\n9{records + 2:06d}\n")


def ofx(target: IO[str], count: int) -> None:
    target.write("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n")
    target.write("<BANKACCTFROM><ACCTID>12345</BANKACCTFROM><BANKTRANLIST>\n")
    for n in range(count):
        target.write(f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>119.00<FITID>F{n}<NAME>ACME")
        target.write(f"<MEMO>{TEXT.format(n=n)}</STMTTRN>\n")
    target.write("</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")


def qif(target: IO[str], count: int) -> None:
    target.write("!Type:Bank\n")
    for n in range(count):
        target.write(f"D25/03/2026\nT119.00\nPACME INC\nM{TEXT.format(n=n)}\n^\n")


def coda(target: IO[str], count: int) -> None:
    total = CENTS * count * 10
    target.write("0000002032653905".ljust(127) + "2\n")
    account = f"{'BE68539007547034':<31}   EUR"
    target.write(f"12001{account}0{0:015d}010326{'ACME NV':<26}{'':<35}001\n")
    for n in range(count):
        head = f"{n % 9999 + 1:04d}0000"
        target.write(f"21{head}{f'B{n}':<21}0{CENTS * 10:015d}020326001500000{TEXT.format(n=n):<53}02032600101 0\n")
        target.write(f"22{head}{'':<53}{f'E{n}':<35}{'GEBABEBB':<11}{'':16}1 0\n")
        target.write(f"23{head}{'BE02500105170137':<34}EUR{'JANSEN BV':<35}{'':<43}0 0\n")
    target.write(f"8001{'BE68539007547034':<34}EUR0{total:015d}020326".ljust(128) + "\n")
    target.write(f"9{'':15}{3 * count + 2:06d}{0:015d}{total:015d}".ljust(127) + "2\n")


def cfonb120(target: IO[str], count: int) -> None:
    key = "20041    01005EUR2 0500013M026"
    target.write(f"01{key}  010326".ljust(90) + "0000000000000{".ljust(30) + "\n")
    for n in range(count):
        target.write(f"04{key}05020326  020326{'VIR RECU':<31}  0000000  0000000001190{{{f'R{n}':<16}\n")
        target.write(f"05{key}05020326     LCC{TEXT.format(n=n):<70}  \n")
    target.write(f"07{key}  020326".ljust(90) + (f"{CENTS * count:014d}"[:-1] + "{").ljust(30) + "\n")


def norma43(target: IO[str], count: int) -> None:
    key = "210004180200051332"
    target.write(f"11{key}2603012603022{0:014d}9783{'ACME SA':<26}   \n")
    for n in range(count):
        target.write(f"22    0418260302260302020092{CENTS:014d}{n:010d}{'':<12}{'':<16}\n")
        target.write(f"2301{TEXT.format(n=n):<76}\n")
    target.write(f"33{key}{0:05d}{0:014d}{count % 100000:05d}{CENTS * count:014d}2{CENTS * count:014d}978    \n")
    target.write(f"88{'9' * 18}{2 * count + 2:06d}\n")


def csv(target: IO[str], count: int) -> None:
    target.write("date,amount,currency,name,remittance,payment_ref\n")
    for n in range(count):
        target.write(f"2026-03-02,119.00,EUR,Muster GmbH,{TEXT.format(n=n)},B{n}\n")


WRITERS: dict[str, Callable[[IO[str], int], None]] = {
    "camt": camt, "mt940": mt940, "bai2": bai2, "lockbox": lockbox, "ofx": ofx, "qif": qif, "coda": coda,
    "cfonb120": cfonb120, "norma43": norma43, "csv": csv,
}  # fmt: skip
MOST = {"lockbox": 9_999, "norma43": 99_999}
"""Formats whose counters have few digits take fewer entries."""


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(path: Path) -> dict[str, int]:
    """Read one file in this process."""
    from fairdue.cash.formats import Line, StatementTail, read
    from fairdue.core.findings import Finding, Severity

    base, start = peak(), time.process_time()
    lines = wrong = proven = 0
    with path.open("rb") as stream:
        for event in read(stream):
            lines += isinstance(event, Line)
            wrong += isinstance(event, Finding) and event.severity is Severity.ERROR
            proven += isinstance(event, StatementTail) and event.complete
    seconds = time.process_time() - start
    return {"lines": lines, "wrong": wrong, "proven": proven, "base": base, "peak": peak(),
            "milliseconds": int(seconds * 1000)}  # fmt: skip


def run(name: str, count: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.txt"
        with path.open("w", encoding="utf-8", newline="") as target:
            WRITERS[name](target, count)
        command = [sys.executable, __file__, "--read", str(path)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return {**json.loads(answer.stdout), "size": path.stat().st_size // (1024 * 1024)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("formats", nargs="*", choices=[*WRITERS, []], help="formats; all when left out")
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--camt", type=int, default=1_000_000, help="entries of the camt file")
    parser.add_argument("--read", type=Path)
    args = parser.parse_args()
    if args.read:
        print(json.dumps(measure(args.read)))
        return 0
    met = True
    print(f"{'format':<9} {'entries':>9} {'MB':>5} {'entries/CPU s':>14} {'peak MB':>8} {'base MB':>8}")
    for name in args.formats or WRITERS:
        count = args.camt if name == "camt" else min(args.entries, MOST.get(name, args.entries))
        found = run(name, count)
        rate = found["lines"] * 1000 // max(1, found["milliseconds"])
        print(f"{name:<9} {count:>9,} {found['size']:>5} {rate:>14,} {found['peak']:>8} {found['base']:>8}")
        met = met and found["lines"] == count and not found["wrong"]
        met = met and (name != "camt" or found["peak"] <= MOST_MEMORY)
    print(f"every entry read, no error, camt under {MOST_MEMORY} MB: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
