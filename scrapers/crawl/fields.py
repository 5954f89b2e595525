"""Reading the fields of a row by their rules; the kinds say where a rule's place is in their rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from config.source_templates import filled
from scrapers.crawl import dates
from scrapers.publication import PublishedOn, ReadError

if TYPE_CHECKING:
    from config.source_fields import FieldRule, Fields

longest_value = 2_000
longest_text = 2_000_000
# `from: document` looks at the head of a text: what is further down is of other documents.
longest_head = 6_000
_LINKS = frozenset(("url", "file"))
# The words of a link, and its attributes, that may say in which language and format a file is.
_SAID_OF_A_LINK = (None, "hreflang", "type", "title")
_LONGEST_SAID = 200
_MOST_LINKS = 200
_BREAKS = re.compile(r"[\t\r\n]+")
_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Row(Protocol):
    """One row of a page, a feed, a JSON list or a catalogue."""

    @property
    def words(self) -> str:
        """The row as a person sees it."""

    def find(self, rule: FieldRule) -> list[str]:
        """What is at the rule's place, in order; empty where there is nothing."""


class FieldReader:
    """The fields of one row.

    What is missing though required is collected in `problems`, what is missing and rules the row out in `unwanted`.
    """

    def __init__(self, row: Row, fields: Fields, base: str, origin: str, *, document: str | None = None) -> None:
        self._row = row
        self._document = document
        later = document is None
        self._rules = {name: rule for name, rule in fields.given().items() if not (later and rule.source == "document")}
        self._origin = origin
        self.url: str | None = base
        # What `template` makes a URL of; the item's fields are read before its URLs.
        self.values: dict[str, str | None] = {}
        self.problems: list[str] = []
        self.unwanted: list[str] = []

    def one(self, name: str, *, keep_lines: bool = False) -> str | None:
        """The first value of a field; None where it is missing."""
        rule = self._rules.get(name)
        if rule is None:
            return None
        values = self._values(rule, keep_lines=keep_lines, is_link=name in _LINKS)
        if not values:
            self._missing(name, rule)
            return None
        return values[0]

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a field, each once."""
        rule = self._rules.get(name)
        if rule is None:
            return ()
        values = self._values(rule, keep_lines=False, is_link=name in _LINKS)
        if not values:
            self._missing(name, rule)
        return tuple(dict.fromkeys(values if rule.many else values[:1]))

    def words_of_files(self) -> tuple[tuple[str, str], ...]:
        """The links of the field `file`, each with what the page says of it: words of the link, language, type."""
        rule = self._rules.get("file")
        found: dict[str, str] = {}
        while rule is not None and not found:
            if rule.many and rule.attr is not None and rule.source == "item":
                links = self._row.find(rule)
                asides = [self._row.find(rule.model_copy(update={"attr": attr})) for attr in _SAID_OF_A_LINK]
                # What not every link has cannot be laid beside them.
                beside = [words for words in asides if len(words) == len(links)]
                for place, link in enumerate(links[:_MOST_LINKS]):
                    said = " ".join(_printable(words[place][:_LONGEST_SAID]) for words in beside)
                    found[_kept(link, rule, keep_lines=False, is_link=True)] = " ".join(said.split())
            rule = rule.fallback
        return tuple((link, said) for link, said in found.items() if link and said)

    def date(self, name: str) -> PublishedOn | None:
        """A date that fits the rule's formats; a date that fits none is missing."""
        rule = self._rules.get(name)
        while rule is not None:
            for value in self._found(rule, keep_lines=False):
                found = dates.read(value, rule.formats, day_first=rule.day_first)
                if found is not None:
                    origin = {"url": "address", "document": "document"}.get(rule.source, self._origin)
                    return PublishedOn(found[0], found[1], origin)
            if rule.fallback is None:
                break
            rule = rule.fallback
        if rule is not None:
            self._missing(name, self._rules[name])
        return None

    def _missing(self, name: str, rule: FieldRule) -> None:
        if rule.on_missing == "fail":
            raise ReadError(f"a row has no {name}: {self._row.words[:80]!r}")
        if rule.required:
            self.problems.append(f"no {name}")
        elif rule.on_missing == "drop":
            self.unwanted.append(f"no {name}")

    def _values(self, rule: FieldRule | None, *, keep_lines: bool, is_link: bool) -> list[str]:
        while rule is not None:
            if values := self._found(rule, keep_lines=keep_lines, is_link=is_link):
                return values
            rule = rule.fallback
        return []

    def _found(self, rule: FieldRule, *, keep_lines: bool, is_link: bool = False) -> list[str]:
        if rule.template is not None:
            made = filled(rule.template, self.values)
            found = [] if made is None else [made]
        elif rule.value is not None:
            found = [rule.value]
        elif rule.source == "url":
            found = [self.url or ""]
        elif rule.source == "document":
            found = [(self._document or "")[:longest_head]]
        else:
            found = self._row.find(rule)
        kept = (_kept(each, rule, keep_lines=keep_lines, is_link=is_link) for each in found)
        return [value for value in kept if value]


def _kept(found: str, rule: FieldRule, *, keep_lines: bool, is_link: bool) -> str:
    """What a rule keeps of a value; "" where that is nothing."""
    words = _printable(found[:longest_text])
    if is_link:
        words = _BREAKS.sub("", words)  # an address that is broken over lines is one (WHATWG URL)
    value = words.strip() if keep_lines else " ".join(words.split())
    if rule.regex is not None:
        # A new value is put together of a short one only: its groups may be put more than once.
        match = re.search(rule.regex, value[: longest_value if rule.put is not None else longest_text])
        value = _matched(match, rule.put).strip()
    value = value if keep_lines else value[:longest_value]
    return "" if value.casefold() in {dropped.casefold() for dropped in rule.drop} else value


def _matched(match: re.Match[str] | None, put: str | None) -> str:
    if match is None:
        return ""
    return match.expand(put) if put is not None else match.group(1 if match.re.groups else 0) or ""


def _printable(words: str) -> str:
    """Words without controls and halves of characters: JSON can hold both, and neither can be stored."""
    return _controls.sub(" ", words.replace("\x00", "")).encode("utf-8", errors="replace").decode("utf-8")
