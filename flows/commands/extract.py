"""`mandates extract`: the clauses and mandates of documents, as JSON for programs or in colour for people."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from flows.cli import exit_failed
from flows.written import GivenPath
from mandates.model import Kind, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mandates.model import Session
    from scrapers.publication import DocumentText

# Of each kind of words that were left out, so many are shown.
_SAMPLES = 3
readable = frozenset({".txt", ".html", ".htm", ".pdf", ".docx"})


@click.command(epilog="Example: mandates extract --body AALCO --published-on 2024-09-12 resolution.pdf")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "as_format", type=click.Choice(["terminal", "json", "un-mandates"]), default="terminal",
    show_default=True,
    help="json: one object a line, with offsets into the text. un-mandates: one object for each document, with the "
    "field names of the United Nations' mandate registry.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--explain", is_flag=True, help="Show the rule and the words behind each label.")
@click.option(
    "--text-out", type=GivenPath(path_type=Path),
    help="Also write the text that the offsets refer to: to this file, or into this folder if there are several.",
)  # fmt: skip
@click.option("--body", help="The body that adopted or issued the documents, by its short name: UNGA, HRC, AALCO.")
@click.option("--symbol", help="The symbol of the document, if its text does not show it; for one file.")
@click.option(
    "--kind", type=click.Choice(get_args(Kind)), help="The kind of the documents, if their text does not say so."
)
@click.option(
    "--stage", type=click.Choice(get_args(Stage)), help="The stage of the documents, if their text does not say so."
)
@click.option(
    "--published-on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help='The day from which "within six months" is counted if the text has no date.',
)  # fmt: skip
def command(  # noqa: PLR0917 - one argument an option
    paths: tuple[Path, ...],
    as_format: str,
    as_json: bool,
    explain: bool,
    text_out: Path | None,
    body: str | None,
    symbol: str | None,
    kind: Kind | None,
    stage: Stage | None,
    published_on: datetime | None,
) -> None:
    """Show the clauses of documents (.txt, .html, .pdf, .docx, or folders of them), and which ones are mandates.

    Exit code 1: a file could not be read; the others are shown.
    """
    from flows.commands.extract_json import as_record
    from mandates.analysis import analyse
    from mandates.model import MandatesError

    files = list(_files(paths))
    if symbol is not None and len(files) > 1:
        raise click.UsageError("--symbol applies to one document; give a single file")
    _require_known(body, symbol)
    sessions = _sessions()
    failed = False
    for file in files:
        try:
            document = _document(file)
            text = document.text
            analysis = analyse(
                text,
                sessions=sessions,
                body=body,
                symbol=symbol,
                kind=kind,
                stage=stage,
                published_on=published_on.date() if published_on else None,
            )
        except MandatesError as error:
            click.echo(f"{file}: {error}", err=True)
            failed = True
            continue
        if text_out is not None:
            _write_text(text_out, file, text, several=len(files) > 1)
        if as_json or as_format == "json":
            click.echo(json.dumps({"file": str(file), **as_record(analysis, explain=explain)}, ensure_ascii=False))
        elif as_format == "un-mandates":
            from mandates.registry import as_registry

            for record in as_registry(analysis, text):
                click.echo(json.dumps({"file": str(file), **record}, ensure_ascii=False))
        else:
            from flows.commands.extract_terminal import show

            show(file.name, analysis, explain=explain, reading=_reading(document) if explain else None)
    if failed:
        raise SystemExit(exit_failed)


def _require_known(body: str | None, symbol: str | None) -> None:
    """Refuse the name of a body or a symbol that would change nothing."""
    from mandates.documents import bodies, symbols

    if body is not None and bodies.body(body) is None:
        known = ", ".join(each.id for each in bodies.bodies())
        raise click.UsageError(f"unknown body: {body}; known bodies: {known}")
    if symbol is not None and symbols.parse(symbol) is None:
        raise click.UsageError(f"not a document symbol: {symbol}")


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(each for each in path.rglob("*") if each.suffix.lower() in readable and each.is_file())
            if not found:
                raise click.UsageError(f"{path} has no .txt, .html, .pdf or .docx files")
            yield from found
        elif path.exists():
            yield path
        else:
            raise click.UsageError(f"no such file or folder: {path}")


def _sessions() -> tuple[Session, ...]:
    """The calendar that comes with the program, with what the configuration adds."""
    from config.sessions import load_sessions

    # config.settings would say the same, but importing pydantic takes 0.15 s of the half second that this command has.
    return load_sessions(Path(os.environ.get("MANDATES_CONFIG") or "config") / "sessions.yaml")


def _document(file: Path) -> DocumentText:
    """The text of a file; a .txt in UTF-8 as it is, every newline kept."""
    from mandates.model import TextError
    from scrapers.publication import DocumentText, ScraperError

    try:
        raw = file.read_bytes()
    except OSError as error:
        raise TextError(f"cannot be read: {error.strerror or error}") from error
    if file.suffix.lower() == ".txt":
        try:
            return DocumentText(raw.decode("utf-8"), raw, "", "text/plain")
        except UnicodeDecodeError as error:
            raise TextError(
                f"is not UTF-8 (byte {error.start}); convert it first, because offsets refer to UTF-8 text"
            ) from error
    from scrapers.text.documents import document_text, no_text_layer

    try:
        document = document_text(raw, name=file.name)
    except ScraperError as error:
        raise TextError(str(error)) from error
    if no_text_layer in document.flags:
        raise TextError("the PDF has no text layer, so a person has to read it")
    return document


def _reading(document: DocumentText) -> str | None:
    """What the reader left out and, for a PDF, whether all words of its text layer arrived, or None."""
    from scrapers.text.completeness import compare, pdf_words
    from scrapers.text.documents import pdf_type

    said = []
    if document.media_type == pdf_type:
        found = compare(pdf_words(document.raw), document.text, document.left_out)
        share = math.floor(found.share * 10_000) / 100
        said.append(f"text layer: {share:.2f} % of {found.words:,} words are in the text or listed as left out")
        if found.missing:
            said.append(f"missing: {', '.join(found.missing)}")
    samples: dict[str, list[str]] = {}
    for each in document.left_out:
        samples.setdefault(each.reason, []).append(each.words)
    if samples:
        counts = (
            f"{len(words)} × {reason} ({'; '.join(dict.fromkeys(word[:60] for word in words[:_SAMPLES]))})"
            for reason, words in samples.items()
        )
        said.append(f"left out: {', '.join(counts)}")
    return "\n".join(said) or None


def _write_text(target: Path, file: Path, text: str, *, several: bool) -> None:
    if several:
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"{file.stem}.txt"
    target.write_bytes(text.encode("utf-8"))
