"""Files made to exhaust whoever reads them, one maker each; every size is a parameter.

What a reader is harmed by is written at each maker. `last_words` stands at the end of those that a good reader reads
in full, so that a reader which stops half-way without a word is found out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

last_words = "Requests the Secretariat to report to it by 30 June 2027."
_word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def self_drawing_pdf(*, twice: bool = True, words: bytes = b"") -> bytes:
    """A form that draws itself: PDFium stops at a depth, but two drawings a form are two to the power of that depth.

    With `words` each drawing adds characters to the page's text, so that memory goes before time does.
    """
    drawn = _text(words) + (b"/F Do " * (2 if twice else 1))
    return _pdf(b"/F Do", _form(drawn, {b"F": 5, b"T": 6}), _font)


def nested_forms_pdf(depth: int = 24, each: int = 10) -> bytes:
    """Forms that draw the next one `each` times: `each` to the power of `depth` drawings, and no cycle to be found."""
    inner = [_form(b"/F Do " * each, {b"F": 6 + number}) for number in range(depth)]
    return _pdf(b"/F Do", *inner, _form(_text(b"end"), {b"T": 6 + depth}), _font)


def packed_twice_pdf(unpacked: int = 4_000_000_000) -> bytes:
    """A page whose content is Flate in Flate: so many bytes in some kilobytes of file."""
    once = _squeezed(b" " * 1_000_000, unpacked // 1_000_000)
    return _pdf(zlib.compress(once, 9), filters=b"[/FlateDecode /FlateDecode]")


def glyphs_pdf(glyphs: int = 60_000_000) -> bytes:
    """A page that shows so many letters, at the same place: PDFium keeps a hundred bytes and more for each."""
    shown = b"(" + b"a" * 10_000 + b") Tj\n"
    content = _squeezed(shown, glyphs // 10_000, b"BT /T 8 Tf 10 10 Td\n", b"ET")
    return _pdf(content, _font, filters=b"/FlateDecode", fonts={b"T": 5})


def many_pages_pdf(pages: int = 200_000) -> bytes:
    """A page tree whose leaves are one and the same page, as often as that."""
    leaves = b"3 0 R " * pages
    return _pdf(_text(b"again"), _font, fonts={b"T": 5}, kids=leaves, count=pages)


def comments_page(comments: int = 40) -> bytes:
    """Empty comments before the first tag: a pattern that skips them lazily tries two to that power of ways."""
    return b"<!---->" * comments + b"<div>"


def ordered_list_page(items: int = 10_000) -> bytes:
    """A numbered list: counting the items before each one is quadratic."""
    return _page("<ol>" + "".join(f"<li>Point {number}" for number in range(1, items + 1)) + "</ol>")


def blanks_page(blanks: int = 100_000) -> bytes:
    """A run of blanks that no line end follows: a pattern that looks for one from each blank is quadratic."""
    return _page(f"<pre>Begin{' ' * blanks}end</pre>")


def links_page(links: int = 16_000) -> bytes:
    """Tags that never close: a pattern that looks for the end of each goes through the rest of the page each time."""
    return _page("<link " * links)


def nested_page(depth: int = 10_000) -> bytes:
    """Elements in elements: libxml2 drops what lies deeper than 256, and whoever recurses runs out of stack."""
    return _page("<div>" * depth + "Deep down." + "</div>" * depth)


def large_page(size: int) -> bytes:
    """An honest page of about that size, nearly all of it text."""
    line = f"<p>{'The Assembly considers the report of the Secretariat. ' * 20}</p>\n"
    return _page(line * (size // len(line)))


def nested_tables_docx(depth: int = 75) -> bytes:
    """A table in a cell of a table: a reader that takes each row's whole text says the innermost words each time.

    Two rows a level, and each with the next table, are two to the power of the depth.
    """
    cell = "<w:p><w:r><w:t>Cell.</w:t></w:r></w:p>"
    opened = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr><w:tr><w:tc>"
    return _docx(opened * depth + cell + f"{cell}</w:tc></w:tr></w:tbl>" * depth)


def zip_bomb_docx(unpacked: int = 2_000_000_000) -> bytes:
    """A document part of blanks: so many bytes in a thousandth of that."""
    raw = io.BytesIO()
    block = b" " * 1_000_000
    with (
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package,
        package.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(unpacked // len(block)):
            part.write(block)
    return raw.getvalue()


def attributes_feed(attributes: int = 60_000) -> bytes:
    """A feed whose one item has so many attributes: feedparser is quadratic in them."""
    given = " ".join(f'a{number}="{number}"' for number in range(attributes))
    return f"<rss version='2.0'><channel><item {given}><title>x</title></item></channel></rss>".encode()


def nested_json(depth: int = 100_000) -> bytes:
    """Lists in lists: whoever recurses runs out of stack."""
    return b"[" * depth + b"]" * depth


def _page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><body><main>{body}<p>1. {last_words}</p></main></body></html>".encode()


def _docx(body: str) -> bytes:
    raw = io.BytesIO()
    closing = f"<w:p><w:r><w:t>1. {last_words}</w:t></w:r></w:p>"
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_word}"><w:body>{body}{closing}</w:body></w:document>',
        )
    return raw.getvalue()


def _squeezed(block: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A zlib stream of `block` so many times, which is never unpacked in memory here."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(before)]
    parts += [packer.compress(block) for _ in range(times)]
    return b"".join([*parts, packer.compress(after), packer.flush()])


def _text(words: bytes) -> bytes:
    return b"BT /T 8 Tf 10 10 Td (" + words + b") Tj ET " if words else b""


def _form(content: bytes, uses: dict[bytes, int]) -> bytes:
    """A form XObject; the name T in `uses` is a font, any other a form."""
    forms = b"".join(b"/%s %d 0 R " % (name, number) for name, number in uses.items() if name != b"T")
    fonts = b"/Font << /T %d 0 R >>" % uses[b"T"] if b"T" in uses else b""
    resources = b"<< /XObject << %s>> %s >>" % (forms, fonts)
    head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s /Length %d >>" % (resources, len(content))
    return b"%s\nstream\n%s\nendstream" % (head, content)


def _pdf(
    content: bytes,
    *objects: bytes,
    filters: bytes = b"",
    fonts: dict[bytes, int] | None = None,
    kids: bytes = b"3 0 R",
    count: int = 1,
) -> bytes:
    """A PDF of one page that shows `content`; `objects` are numbered from 5, the first is the form F it may draw."""
    used = b"".join(b"/%s %d 0 R " % font for font in (fonts or {}).items())
    resources = b"<< /Font << %s>> >>" % used if fonts else b"<< /XObject << /F 5 0 R >> >>"
    packed = b"/Filter %s " % filters if filters else b""
    return _numbered(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources %s /Contents 4 0 R >>" % resources,
            b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packed, len(content), content),
            *objects,
        )
    )


def _numbered(objects: Iterable[bytes]) -> bytes:
    """The objects as a file, with its table of where each stands."""
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(file + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))
