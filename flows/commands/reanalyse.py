"""`mandates reanalyse`: today's rules over everything that was kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mandates.model import Analysis
    from scrapers.publication import DocumentText
    from warehouse.reanalysis import KeptText, Reanalysed

shown_changes = 20


@click.command(epilog="Example: mandates reanalyse --texts        (look)      mandates reanalyse --texts --apply")
@click.option("--apply", is_flag=True, help="Write the changes; without it they are only shown.")
@click.option("--texts", is_flag=True, help="Extract the texts anew, too, from the bytes that were kept.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a change, one a line.")
def command(apply: bool, texts: bool, as_json: bool) -> None:
    """Analyse everything that was kept with today's rules; show which clauses and mandates are gained, lost, changed.

    With --apply, mandates that nobody was told of become alerts; what people were told already is not told again.
    """
    from config.sessions import load_sessions
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.console import progress
    from mandates.analysis import analyse
    from mandates.model import TextError
    from warehouse.reanalysis import reanalyse
    from warehouse.snapshot import publish

    settings = Settings()
    sessions = load_sessions(settings.config / "sessions.yaml")

    def read_again(kept: KeptText) -> Analysis | None:
        try:
            return analyse(kept.text, sessions=sessions, published_on=kept.published_on)
        except TextError:
            return None  # as when it was recorded: the document stays, without clauses

    with progress("Reading everything again …"):
        from datetime import UTC, datetime

        from alerts.match import alerts_for

        done = reanalyse(
            settings.home,
            read_again,
            extract=_extract if texts else None,
            apply=apply,
            alerts_for=alerts_for(load_subscriptions(settings.config), datetime.now(UTC)) if apply else None,
            wait_seconds=settings.lock_wait_seconds,
        )
        if apply:
            publish(settings.home, wait_seconds=settings.lock_wait_seconds)
    if as_json:
        for change in done.changes:
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
    else:
        _show(done, apply=apply)


def _extract(kept: KeptText, content: bytes) -> DocumentText | None:
    """The text as it is taken today; None, and so the recorded one, where it cannot be."""
    from scrapers.publication import ScraperError
    from scrapers.text.documents import document_text

    try:
        return document_text(content, media_type=kept.media_type)
    except ScraperError:
        return None


def _show(done: Reanalysed, *, apply: bool) -> None:
    counted = Counter((change.unit, change.change) for change in done.changes)
    for change in done.changes[:shown_changes]:
        quote = " ".join(change.quote.split())[:100]
        name = f"{change.symbol or change.document_id[:12]} {change.number or ''}".rstrip()
        click.echo(f"{change.change:>8} {change.unit:7}  {name}  {quote}")
        if change.detail:
            click.echo(f"{'':17} {change.detail[:200]}")
    if len(done.changes) > shown_changes:
        click.echo(f"… and {len(done.changes) - shown_changes} more (--json shows all)")
    for unit in ("clause", "mandate"):
        gained, lost, changed = (counted[unit, change] for change in ("gained", "lost", "changed"))
        click.echo(f"{unit}s: {gained} gained, {lost} lost, {changed} changed")
    click.echo(f"{done.texts} texts read, {done.new_versions} of them come out otherwise")
    if apply:
        click.echo(f"applied; {len(done.findings)} mandates that nobody was told of, {done.alerts} alerts")
    elif done.changes or done.new_versions:
        click.echo("nothing was written; --apply writes it")
