"""`mandates reanalyse`: today's rules over everything that was kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from warehouse.findings.reanalysis import Reanalysed

shown_changes = 20


@click.command(epilog="Examples: mandates reanalyse --texts; mandates reanalyse --texts --apply")
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
    from config.settings import Settings
    from flows.console import counted_progress
    from flows.reanalysing import apply_todays_rules

    if notify and not apply:
        raise click.UsageError("--notify needs --apply")
    with counted_progress("Reading everything again …", "texts") as progress:
        done = apply_todays_rules(Settings(), texts=texts, apply=apply, notify=notify, progress=progress)
    if as_json:
        for change in done.changes:
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
    else:
        _show(done, apply=apply, notify=notify)


def _show(done: Reanalysed, *, apply: bool, notify: bool) -> None:
    from flows.reanalysing import reanalysed_lines

    for change in done.changes[:shown_changes]:
        quote = " ".join(change.quote.split())[:100]
        name = f"{change.symbol or change.document_id[:12]} {change.number or ''}".rstrip()
        click.echo(f"{change.change:>8} {change.unit:7}  {name}  {quote}")
        if change.detail:
            click.echo(f"{'':17} {change.detail[:200]}")
    if len(done.changes) > shown_changes:
        click.echo(f"… and {len(done.changes) - shown_changes} more (--json shows all)")
    for line in reanalysed_lines(done, apply=apply, notify=notify):
        click.echo(line)
    if not apply and (done.changes or done.read_otherwise):
        click.echo("nothing was written; use --apply to write the changes")
