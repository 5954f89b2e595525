"""JSON interfaces: rows and fields by a path of keys, "data.*.fields.title"."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapers.crawl.item import Item, read_rows
from scrapers.crawl.words import plain
from scrapers.http import urls
from scrapers.http.encodings import decode
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from config.source_blocks import FieldRule, Fields, Paging


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One object of a list."""

    value: Any

    @property
    def words(self) -> str:
        """All texts of the object, as far as a person would read them."""
        return " ".join(_texts(self.value, 0))[:4000]

    def find(self, rule: FieldRule) -> list[str]:
        """What stands at the path; numbers as text, markup taken off."""
        found = at(self.value, rule.json_path or "")
        return [plain(words) for value in found if (words := _word(value))]


def read_records(raw: bytes, url: str, path: str, fields: Fields) -> list[Item]:
    """The rows of an answer.

    Raises:
        ReadError: no JSON came, or nothing stands at the path.
    """
    tree = parse(raw)
    rows = at(tree, path)
    if not rows and not _reaches(tree, path):
        raise ReadError(f"nothing stands at {path!r} in the answer; its keys are {_keys(tree)}")
    return read_rows([JsonRow(row) for row in rows], fields, url, origin="listing")


def next_page(raw: bytes, url: str, paging: Paging) -> str | None:
    """The address of the next page where the answer gives one."""
    if paging.next is None or paging.next.json_path is None:
        return None
    found = [value for value in at(parse(raw), paging.next.json_path) if isinstance(value, str)]
    target = urls.joined(url, found[0]) if found else None
    return None if target == url else target


def parse(raw: bytes) -> Any:
    """JSON from a stranger.

    Raises:
        ReadError: it is none.
    """
    try:
        try:
            return json.loads(raw)
        except UnicodeDecodeError:
            return json.loads(decode(raw)[0])
    except (ValueError, RecursionError) as error:
        instead = ", but HTML" if raw.lstrip()[:1] == b"<" else ""
        raise ReadError(f"no JSON came{instead}: {str(error)[:120]}") from error


def at(value: Any, path: str) -> list[Any]:
    """All values at a path; "*" stands for each member of a list, a number for one, "" for the value itself."""
    found = [value]
    for key in path.split(".") if path else ():
        following: list[Any] = []
        for each in found:
            if key == "*" and isinstance(each, list):
                following += each
            elif isinstance(each, list) and key.isdigit() and int(key) < len(each):
                following.append(each[int(key)])
            elif isinstance(each, dict) and key in each:
                following.append(each[key])
        found = following
    return [each for each in found if each is not None]


def _reaches(tree: Any, path: str) -> bool:
    """Whether the list at the path is there and empty."""
    parent = path.rpartition(".*")[0] if path.endswith("*") else path
    return tree == [] if parent in {"", "*"} else bool(at(tree, parent))


def _keys(tree: Any) -> str:
    return ", ".join(list(tree)[:8]) if isinstance(tree, dict) else type(tree).__name__


def _word(value: Any) -> str:
    if isinstance(value, bool | dict | list) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(value)


def _texts(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth > 6 or not isinstance(value, dict | list):  # noqa: PLR2004 - deeper than people read
        return []
    return [text for each in (value.values() if isinstance(value, dict) else value) for text in _texts(each, depth + 1)]
