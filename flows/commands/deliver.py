"""`mandates deliver`: send what waits."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.model import DispatchReport
    from warehouse.outbox.history import Waiting


@click.command(epilog="Example: mandates deliver --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def command(as_json: bool) -> None:
    """Deliver pending alerts from the outbox.

    Exit code 1: a delivery was given up or it is uncertain whether it arrived, in this call, or earlier without an
    operator having been notified; or deliveries wait because a target's address is missing or cannot be used.
    """
    from config.settings import Settings
    from flows.console import print_trouble
    from flows.delivering import deliver_now
    from warehouse.outbox.history import waiting

    report = deliver_now(Settings())
    left = waiting(Settings().home)
    if as_json:
        rows = [dataclasses.asdict(row) for row in report.rows]
        counts = {state: report.count(state) for state in ("sent", "failed", "uncertain", "dead")}
        unreported = [dataclasses.asdict(row) for row in report.unreported]
        unusable = [{"target": error.target, "reason": str(error)} for error in report.unusable]
        # `untold` is the former key of `unreported`, kept until December 2027.
        record = {**counts, "deliveries": rows, "unreported": unreported, "untold": unreported, "unusable": unusable}
        record["waiting"] = [dataclasses.asdict(each) for each in left]
        click.echo(json.dumps(record, ensure_ascii=False, default=str))
    else:
        _show(report, left)
    print_trouble(report)
    if not report.well:
        sys.exit(1)


def _show(report: DispatchReport, left: Sequence[Waiting]) -> None:
    if report.rows:
        _print_table(report)
    elif not left:
        click.echo("No pending alerts.")
    else:
        click.echo("No alert is due.")
    from flows.aftermath import waiting_lines

    for line in waiting_lines(left):
        click.echo(line)


def _print_table(report: DispatchReport) -> None:
    from flows.grid import print_grid

    print_grid(
        ("subscription", "target", "state", "subject"),
        [(row.subscription, row.target, row.state, row.subject) for row in report.rows],
        below=[row.reason or "" for row in report.rows],
    )
    click.echo(f"{report.sent} sent, {report.failed} to be retried, {report.uncertain} uncertain, {report.dead} dead.")
