"""The modules of a QR code for payments: byte mode, error correction M, one fixed mask, versions 1 to 13.

A bulk run draws one code an invoice, so the parts that are the same for all codes of a size are worked out once: the
fixed patterns are taken from segno, which draws every other code, and of each code only the data are placed here.
Sources: ISO/IEC 18004:2015, 7.4 to 7.7 and table 9; EPC069-12 v2.1 (version 13 at most, error correction M).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

import segno

from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MASK = 3
"""One fixed mask pattern: every reader accepts any of the eight, and choosing costs more than drawing."""
BLOCKS = (
    (10, (16,)), (16, (28,)), (26, (44,)), (18, (32,) * 2), (24, (43,) * 2), (16, (27,) * 4), (18, (31,) * 4),
    (22, (38, 38, 39, 39)), (22, (36,) * 3 + (37,) * 2), (26, (43,) * 4 + (44,)), (30, (50,) + (51,) * 4),
    (22, (36,) * 6 + (37,) * 2), (22, (37,) * 8 + (38,)),
)  # fmt: skip
"""Table 9 for error correction M: codewords of correction in each block, and of data, for versions 1 to 13."""
LONG_COUNT = 10
"""From this version on the count of bytes takes two bytes instead of one."""
BYTE_MODE, PADDING = 4, b"\xec\x11"
FIELD = 0x11D
"""The polynomial of the field of 256 elements that the correction is worked out in."""
WITH_VERSION = 7
"""From this version on the code says its version, and has more than one alignment pattern."""
_TIMING = 6


@dataclass(frozen=True, slots=True)
class Size:
    """What all codes of one version share."""

    side: int
    capacity: int
    """Codewords of data."""
    data: tuple[int, ...]
    """The codewords of data of each block."""
    correction: int
    """The codewords of correction of each block."""
    mask: int
    """The mask in the order of the data."""
    bits: int
    """Modules that carry data."""
    spare: int
    """Modules behind the last codeword."""
    placed: Callable[[str], tuple[str, ...]]
    """From the bits of the data and the two colours behind them to the modules, row by row."""


def rows(data: bytes) -> list[str]:
    """Return the rows of the code that carries `data`, `1` for a dark module; refuses what version 13 cannot hold."""
    version = next((at for at, _ in enumerate(BLOCKS, 1) if _room(at) >= len(data)), 0)
    if not version:
        raise refuse("document.code", "payment", "The payment code would be larger than its standard allows.")
    size = _size(version)
    value = int.from_bytes(_interleaved(_codewords(data, version, size.capacity), size))
    text = format((value << size.spare) ^ size.mask, f"0{size.bits}b")
    modules = "".join(size.placed(f"{text}01"))
    return [modules[at : at + size.side] for at in range(0, len(modules), size.side)]


def _room(version: int) -> int:
    """Return how many bytes a version carries: its codewords of data without mode and count."""
    return sum(BLOCKS[version - 1][1]) - (3 if version >= LONG_COUNT else 2)


def _codewords(data: bytes, version: int, capacity: int) -> bytes:
    """Return mode, count and data, ended by four zero bits and padded."""
    width = 16 if version >= LONG_COUNT else 8
    head = (BYTE_MODE << width | len(data)) << 8 * len(data) | int.from_bytes(data)
    full = (head << 4).to_bytes(len(data) + 1 + width // 8)
    missing = capacity - len(full)
    return full + (PADDING * (missing // 2 + 1))[:missing]


def _interleaved(codewords: bytes, size: Size) -> bytes:
    """Return the codewords of all blocks in turn, those of data first."""
    blocks, at = [], 0
    for count in size.data:
        blocks.append(codewords[at : at + count])
        at += count
    corrections = [_correction(block, size.correction) for block in blocks]
    turns = chain(zip_longest(*blocks), zip(*corrections, strict=True))
    return bytes(byte for turn in turns for byte in turn if byte is not None)


def _correction(block: bytes, count: int) -> bytes:
    """Return the remainder of the block divided by the generator of that many codewords."""
    multiples, above = _multiples(count), 8 * (count - 1)
    rest, low = 0, (1 << above) - 1
    for byte in block:
        rest = ((rest & low) << 8) ^ multiples[byte ^ (rest >> above)]
    return rest.to_bytes(count)


@cache
def _multiples(count: int) -> tuple[int, ...]:
    """Return each multiple of the generator polynomial of that degree, without its leading term."""
    generator, root = [1], 1
    for _ in range(count):
        lower = [_times(one, root) for one in generator]
        generator = [a ^ b for a, b in zip([*generator, 0], [0, *lower], strict=True)]
        root = _times(root, 2)
    return tuple(int.from_bytes(bytes(_times(one, factor) for one in generator[1:])) for factor in range(256))


def _times(one: int, other: int) -> int:
    """Return the product of two elements of the field."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = one << 1 ^ (FIELD if one & 0x80 else 0)
        other >>= 1
    return product


@cache
def _size(version: int) -> Size:
    """Return what codes of a version share, worked out from one that segno draws."""
    code = segno.make(b"", version=version, error="m", boost_error=False, micro=False, mode="byte", mask=MASK)
    side = len(code.matrix)
    patterns = _patterns(version, side)
    path = [at for at in _path(side) if at not in patterns]
    order = {at: number for number, at in enumerate(path)}
    fixed = len(path)
    places = [
        order.get((row, column), fixed + code.matrix[row][column]) for row in range(side) for column in range(side)
    ]
    correction, data = BLOCKS[version - 1]
    mask = int("".join("1" if (row + column) % 3 == 0 else "0" for row, column in path), 2)
    spare = fixed - 8 * (sum(data) + correction * len(data))
    return Size(side, sum(data), data, correction, mask, fixed, spare, itemgetter(*places))


def _patterns(version: int, side: int) -> frozenset[tuple[int, int]]:
    """Return the modules without data: finders with format, timing, alignment, and from version 7 the version."""
    last, middle = side - 7, (side - 1) // 2
    centres = (_TIMING, middle, last) if version >= WITH_VERSION else (last,) * (version > 1)
    alignments = {(row, column) for row in centres for column in centres} - {(_TIMING, last), (last, _TIMING)}
    found = {(_TIMING, at) for at in range(side)} | {(at, _TIMING) for at in range(side)}
    for top, left, height, width in (
        (0, 0, 9, 9), (0, side - 8, 9, 8), (side - 8, 0, 8, 9),
        *((row - 2, column - 2, 5, 5) for row, column in alignments),
        *(((0, side - 11, 6, 3), (side - 11, 0, 3, 6)) if version >= WITH_VERSION else ()),
    ):  # fmt: skip
        found |= {(row, column) for row in range(top, top + height) for column in range(left, left + width)}
    return frozenset(found)


def _path(side: int) -> Iterator[tuple[int, int]]:
    """Yield all modules in the order in which data fill them: two columns at a time, upwards, then downwards."""
    upwards, right = True, side - 1
    while right > 0:
        right -= right == _TIMING
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards, right = not upwards, right - 2
