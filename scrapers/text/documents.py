"""A document's text from its bytes: PDF, HTML, Word and plain text.

The text is what is stored and what every offset refers to. Plain text is kept as it is, character for character.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from scrapers.http.encodings import decode
from scrapers.http.urls import shown_name
from scrapers.publication import DocumentText, TextError
from scrapers.text.html import read_html
from scrapers.text.pdf import MAX_CHARS, pdf_text
from scrapers.text.word import read_word

if TYPE_CHECKING:
    from mandates.text.blocks import Block
    from scrapers.publication import LeftOut

# 200 pages of scanned resolution are some 30 MB; the largest text PDFs of the United Nations are about 15 MB.
max_bytes = 100_000_000

pdf_type = "application/pdf"
html_type = "text/html"
word_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
plain_type = "text/plain"
_by_suffix = {
    ".pdf": pdf_type,
    ".html": html_type,
    ".htm": html_type,
    ".xhtml": html_type,
    ".docx": word_type,
    ".txt": plain_type,
    ".md": plain_type,
}
suffixes = frozenset(_by_suffix)
# Each comment is taken once and for all: to try other ends for forty of them would take for ever.
_LOOKS_LIKE_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--.*?-->\s*+)*+<(?:!doctype\s++html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?([\w.:-]++)", re.IGNORECASE)

# Said in `DocumentText.flags`: a person should look at the document.
no_text_layer = "no_text_layer"
empty = "empty"


def document_text(
    raw: bytes, *, media_type: str | None = None, name: str | None = None, css: str | None = None
) -> DocumentText:
    """The text of the document in `raw`.

    `media_type` is what the server said (parameters allowed), `name` the file's name; the bytes decide where they can.
    `css` selects the part of an HTML page that holds the text. A PDF without a text layer gives an empty text with the
    flag "no_text_layer"; a text without a letter the flag "empty".

    Raises:
        TextError: no text can be taken from these bytes.
    """
    if not raw:
        raise TextError("the file is empty")
    if len(raw) > max_bytes:
        raise TextError(f"{len(raw):,} bytes exceed the limit of {max_bytes:,}")
    kind = media_type_of(raw, media_type=media_type, name=name)
    flags: tuple[str, ...] = ()
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    if kind == pdf_type:
        pdf = pdf_text(raw)
        text, page_starts, blocks, left_out = pdf.text, pdf.page_starts, pdf.blocks, pdf.left_out
        flags = () if pdf.has_text_layer else (no_text_layer,)
    elif kind == word_type:
        word = read_word(raw)
        text, blocks, left_out = word.text, word.blocks, word.left_out
    else:
        text, flags = decode(raw, charset=_charset(media_type))
        if _is_binary(text) or (kind != html_type and ("\x00" in text[:8192] or text.startswith("{\\rtf"))):
            raise TextError(f"{shown_name(name or 'the file')} is not a text, PDF, HTML or .docx file")
        if kind == html_type:
            page = read_html(text, css=css)
            text, blocks, left_out = page.text, page.blocks, page.left_out
    if len(text) > MAX_CHARS:
        raise TextError(f"the text has {len(text):,} characters, over the limit of {MAX_CHARS:,}")
    if not text.strip() and no_text_layer not in flags:
        flags = (*flags, empty)
    return DocumentText(text, raw, hashlib.sha256(raw).hexdigest(), kind, page_starts, flags, blocks, left_out)


def media_type_of(raw: bytes, *, media_type: str | None = None, name: str | None = None) -> str:
    """What the bytes are: their first bytes decide, then what the server said, then the name."""
    if b"%PDF-" in raw[:1024]:
        return pdf_type
    if raw.startswith(b"PK\x03\x04"):
        return word_type
    if _LOOKS_LIKE_HTML.match(raw[:4096].removeprefix(b"\xef\xbb\xbf")):
        return html_type
    said = (media_type or "").partition(";")[0].strip().lower()
    if said in {html_type, "application/xhtml+xml"}:
        return html_type
    suffix = "." + name.rpartition(".")[2].lower() if name and "." in name else ""
    named = _by_suffix.get(suffix, plain_type)
    # A text that is called .pdf is read as text; a name cannot make it a PDF.
    return named if named in {html_type, plain_type} and not said.startswith("text/plain") else plain_type


def _charset(media_type: str | None) -> str | None:
    match = _CHARSET.search(media_type or "")
    return match.group(1) if match else None


def _is_binary(text: str) -> bool:
    head = text[:8192]
    controls = sum(1 for char in head if ord(char) < 32 and char not in "\t\n\r\f\v\x1b")  # noqa: PLR2004 - C0 controls
    return controls > len(head) * 0.02
