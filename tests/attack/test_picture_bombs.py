"""Pictures of a few kilobytes that would draw for hours: a logo of one tenant must not stop the house."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest

from fairdue.invoicing.documents.svg import svg_reason

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">{}</svg>'


def _nested(tag, attribute, depth=8):
    """Return `depth` definitions, each of which uses the one before ten times."""
    shape = '<rect width="5" height="5" {}="url(#{}{})"/>'
    made = [f'<{tag} id="{tag}0"><rect width="1" height="1"/></{tag}>']
    made += [
        f'<{tag} id="{tag}{level}">{shape.format(attribute, tag, level - 1) * 10}</{tag}>' for level in range(1, depth)
    ]
    return f"<defs>{''.join(made)}</defs>{shape.format(attribute, tag, depth - 1)}"


def _uses(depth=9):
    groups = ['<g id="g0"><rect width="1" height="1"/></g>']
    groups += [f'<g id="g{level}">{f"<use href='#g{level - 1}'/>" * 10}</g>' for level in range(1, depth)]
    return f'<defs>{"".join(groups)}</defs><use href="#g{depth - 1}"/>'


def _png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return _image("png", b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b""))


def _image(kind, data):
    return f'<image width="9" height="9" href="data:image/{kind};base64,{base64.b64encode(data).decode()}"/>'


def _jpeg(width, height):
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return _image("jpeg", b"\xff\xd8" + frame + b"\xff\xd9")


BOMBS = {
    "masks in masks": _nested("mask", "mask"),
    "clip paths in clip paths": _nested("clipPath", "clip-path"),
    "patterns in patterns": _nested("pattern", "fill"),
    "uses of uses": _uses(),
    "a circle": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "itself": '<mask id="m"><rect mask="url(#m)"/></mask><rect mask="url(#m)"/>',
    "two of one name": _nested("mask", "mask") + '<g id="mask7"/><g id="mask6"/>',
    "loud": _nested("mask", "mask").replace("url", "URL"),
    "a long chain": "".join(f'<mask id="m{n}"><rect mask="url(#m{n + 1})"/></mask>' for n in range(5000)),
    "noise": '<filter id="f"><feTurbulence numOctaves="10000"/></filter><rect filter="url(#f)"/>',
    "corners": f'<marker id="m"><path d="{"M0 0 L1 1 " * 999}"/></marker><path marker-mid="url(#m)" d="M0 0"/>',
    "a style sheet": "<style>rect{mask:url(#mask7)}</style>" + _nested("mask", "data-x"),
    "a large PNG": _png(50_000, 50_000),
    "a large GIF": _image("gif", b"GIF89a" + struct.pack("<HH", 60_000, 60_000)),
    "a large JPEG": _jpeg(60_000, 60_000),
    "many PNG": _png(5000, 5000) * 3,
    "an image without a size": _image("png", b"\x89PNG" + bytes(9)),
    "an image of nothing": _image("jpeg", b"neither JPEG nor PNG"),
    "no base64": '<image href="data:image/png;base64,A"/>',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_no_logo(name):
    assert svg_reason(SVG.format(BOMBS[name]))


@pytest.mark.parametrize(
    "drawn",
    [
        '<clipPath id="c"><rect width="9" height="9"/></clipPath><g clip-path="url(#c)"><path d="M0 0 L9 9"/></g>',
        '<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><g mask="url(#m)"><circle r="4"/></g>',
        '<style>.a{fill:url(#s)}</style><linearGradient id="s" href="#t"/><linearGradient id="t"/><rect class="a"/>',
        f"{'<rect/>' * 5000}{_png(3000, 2000)}{_jpeg(3000, 2000)}",
        f"{'<g>' * 100}<rect/>{'</g>' * 100}",
    ],
)
def test_what_drawing_programs_write_is_taken(drawn):
    assert svg_reason(SVG.format(drawn)) == ""
