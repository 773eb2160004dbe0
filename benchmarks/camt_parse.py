"""How fast a camt.053.001.08 file is read, and in how much memory.

Run: python benchmarks/camt_parse.py [entries]
Prints entries per CPU second and the peak resident memory of the process; the ratio is against
lxml's bare iterparse over the same file, so that a slow machine does not look like a slow reader.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from lxml import etree

from fairdue.cash.formats import Line, StatementTail, read

TARGET_RATE = 15_000
TARGET_MEMORY = 150
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-02</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-02</Dt></Dt></Bal>
"""
ENTRY = """<Ntry><Amt Ccy="EUR">119.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt><AcctSvcrRef>B{n}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="EUR">119.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Muster {n} GmbH</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>DE02500105170137075030</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>RE-2026-{n:07d}</Ustrd><Ustrd>vom 1.3.2026 Kunde 4711</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"""
TAIL = "</Stmt></BkToCstmrStmt></Document>"


def write(target: IO[str], entries: int) -> None:
    target.write(HEAD.format(closing=119 * entries))
    for n in range(entries):
        target.write(ENTRY.format(n=n))
    target.write(TAIL)


def bare(path: Path) -> float:
    start = time.process_time()
    for _, element in etree.iterparse(str(path), tag="{*}Ntry"):
        element.clear()
    return time.process_time() - start


def main() -> int:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "camt.xml"
        with path.open("w", encoding="utf-8") as target:
            write(target, entries)
        start, lines, complete = time.process_time(), 0, False
        with path.open("rb") as stream:
            for event in read(stream):
                lines += isinstance(event, Line)
                complete = complete or (isinstance(event, StatementTail) and event.complete)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = path.stat().st_size / 1024 / 1024
        floor = bare(path)
    assert (lines, complete) == (entries, True)
    print(f"{entries:,} entries, {size:.0f} MB: {seconds:.2f} CPU s = {entries / seconds:,.0f} entries/s")
    print(f"peak memory {peak:.0f} MB; {seconds / floor:.1f} times a bare iterparse ({floor:.2f} CPU s)")
    met = entries / seconds >= TARGET_RATE and peak <= TARGET_MEMORY
    print(f"target {TARGET_RATE:,} entries/s under {TARGET_MEMORY} MB: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
