"""The documents under `answering/` as entries of a batch, and what of them is evidence in the warehouse."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ruamel.yaml import YAML

from config.sessions import load_sessions
from mandates.analysis import analyse
from scrapers.publication import DocumentText, Publication, PublishedOn
from warehouse.model import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from config.sessions import SessionDates

FOLDER = Path(__file__).parent / "answering"
_FOUND = """
SELECT answering.symbol, asking.symbol, number, says, occurrence
FROM task_evidence AS found
JOIN documents AS answering ON answering.document_id = found.document_id
JOIN mandates ON mandates.task_key = found.task_key
JOIN clauses USING (clause_id)
JOIN documents AS asking ON asking.document_id = mandates.document_id
WHERE starts_with(found.rule, 'answer.') AND retracted_at IS NULL ORDER BY ALL"""


class Answer(NamedTuple):
    """That a document answers a paragraph of another."""

    by: str
    of: str
    paragraph: str
    says: str
    occurrence: int | None = None


@cache
def sessions() -> tuple[SessionDates, ...]:
    """The shipped calendar."""
    return load_sessions(Path("config/sessions.yaml"))


@cache
def documents(name: str) -> tuple[str, ...]:
    """The texts of one of the files."""
    return tuple(_file(name)["documents"])


def expected(name: str) -> set[Answer]:
    """What is answered in one of the files, the occurrence left out."""
    return {Answer(row["by"], row["of"], str(row["paragraph"]), row["says"]) for row in _file(name)["answers"]}


def found(rows: Callable[..., list[tuple[Any, ...]]], *, with_unknown: bool = False) -> set[Answer]:
    """The evidence of answers that the warehouse holds; what is undecided only where it is wanted."""
    each = (Answer(by, of, "".join(filter(str.isalnum, number or "")), *said) for by, of, number, *said in rows(_FOUND))
    return {answer for answer in each if with_unknown or answer.says != "unknown"}


def entry_of(text: str, symbol: str | None = None) -> Entry:
    """A document as its own head describes it; `symbol` where its source knows that."""
    analysis = analyse(text, sessions=sessions(), symbol=symbol)
    heading, raw = analysis.heading, text.encode()
    name = f"{heading.symbol} {analysis.language}"
    address = f"https://example.org/{hashlib.sha256(raw).hexdigest()[:12]}"
    publication = Publication(
        source_id="made",
        document_id=hashlib.sha256(name.encode()).hexdigest(),
        identity=name,
        url=address,
        seen_url=address,
        title=heading.title or "Untitled",
        symbol=heading.symbol,
        body=heading.body,
        kind=heading.kind,
        stage=heading.stage,
        language=analysis.language,
        published=PublishedOn(heading.adopted_on, heading.adopted_precision or "day", "document")
        if heading.adopted_on
        else None,
        topics=(),
        text=DocumentText(text, raw, hashlib.sha256(raw).hexdigest(), "text/plain", ()),
    )
    return Entry(publication, analysis)


@cache
def _file(name: str) -> Any:
    return YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
