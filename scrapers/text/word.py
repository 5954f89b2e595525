"""The text of a Word document (.docx): paragraphs and table rows in their order, footnotes after the body."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from scrapers.publication import TextError
from scrapers.text.pdf_lines import superscripts

if TYPE_CHECKING:
    from collections.abc import Iterator

# A .docx is a zip: these stop a small file that unpacks to gigabytes.
max_unpacked = 200_000_000
max_ratio = 200
_w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def word_text(raw: bytes) -> str:
    """The text of the document in `raw`.

    Raises:
        TextError: it is no .docx, or unpacks to more than the limit.
    """
    from lxml import etree  # noqa: PLC0415 - 60 ms that other texts need not pay

    # No entities, no network: the parser for parts that strangers wrote.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            body = etree.fromstring(_part(package, "word/document.xml", len(raw)), parser)
            names = package.namelist()
            notes = (
                etree.fromstring(_part(package, "word/footnotes.xml", len(raw)), parser)
                if "word/footnotes.xml" in names
                else None
            )
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError, OSError) as error:
        raise TextError(f"not a readable .docx: {error}") from error
    paragraphs = list(_paragraphs(body))
    if notes is not None:
        for note in notes.iter(f"{_w}footnote"):
            words = " ".join(_paragraphs(note)).strip()
            mark = (note.get(f"{_w}id") or "").translate(superscripts)
            if words and note.get(f"{_w}type") is None:
                paragraphs.append(f"[footnote {mark}] {words}")
    return "\n\n".join(paragraphs) + "\n" if paragraphs else ""


def _part(package: zipfile.ZipFile, name: str, packed: int) -> bytes:
    size = package.getinfo(name).file_size
    if size > max_unpacked or size > max(packed, 10_000) * max_ratio:
        raise TextError(f"the .docx unpacks to {size:,} bytes, over the limit")
    with package.open(name) as part:
        # The directory of a zip may lie about the size; read no more than it promised.
        return part.read(size)


def _paragraphs(element: Any) -> Iterator[str]:
    for block in element.iter(f"{_w}p", f"{_w}tr"):
        if block.tag == f"{_w}tr":
            yield "\t".join(" ".join(_words(cell).split()) for cell in block.iter(f"{_w}tc"))
        elif not any(True for _ in block.iterancestors(f"{_w}tc")):
            words = re.sub(r"[ \xa0]+", " ", _words(block)).strip()
            if words:
                yield words


def _words(element: Any) -> str:
    words: list[str] = []
    for part in element.iter():
        if part.tag == f"{_w}t":
            words.append(part.text or "")
        elif part.tag == f"{_w}tab":
            words.append("\t")
        elif part.tag in {f"{_w}br", f"{_w}cr"}:
            words.append("\n")
        elif part.tag == f"{_w}noBreakHyphen":
            words.append("-")
        elif part.tag == f"{_w}footnoteReference":
            words.append((part.get(f"{_w}id") or "").translate(superscripts))
    return "".join(words)
