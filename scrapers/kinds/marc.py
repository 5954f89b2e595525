"""OAI-PMH catalogues that give MARCXML: one answer to items, a token, or a refusal that is none.

MARC fields as the United Nations Digital Library uses them: 191 or 791 symbol, 245 title, 269 and 992 dates, 650 and
991 subjects, 856 files, 993 related documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from config.source_fields import FieldRule, Fields
from mandates.documents import symbols
from scrapers.crawl.item import Item, read_item
from scrapers.http.encodings import characters, declared
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_MARC = "{http://www.loc.gov/MARC21/slim}"
_FIELDS = Fields(
    symbol=FieldRule(marc="191$a", fallback=FieldRule(marc="791$a")),
    title=FieldRule(marc="245$a", regex=r"^(.*?)\s*[:/]?\s*$", required=True),
    date=FieldRule(marc="992$a", fallback=FieldRule(marc="269$a")),
    topics=FieldRule(marc="650$a", many=True, fallback=FieldRule(marc="991$d", many=True)),
    summary=FieldRule(marc="520$a"),
    kind=FieldRule(marc="245$b"),
    stage=FieldRule(marc="245$b"),
    url=FieldRule(marc="856$u"),
)
# One that came from an old card must not cost a whole window of records: XML has no controls.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMES = {"en": "english", "fr": "fran", "es": "espa", "ar": "arabic", "zh": "chinese", "ru": "russian"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a catalogue. `refusal` is an OAI error code: noRecordsMatch, badResumptionToken and the like."""

    items: tuple[Item, ...]
    token: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class MarcRow:
    """One record: `parts` are (tag, indicator 1, subfields)."""

    parts: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]

    @property
    def words(self) -> str:
        """The title statement."""
        return " ".join(self.find(FieldRule(marc="245")))

    def find(self, rule: FieldRule) -> list[str]:
        """Subfields of each field with the tag, joined: "245$a$b"."""
        tag, *codes = (rule.marc or "").split("$")
        found = []
        for name, _, subfields in self.parts:
            if name == tag:
                words = " ".join(value for code, value in subfields if not codes or code in codes)
                found.append(words)
        return [words for words in found if words.strip()]

    def drafts(self) -> tuple[str, ...]:
        """Symbols of drafts in 993; a report or a meeting record is there too and is none."""
        found = []
        for name, kind, subfields in self.parts:
            if name == "993" and kind != "4":
                for code, value in subfields:
                    symbol = symbols.parse(value) if code == "a" else None
                    if symbol is not None and symbol.stage in {"draft", "preliminary_draft"}:
                        found.append(symbol.text)
        return tuple(dict.fromkeys(found))

    def files(self, language: str) -> tuple[str, ...]:
        """The addresses of the document in a language; all of them where the record names no language."""
        links = [dict(subfields) for name, _, subfields in self.parts if name == "856"]
        own = [
            link["u"]
            for link in links
            if "u" in link
            and (
                link.get("y", "").casefold().startswith(_NAMES.get(language, language))
                or re.search(rf"[-_/]{language}\.\w{{3,4}}$", link["u"], re.IGNORECASE)
            )
        ]
        return tuple(own or (link["u"] for link in links if "u" in link))


def read_catalogue(raw: bytes, url: str, fields: Fields, language: str) -> Answer:
    """One answer of a catalogue.

    Raises:
        ReadError: it is no OAI-PMH.
    """
    root = _parsed(raw)
    if root.tag != f"{_OAI}OAI-PMH":
        raise ReadError(f"the response is not OAI-PMH, but <{str(root.tag).rpartition('}')[2][:40]}>")
    error = root.find(f"{_OAI}error")
    if error is not None:
        code = error.get("code") or "without a code"
        return Answer((), None, code)
    rules = _FIELDS.model_copy(update=dict(fields.given()))
    items = tuple(_item(record, url, rules, language) for record in root.iter(f"{_OAI}record"))
    token = root.find(f".//{_OAI}resumptionToken")
    words = (token.text or "").strip() if token is not None else ""
    return Answer(items, words or None, None)


def _parsed(raw: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415 - 60 ms that other kinds need not pay

    text = characters(raw, "an answer of a catalogue", charset=declared(raw))
    head = text[:2000].lower()
    if "<!doctype" in head or "<!entity" in head:
        instead = "HTML" if re.search(r"<!doctype\s+html|<html", head) else "a document type"
        raise ReadError(f"the response has {instead} instead of OAI-PMH")
    # No entities, no network, no huge trees: the answer is a stranger's.
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(_CONTROLS.sub(" ", text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        instead = "the response is HTML instead of XML" if "<html" in head else "the response is not valid XML"
        raise ReadError(f"{instead}: {str(error)[:160]}") from error


def _item(record: Any, url: str, rules: Fields, language: str) -> Item:
    header = record.find(f"{_OAI}header")
    name = header.findtext(f"{_OAI}identifier") if header is not None else None
    if header is not None and header.get("status") == "deleted":
        number = (name or "").rpartition(":")[2]
        return Item(title=name, record=number, dropped="withdrawn from the catalogue", dropped_as="gone")
    row = MarcRow(tuple(_parts(record)))
    files = row.files(language)
    item = read_item(row, rules, url, origin="catalogue")
    number = (name or "").rpartition(":")[2]
    return replace(
        item,
        url=files[0] if files else item.url,
        files=item.files or files,
        # A record without a file in the language asked for is still the record of that document.
        language=item.language or language,
        drafts=tuple(dict.fromkeys((*item.drafts, *row.drafts()))),
        record=number or None,
    )


def _parts(record: Any) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    for part in record.iter(f"{_MARC}datafield"):
        subfields = tuple(
            (sub.get("code") or "", " ".join((sub.text or "").split())) for sub in part.iter(f"{_MARC}subfield")
        )
        yield part.get("tag") or "", (part.get("ind1") or "").strip(), subfields
