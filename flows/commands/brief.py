"""`mandates brief`: a session on one page."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flows.selecting import filters_of, selecting
from flows.written import NewFile, writing

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.papers.brief import Brief

_SUFFIXES = (".txt", ".html", ".docx")


@click.command(epilog="Example: mandates brief --body AALCO --session 64 --out brief.html")
@selecting
@click.option("--out", "target", type=NewFile(), help="Write FILE (.txt, .html or .docx).")
@click.option("--language", default="en", show_default=True, type=click.Choice(["en", "fr", "es"]))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(target: Path | None, language: str, *, force: bool, as_json: bool, **given: Any) -> None:
    """Show a session on one page: what was decided, who has to do what first, and what is unknown.

    An option may be given several times: one of its values must match. All options must match. A star stands for any
    letters. Without --out, the page is printed as text. Word files need the extra `office`.

    Exit code 1: no mandates were found.
    """
    from alerts.papers.brief import as_text, brief
    from config.settings import Settings
    from flows.console import visible
    from warehouse.matrix.rows import select

    if target is not None and target.suffix.lower() not in _SUFFIXES:
        raise click.UsageError(f"--out must end in {', '.join(_SUFFIXES)}")
    if target is not None and target.exists() and not force:
        raise click.UsageError(f"{target} exists already; choose another file, or replace it with --force")
    settings = Settings()
    filters = filters_of(given, settings)
    rows = select(settings.home, filters)
    page = brief(rows, filters, datetime.now(UTC), language=language)
    if target is not None:
        with writing(target):
            _write(page, target)
    if as_json:
        click.echo(
            json.dumps(asdict(page) | {"path": str(target) if target else None}, ensure_ascii=False, default=str)
        )
    elif target is None:
        click.echo(visible(as_text(page)), nl=False)
    else:
        click.echo(f"{target} written")
    if not rows:
        raise SystemExit(1)


def _write(page: Brief, target: Path) -> None:
    from alerts.papers.brief import as_text
    from alerts.papers.page import brief_page
    from warehouse.store.paths import replacing

    if target.suffix.lower() == ".docx":
        from alerts.papers.word import write_brief

        write_brief(page, target)
        return
    words = brief_page(page) if target.suffix.lower() == ".html" else as_text(page)
    with replacing(target) as aside:
        aside.write_text(words, encoding="utf-8")
