"""The library catalogue: OAI-PMH 2.0 with MARCXML records, a few a page.

A record's datestamp is the time of cataloguing, as in the real one, so a document that is published now is found by a
harvest from the day of the last one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from demo.document import invented, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from demo.document import Document
    from demo.shelf import Published, Shelf

page_size = 4
_day = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


@dataclass(frozen=True, slots=True)
class _Record:
    """What one catalogue record says; `documents` are one document in its languages."""

    number: int
    documents: tuple[Document, ...]
    stamp: datetime


class _OaiError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(shelf: Shelf, query: Mapping[str, str], base: str) -> str:
    """The answer to one OAI-PMH request; refusals are answers too, with status 200."""
    verb = query.get("verb", "")
    try:
        content = _verb(shelf, verb, query, base)
    except _OaiError as error:
        content = f'<error code="{error.code}">{escape(str(error))}</error>'
    # The time of the last change rather than the clock's: the same question has the same answer, down to the ETag.
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        f"<responseDate>{_stamp(shelf.changed('un', 'catalogue'))}</responseDate>\n"
        f"<request verb={quoteattr(verb)}>{base}/oai2d</request>\n{content}\n</OAI-PMH>\n"
    )


def _verb(shelf: Shelf, verb: str, query: Mapping[str, str], base: str) -> str:
    if verb == "Identify":
        return (
            f"<Identify><repositoryName>Invented catalogue of the Mandate Monitor demonstration</repositoryName>"
            f"<baseURL>{base}/oai2d</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>library@example.org</adminEmail>"
            f"<earliestDatestamp>{_stamp(shelf.opened)}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
            "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
        )
    if verb != "ListRecords":
        raise _OaiError("badVerb", f"only ListRecords and Identify are answered, not {verb or 'nothing'}")
    start, since, until = _window(query)
    found = [record for record in _records(shelf) if _within(record.stamp, since, until)]
    if not found:
        raise _OaiError("noRecordsMatch", "no record in this window")
    if start >= len(found):
        raise _OaiError("badResumptionToken", "the token is of no list that is kept here")
    shown = "\n".join(_xml(record, base) for record in found[start : start + page_size])
    end = start + page_size
    token = f"{end}!{since}!{until}" if end < len(found) else ""
    # On the last page of several the token is there and empty, as the protocol wants.
    more = f'<resumptionToken completeListSize="{len(found)}" cursor="{start}">{token}</resumptionToken>'
    return f"<ListRecords>\n{shown}\n{more if token or start else ''}</ListRecords>"


def _window(query: Mapping[str, str]) -> tuple[int, str, str]:
    token = query.get("resumptionToken")
    if token is not None:
        start, *window = token.split("!")
        if len(window) != 2 or not start.isdigit():  # noqa: PLR2004 - from and until
            raise _OaiError("badResumptionToken", "the token is not one of ours")
        return int(start), window[0], window[1]
    if query.get("metadataPrefix") != "marcxml":
        raise _OaiError("cannotDisseminateFormat", "the only metadataPrefix is marcxml")
    since, until = query.get("from", ""), query.get("until", "")
    if any(day and not _day.fullmatch(day) for day in (since, until)):
        raise _OaiError("badArgument", "from and until are written 2026-11-21 or 2026-11-21T10:00:00Z")
    return 0, since, until


def _within(stamp: datetime, since: str, until: str) -> bool:
    """Whether a record is of the window; both ends belong to it, and a day is the whole day."""
    text = _stamp(stamp)
    return (not since or text[: len(since)] >= since) and (not until or text[: len(until)] <= until)


def _records(shelf: Shelf) -> list[_Record]:
    """One record a document, its translations together; the numbers follow the first publication."""
    grouped: dict[str, list[Published]] = {}
    for shown in shelf.published("un", "catalogue"):
        grouped.setdefault(shown.document.id, []).append(shown)
    return [
        _Record(4_100_000 + number, tuple(shown.document for shown in group), max(shown.since for shown in group))
        for number, group in enumerate(grouped.values(), 1)
    ]


def _xml(record: _Record, base: str) -> str:
    first = next((document for document in record.documents if document.language == "en"), record.documents[0])
    deleted = ' status="deleted"' if first.kind == "deleted" else ""
    header = (
        f"<header{deleted}><identifier>oai:library.example.org:{record.number}</identifier>"
        f"<datestamp>{_stamp(record.stamp)}</datestamp><setSpec>documents</setSpec></header>"
    )
    if deleted:
        return f"<record>{header}</record>"
    fields = "\n".join(_fields(first, record, base))
    return (
        f'<record>{header}<metadata>\n<record xmlns="http://www.loc.gov/MARC21/slim">\n'
        f'<controlfield tag="001">{record.number}</controlfield>\n{fields}\n</record></metadata></record>'
    )


def _fields(document: Document, record: _Record, base: str) -> list[str]:
    vote = document.kind == "vote"
    kind, author = _statement(document)
    symbol = document.symbol or ""
    found = [_field("791" if vote else "191", a=symbol)]
    found.append(_field("245", a=f"{document.title} {':' if kind else '/'}", b=kind, c=author))
    if document.issued or document.dated:
        issued = document.issued or document.dated
        found.append(_field("269", a=f"{issued:%Y-%m-%d}"))
    found += [_field("991" if vote else "650", **{"d" if vote else "a": subject}) for subject in document.subjects]
    if document.stage == "adopted" and document.dated:
        found.append(_field("992", a=written(document.dated)))
    found += [_field("993", indicator="2", a=related) for related in document.related]
    if document.shape == "un":
        names = {"en": "English", "fr": "Français"}
        found += [
            _field(
                "856",
                indicator="4",
                u=f"{base}/record/{record.number}/files/{_file_name(text)}",
                y=names[text.language],
            )
            for text in record.documents
        ]
    found.append(_field("500", a=invented))
    return found


def _statement(document: Document) -> tuple[str, str]:
    """What follows the title in field 245: what the document is, and who adopted or proposed it."""
    if document.kind == "report":
        return "report of the Secretary-General", ""
    if document.kind == "corrigendum":
        return "corrigendum", ""
    if document.stage == "draft":
        return "draft resolution /", (document.sponsors or "").partition(":")[0]
    return ("resolution /", "adopted by the General Assembly") if document.stage == "adopted" else ("", "")


def _field(tag: str, *, indicator: str = " ", **subfields: str) -> str:
    inner = "".join(f'<subfield code="{code}">{escape(value)}</subfield>' for code, value in subfields.items() if value)
    return f'<datafield tag="{tag}" ind1="{indicator}" ind2=" ">{inner}</datafield>'


def _file_name(document: Document) -> str:
    """The library's file names: `A_RES_81_901-EN.pdf`."""
    return quote(f"{(document.symbol or '').replace('/', '_')}-{document.language.upper()}.pdf")


def file_of(shelf: Shelf, name: str) -> Published | None:
    """The document behind a library file name; None where there is none."""
    return next((shown for shown in shelf.published("un") if _file_name(shown.document) == name), None)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
