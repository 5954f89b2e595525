"""`mandates reanalyse`: today's rules over everything that was kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from warehouse.findings.reanalysis import Reanalysed

shown_changes = 20


@click.command(epilog="Example: mandates reanalyse --texts        (look)      mandates reanalyse --texts --apply")
@click.option("--apply", is_flag=True, help="Write the changes; without this they are only shown.")
@click.option("--texts", is_flag=True, help="Also extract the texts again from the bytes that were kept.")
@click.option("--notify", is_flag=True, help="With --apply: send alerts for mandates that nobody was notified of.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a change, one a line.")
def command(apply: bool, texts: bool, notify: bool, as_json: bool) -> None:
    """Apply today's rules to everything that was kept; show which clauses and mandates are gained, lost, changed.

    Nobody is notified of what is new, because the publishers changed nothing. With --apply --notify, mandates that
    nobody was notified of become alerts if people were notified of their documents. People who were notified of
    something that is now read differently get a correction; beyond 10 corrections, the others wait for `mandates
    outbox release`.
    """
    from datetime import UTC, datetime

    from alerts.match import alerts_for
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.console import progress
    from flows.rereading import todays_reader
    from warehouse.findings.reanalysis import reanalyse
    from warehouse.store.snapshot import publish

    if notify and not apply:
        raise click.UsageError("--notify needs --apply")
    settings = Settings()
    matcher = alerts_for(load_subscriptions(settings.config), datetime.now(UTC)) if apply else None
    with progress("Reading everything again …"), todays_reader(settings, texts=texts) as reader:
        done = reanalyse(
            settings.home,
            reader,
            apply=apply,
            notify=notify,
            alerts_for=matcher,
            wait_seconds=settings.lock_wait_seconds,
        )
        if apply:
            publish(settings.home, wait_seconds=settings.lock_wait_seconds)
    if as_json:
        for change in done.changes:
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
    else:
        _show(done, apply=apply, notify=notify)


def _show(done: Reanalysed, *, apply: bool, notify: bool) -> None:
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
    click.echo(f"{done.texts} texts read again, {done.read_otherwise} of them read differently")
    if notify:
        click.echo(f"applied; {len(done.findings)} mandates that nobody was notified of, {done.alerts} alerts")
    elif apply:
        click.echo("applied; nobody was notified of what is new")
    elif done.changes or done.read_otherwise:
        click.echo("nothing was written; use --apply to write the changes")
    if done.corrected or done.held:
        held = f", {done.held} held (mandates outbox release)" if done.held else ""
        click.echo(f"{done.corrected} corrections of what people were notified of{held}")
