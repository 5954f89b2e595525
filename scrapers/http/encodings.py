"""Bytes to characters, as browsers do it: what a page declares is believed only where its bytes agree.

One broken byte costs its own place and no more, the rest is read as what it is (docs/decisions/encodings.md).
All of it is linear in the bytes.
"""

from __future__ import annotations

import codecs
import logging
import re

log = logging.getLogger(__name__)

# A declaration is in the head: WHATWG looks at the first 1024 bytes, older archives put comments before it.
HEAD_BYTES = 4096
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
# https://encoding.spec.whatwg.org/#names-and-labels: latin-1 and ASCII on the web mean windows-1252, and so on.
_ALIASES = {
    **dict.fromkeys(("iso8859-1", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("iso8859-11", "tis-620"), "cp874"),
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Encodings of documents. A stranger must not choose others that Python has: punycode is quadratic, UTF-7 hides markup.
_OF_DOCUMENTS = re.compile(
    r"cp(?:125\d|437|85\d|866|874|932|949|950)|iso8859-\d+|koi8-[rut]|mac-[a-z]+|gb18030|big5(?:hkscs)?|euc_jp"
    r"|iso2022_jp|utf-(?:8|16|32)(?:-[bl]e)?"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# ISO 8859 has controls where windows-125x has quotation marks and dashes; no publisher means the controls.
_CONTROLS = {place: bytes([place]).decode("cp1252", errors="ignore") or "\ufffd" for place in range(0x80, 0xA0)}
_WESTERN = frozenset((None, "utf-8", "cp1252", "cp1254", "iso8859-15"))
_ESCAPED = re.compile("[\udc80-\udcff]+")
# What is left of a character that was cut: "Ã" and "Â" alone are no words, and half a dash is no "â€".
_FRAGMENT = re.compile(rb"[\xc2\xc3]|[\xe2\xef\xf0][\x80-\xbf]{1,2}")
_DOUBLED = re.compile("[ÂÃ][\u00a0-\u00bf]|â€[\u0098-\u00a6\u0153\u02dc\u2018-\u203a\u2122]")
# Latin letters beyond ASCII come one or two in a row; words in other scripts are all beyond ASCII.
_FOREIGN = re.compile(rb"[\x80-\xff]{4,}")
_LATIN_RUN = 3
_BESIDE = 16
_LAST_LATIN = "\u024f"
_SCRIPTS = ("cp1251", "koi8_r", "iso8859_5", "cp866", "mac_cyrillic", "gb18030", "cp1256", "iso8859_6")
_SAMPLE_BYTES = 20_000
_UPPER = bytes(range(9))


def decode(raw: bytes, *, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Characters of `raw`, and what a reader should know of them; `charset` is what the server said. Never fails.

    The flags: "encoding_guessed" where no declaration fitted, "encoding_damaged: 3" where so many places could not be
    read and are U+FFFD, "encoding_mixed: 3" where so many were windows-1252 in a text of UTF-8, "encoding_doubled: 3"
    where so many look as if the publisher had encoded UTF-8 twice (the text is left as it is).
    """
    marked = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked is not None and marked[1] != "utf-8":
        return _replaced(raw[len(marked[0]) :], marked[1])
    if wide := _wide(raw):
        return _replaced(raw, wide)
    raw = raw[len(marked[0]) :] if marked else raw
    named = "utf-8" if marked else _known(charset) or _known(declared(raw))
    if named == "iso2022_jp" and b"\x1b" in raw:
        return _replaced(raw, named)
    # Bytes that are valid UTF-8 with more than ASCII in them are UTF-8, whatever was declared: the odds that
    # windows-1252 prose does so by accident are nil, and declared latin-1 over UTF-8 bytes is common.
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf_8(raw, named)
    return text, _counted("encoding_doubled", len(_DOUBLED.findall(text)) if "Ã" in text or "â€" in text else 0)


def characters(raw: bytes, of: str, *, charset: str | None = None) -> str:
    """`decode` for listings, feeds and JSON, which have no flags: they are logged, with what the bytes are `of`."""
    text, flags = decode(raw, charset=charset)
    for flag in flags:
        log.log(logging.WARNING if flag.startswith("encoding_damaged") else logging.DEBUG, "%s: %s", of, flag)
    return text


def declared(raw: bytes) -> str | None:
    """The encoding that a page or feed declares in its head, as it is written there."""
    match = _DECLARED.search(raw[:HEAD_BYTES])
    return match.group(1).decode("ascii") if match else None


def charset_of(media_type: str | None) -> str | None:
    """The charset in a media type as servers send it: `text/html; charset="utf-8"`."""
    match = re.search(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", media_type or "", re.IGNORECASE)
    return match.group(1) if match else None


def _not_utf_8(raw: bytes, named: str | None) -> tuple[str, tuple[str, ...]]:
    valid = raw.decode("utf-8", errors="ignore")
    good = len(valid) - len(valid.encode("ascii", errors="ignore"))
    bad = len(raw) - len(valid.encode())
    # "É»" in windows-1252 is one valid character of UTF-8, and two bytes of GB 18030 often are: hence the margin where
    # another encoding is declared that may hold them.
    if good > bad * (1 if named in _WESTERN else 8):
        return _piecewise(raw)
    if named in _WESTERN and (script := _script(raw)):
        text, flags = _replaced(raw, script)
        return text, ("encoding_guessed", *flags)
    if named not in {None, "utf-8"}:
        text, flags = _replaced(raw, named or "")
        lost, kept = text.count("\ufffd"), len(text) - len(text.encode("ascii", errors="ignore"))
        # A byte or two that are not of the encoding are damage; more, and it is another encoding.
        if lost * 8 < kept:
            return (text.translate(_CONTROLS) if (named or "").startswith("iso8859") else text), flags
    text, flags = _replaced(raw, "cp1252")
    return text, ("encoding_guessed", *flags)


def _piecewise(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8 with other bytes in it: each of these places is read as windows-1252 where that makes sense."""
    escaped = raw.decode("utf-8", errors="surrogateescape")
    count = {"encoding_damaged": 0, "encoding_mixed": 0}

    def _read(run: re.Match[str]) -> str:
        found = run.group().encode("utf-8", errors="surrogateescape")
        beside = escaped[max(0, run.start() - _BESIDE) : run.start()] + escaped[run.end() : run.end() + _BESIDE]
        latin = len(found) <= _LATIN_RUN and not any(char.isalpha() and char > _LAST_LATIN for char in beside)
        text = found.decode("cp1252", errors="replace") if latin and not _FRAGMENT.fullmatch(found) else "\ufffd"
        count["encoding_damaged" if "\ufffd" in text else "encoding_mixed"] += 1
        return text

    text = _ESCAPED.sub(_read, escaped)
    return text, tuple(flag for name, places in count.items() for flag in _counted(name, places))


def _replaced(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    text = raw.decode(name, errors="replace")
    return text, _counted("encoding_damaged", text.count("\ufffd"))


def _counted(name: str, places: int) -> tuple[str, ...]:
    return (f"{name}: {places}",) if places else ()


def _wide(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by the upper halves of their units: in alphabets these are 0 to 8."""
    head = raw[: min(len(raw), HEAD_BYTES) // 4 * 4]
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) // 4
    if quarter and zeros[2] == zeros[3] == quarter > zeros[0]:
        return "utf-32-le"
    if quarter and zeros[0] == zeros[1] == quarter > zeros[3]:
        return "utf-32-be"
    upper, lower = (len(half) - len(half.translate(None, _UPPER)) for half in (head[1::2], head[0::2]))
    if max(upper, lower) * 3 <= len(head) or min(upper, lower) * 5 > max(upper, lower):
        return None
    return "utf-16-le" if upper > lower else "utf-16-be"


def _script(raw: bytes) -> str | None:
    """The encoding of words in Cyrillic, Chinese or Arabic that declare none; None for Latin script."""
    first = _FOREIGN.search(raw)
    if first is None:
        return None
    sample = raw[first.start() : first.start() + _SAMPLE_BYTES]
    # A row of one character is a line that somebody drew, not a word.
    words = sum(len(word) for word in _FOREIGN.findall(sample) if len(set(word)) >= _LATIN_RUN)
    if words * 2 < len(sample.translate(None, bytes(range(0x80)))):
        return None
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 30 ms that few pages need

    best = from_bytes(sample, cp_isolation=list(_SCRIPTS)).best()
    return best.encoding if best is not None else None


def _known(label: str | None) -> str | None:
    """Python's name of an encoding; None where the label is unknown or is not an encoding of documents."""
    plain = re.sub(r"^win(?:dows)?-?(?=\d)", "cp", (label or "").strip().lower().removeprefix("x-"))
    try:
        name = codecs.lookup(plain).name if plain else ""
    except (LookupError, ValueError):
        return None
    name = _ALIASES.get(name, name)
    return name if _OF_DOCUMENTS.fullmatch(name) else None
