"""How a row of a sheet knows itself again: a short hash of each cell as it was exported.

Office programs turn quotation marks, blanks and line breaks, and a date into a number; none of that is an edit. So a
cell is compared by its letters and digits alone, and one that people write in by its words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Columns by their names in the program; what people read above them is in the words of each language.
READ_ONLY = (
    "document", "clause", "request", "addressee", "due", "deadline", "deliverable", "state", "answer", "link",
)  # fmt: skip
# What people decide, as the fields of a decision are called.
PEOPLES = ("responsible", "status", "note")
KEYS = ("task_key", "export", "check")

# One edit in four thousand million would go unseen.
_CHARS = 8
_VERSION = "v1"
# Spreadsheet programs run a cell that begins so; an apostrophe before it makes it text.
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def check_of(cells: Mapping[str, str]) -> str:
    """The hashes of all cells that are no keys, in the order below; "" for one that is not there."""
    return ".".join([_VERSION, *(digest(name, cells.get(name, "")) for name in (*READ_ONLY, *PEOPLES))])


def exported(check: str) -> Mapping[str, str]:
    """The hash of each cell as it was exported, by column; empty where the check is missing or damaged."""
    version, *hashes = check.strip().split(".")
    columns = (*READ_ONLY, *PEOPLES)
    if version != _VERSION or len(hashes) != len(columns):
        return {}
    return dict(zip(columns, hashes, strict=True))


def digest(column: str, text: str) -> str:
    """The short hash of one cell."""
    words = seen(text) if column in PEOPLES else _bare(text)
    return hashlib.sha256(words.encode("utf-8", errors="replace")).hexdigest()[:_CHARS]


def guarded(text: str) -> str:
    """A cell of a CSV file that no spreadsheet program runs as a formula; `unguarded` takes it back."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The cell that was guarded."""
    return text[1:] if _GUARDED.match(text) else text


def is_risky(text: str) -> bool:
    """Whether a spreadsheet program might run it."""
    return _RISKY.match(text) is not None


def seen(text: str) -> str:
    """The words on one line, without what is not seen."""
    signs = ((sign, unicodedata.category(sign)) for sign in unicodedata.normalize("NFC", text))
    shown = (" " if kind in {"Cc", "Cs", "Co", "Cn"} else sign for sign, kind in signs if kind != "Cf")
    return " ".join("".join(shown).split())


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())
