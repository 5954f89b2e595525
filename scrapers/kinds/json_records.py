"""JSON interfaces: rows and fields by a path of keys, "data.*.fields.title"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.blocks import JSON_STEP
from scrapers.crawl.item import Item, read_rows
from scrapers.crawl.words import plain
from scrapers.http import urls
from scrapers.http.encodings import characters
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from config.source_blocks import Paging
    from config.source_fields import FieldRule, Fields
    from config.sources import JsonSource
    from scrapers.http.client import Fetched


class Number(str):
    """A number as it is written: 1.10 is not 1.1 where it is the number of a decision, and any length can be read."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One object of a list."""

    value: Any

    @property
    def words(self) -> str:
        """All texts of the object, as far as a person would read them."""
        return " ".join(_texts(self.value, 0))[:4000]

    def find(self, rule: FieldRule) -> list[str]:
        """What is at the path; numbers as text, markup taken off."""
        found = at(self.value, rule.json_path or "")
        return [plain(words) for value in found if (words := _word(value))]


def read_page(source: JsonSource, page: Fetched) -> tuple[list[Item], str | None]:
    """The rows of an answer and the address of the next.

    Raises:
        ReadError: as `read_records`.
    """
    items = read_records(page.body, page.url, source.item.json_path or "", source.fields)
    return items, next_page(page.body, page.url, source.paging)


def read_records(raw: bytes, url: str, path: str, fields: Fields) -> list[Item]:
    """The rows of an answer.

    Raises:
        ReadError: no JSON came, or nothing is at the path.
    """
    tree = parse(raw)
    rows = at(tree, path)
    if not rows and not _reaches(tree, path):
        raise ReadError(f"nothing found at {path!r} in the response; its keys are {_keys(tree)}")
    return read_rows([JsonRow(row) for row in rows], fields, url, origin="listing")


def next_page(raw: bytes, url: str, paging: Paging | None) -> str | None:
    """The address of the next page where the answer gives one."""
    if paging is None or paging.next is None or paging.next.json_path is None:
        return None
    found = [value for value in at(parse(raw), paging.next.json_path) if type(value) is str]
    target = urls.joined(url, found[0]) if found else None
    return None if target == url else target


def parse(raw: bytes) -> Any:
    """JSON from a stranger. Numbers are words, as they are written; of a key that comes twice the last value counts.

    Raises:
        ReadError: it is not JSON, is cut off, or is nested deeper than can be read.
    """
    text = _characters(raw)
    try:
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=lambda _: None)
    except RecursionError as error:
        raise ReadError("the JSON response is nested too deeply") from error
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] == "<":
            raise ReadError(f"the response is HTML, not JSON: {text.strip()[:60]!r}") from error
        cut = error.msg.startswith("Unterminated string") or not text[error.pos :].strip()
        if cut and text.strip():
            raise ReadError(f"the JSON response is cut off after {len(text):,} characters: {error.msg}") from error
        raise ReadError(f"the response is not valid JSON: {error}") from error


def _characters(raw: bytes) -> str:
    """JSON is UTF-8 (RFC 8259, 8.1), or UTF-16 by its zero bytes; what is called charset in it is its own matter."""
    encoding = json.detect_encoding(raw)
    if not encoding.startswith("utf-8"):
        return raw.decode(encoding, errors="replace")
    return characters(raw, "an answer in JSON", charset="utf-8")


def at(value: Any, path: str) -> list[Any]:
    """All values at a path; "*" means each member of a list, a number for one, "" for the value itself.

    `metadata[key=dc.title]` means each member of the list whose `key` is "dc.title".
    """
    found = [value]
    for step in JSON_STEP.findall(path):
        key, _, condition = step.partition("[")
        following: list[Any] = []
        for each in found:
            if key == "*" and isinstance(each, list):
                following += each
            elif isinstance(each, list) and key.isdigit() and int(key) < len(each):
                following.append(each[int(key)])
            elif isinstance(each, dict) and key in each:
                following.append(each[key])
        found = _members(following, condition[:-1]) if condition else following
    return [each for each in found if each is not None]


def _members(lists: list[Any], condition: str) -> list[Any]:
    """The objects in lists that have a value: "key=dc.title"."""
    name, _, value = condition.partition("=")
    members = (member for each in lists if isinstance(each, list) for member in each)
    return [member for member in members if isinstance(member, dict) and member.get(name) == value]


def _reaches(tree: Any, path: str) -> bool:
    """Whether the list at the path is there and empty."""
    parent = path.rpartition(".*")[0] if path.endswith("*") else path
    return tree == [] if parent in {"", "*"} else bool(at(tree, parent))


def _keys(tree: Any) -> str:
    return ", ".join(list(tree)[:8]) if isinstance(tree, dict) else type(tree).__name__


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [] if isinstance(value, Number) else [value]
    if depth > 6 or not isinstance(value, dict | list):  # noqa: PLR2004 - deeper than people read
        return []
    return [text for each in (value.values() if isinstance(value, dict) else value) for text in _texts(each, depth + 1)]
