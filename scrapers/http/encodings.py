"""Bytes to characters, as browsers do it: what a page declares is believed only where its bytes agree."""

from __future__ import annotations

import codecs
import re

# A declaration stands in the head: WHATWG looks at the first 1024 bytes, older archives put comments before it.
head_bytes = 4096
_declared = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
# https://encoding.spec.whatwg.org/#names-and-labels: latin-1 and ASCII on the web mean windows-1252.
_aliases = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}
_marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(raw: bytes, *, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Characters of `raw`, and flags: "encoding_guessed" where no declaration fitted.

    `charset` is what the server said. Never fails: the last resort is windows-1252 with replacement marks.
    """
    for mark, name in _marks:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, errors="replace"), ()
    # Bytes that are valid UTF-8 with more than ASCII in them are UTF-8, whatever was declared: the odds that
    # windows-1252 prose does so by accident are nil, and declared latin-1 over UTF-8 bytes is common.
    try:
        return raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    named = _known(charset) or _known(_in_head(raw))
    if named is not None and named != "utf-8":
        try:
            return raw.decode(named), ()
        except UnicodeDecodeError:
            pass
    return raw.decode("cp1252", errors="replace"), ("encoding_guessed",)


def _in_head(raw: bytes) -> str | None:
    match = _declared.search(raw[:head_bytes])
    return match.group(1).decode("ascii") if match else None


def _known(label: str | None) -> str | None:
    """Python's name of an encoding; None where the label is unknown or no text encoding."""
    if not label:
        return None
    try:
        found = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True):
        return None
    return _aliases.get(found.name, found.name)
