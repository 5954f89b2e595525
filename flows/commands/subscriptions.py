"""`mandates subscriptions`: who is notified of what; does it match anything, does it arrive."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from flows.cli import exit_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.subscriptions import Subscription, Subscriptions
    from warehouse.findings.finding import Finding


# What a table shows of a subscription's findings.
shown = 8


@click.group(epilog="Example: mandates subscriptions check")
def command() -> None:
    """List, check, test and replay subscriptions."""


@command.command("list", epilog="Example: mandates subscriptions list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def list_(as_json: bool) -> None:
    """Show every subscription, with file and line. Addresses are not shown."""
    from config.settings import Settings
    from config.subscriptions import load_subscriptions

    loaded = load_subscriptions(Settings().config)
    rows = [
        {
            "name": subscription.name,
            "targets": list(subscription.targets),
            "mode": subscription.mode,
            "zone": subscription.zone,
            "language": subscription.language,
            "place": subscription.place,
        }
        for subscription in loaded.subscriptions
    ]
    _print(rows, as_json=as_json)


@command.command("check", epilog="Example: mandates subscriptions check --days 30")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How far to look back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def check(days: int, as_json: bool) -> None:
    """Validate files and addresses, and show which recorded findings each subscription would have matched.

    The table shows the newest findings, --json shows all of them. Nothing is sent.

    Exit code 1: a file or an address cannot be used, or there are no subscriptions.
    """
    from alerts.dispatch import open_channels
    from alerts.figures import counted
    from alerts.model import TargetError
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.delivering import prefect_secret
    from warehouse.findings.finding_store import findings_since

    settings = Settings()
    loaded = load_subscriptions(settings.config)
    _, closed = open_channels(loaded, settings.home, prefect_secret)
    if closed:
        raise TargetError.of(list(closed.values()))
    since = datetime.now(UTC) - timedelta(days=days)
    recorded = findings_since(settings.home, since)
    rows = [_matched(subscription, recorded) for subscription in loaded.subscriptions]
    if as_json:
        _print(rows, as_json=True)
    else:
        newest = [{**row, "findings": [described["subject"] for described in row["findings"][:shown]]} for row in rows]
        _print(newest, as_json=False)
        usable, looked_at = counted(len(loaded.targets), "target"), counted(len(recorded), "finding")
        click.echo(f"{usable} usable; {looked_at} in {counted(days, 'day')} checked.")
    if loaded.nobody is not None:
        click.echo(f"mandates: {loaded.nobody}; docs/alerts.md explains how to write one", err=True)
        sys.exit(exit_failed)
    if len(loaded.operators) < 2:  # noqa: PLR2004 - the channel that failed is not the one to say so
        target = loaded.operators[0] if loaded.operators else "any target"
        click.echo(
            f"mandates: nobody is notified when a delivery to {target} is given up; name two different `operators`",
            err=True,
        )


@command.command("test", epilog="Example: mandates subscriptions test everything")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def test(name: str, as_json: bool) -> None:
    """Send a message marked as a test to every target of a subscription, and report the outcome.

    Exit code 1 unless every target's server accepted it.
    """
    rows = send_test(name)
    _print(rows, as_json=as_json)
    if any(row["outcome"] != "accepted" for row in rows):
        sys.exit(exit_failed)


def send_test(name: str) -> list[dict[str, Any]]:
    """Send the test message of a subscription; target, outcome, seconds and reason of each.

    Raises:
        TargetError: the address of a target is missing.
    """
    from alerts.deliver import deliver
    from alerts.dispatch import open_channels
    from alerts.model import TargetError
    from alerts.render import Renderer
    from alerts.sample import sample_delivery
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.delivering import prefect_secret

    settings = Settings()
    loaded = load_subscriptions(settings.config)
    chosen = _named(loaded, name)
    channels, closed = open_channels(loaded, settings.home, prefect_secret)
    if wanted := [closed[target] for target in chosen.targets if target in closed]:
        raise TargetError.of(wanted)
    renderer = Renderer(loaded)
    rows = []
    for target in chosen.targets:
        channel = channels[target]
        outcome = deliver(channel, renderer.render(sample_delivery(target, [name]), channel.dress))
        seconds = round(outcome.seconds, 3)
        rows.append({"target": target, "outcome": outcome.verdict, "seconds": seconds, "reason": outcome.reason})
    return rows


@command.command("replay", epilog="Example: mandates subscriptions replay secretariat --month 2026-10")
@click.argument("name")
@click.option("--month", type=click.DateTime(["%Y-%m"]), metavar="YYYY-MM", help="A whole month.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day [30 days ago].")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day [today].")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message, one a line.")
def replay(name: str, month: datetime | None, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Show what a subscription, as it is written today, would have received: each message with its day and subject.

    The messages are made from what was recorded, with the digests, quiet hours, cap and brake of today. Days are those
    of the subscription's time zone. Nothing is sent.
    """
    from dataclasses import asdict
    from zoneinfo import ZoneInfo

    from alerts.figures import counted
    from alerts.replay import replay as replayed
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.console import visible

    if month is not None and (since is not None or until is not None):
        raise click.UsageError("use either --month, or --since and --until")
    settings = Settings()
    loaded = load_subscriptions(settings.config)
    subscription = _named(loaded, name)
    zone = ZoneInfo(subscription.zone)
    first, end = _days(month, since, until, datetime.now(zone).date())
    begin, over = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, end))
    messages = replayed(settings.home, loaded, subscription, begin, over)
    for each in messages:
        at = each.at.astimezone(zone)
        if as_json:
            click.echo(json.dumps({"day": at.date().isoformat(), **asdict(each), "at": at.isoformat()}))
        else:
            held = f"  (held: {each.held})" if each.held else ""
            click.echo(visible(f"{at:%Y-%m-%d %H:%M}  {each.target}: {each.subject}{held}"))
    if not as_json:
        last = end - timedelta(days=1)
        click.echo(f"{counted(len(messages), 'message')} from {first} to {last} ({subscription.zone})")


def _named(loaded: Subscriptions, name: str) -> Subscription:
    from config.suggestions import or_known

    chosen = loaded.named([name])
    if not chosen:
        known = [subscription.name for subscription in loaded.subscriptions]
        raise click.UsageError(f"there is no subscription {name!r}{or_known(name, known)}")
    return chosen[0]


def _days(month: datetime | None, since: datetime | None, until: datetime | None, today: date) -> tuple[date, date]:
    """The first day, and the day after the last one."""
    if month is not None:
        first = month.date()
        return first, (first + timedelta(days=31)).replace(day=1)
    end = (until.date() if until is not None else today) + timedelta(days=1)
    first = since.date() if since is not None else end - timedelta(days=31)
    if first >= end:
        raise click.UsageError(f"{first} is after {end - timedelta(days=1)}")
    return first, end


def _matched(subscription: Subscription, recorded: Sequence[Finding]) -> dict[str, Any]:
    from alerts.frame import frame
    from alerts.match import matches
    from alerts.subject import subject

    found = [finding for finding in recorded if matches(subscription, finding, finding.found_at.date())]
    described = [
        {
            "finding_id": finding.finding_id,
            "found_at": finding.found_at.isoformat(),
            "subject": subject(frame(subscription.language), [finding]),
        }
        for finding in reversed(found)
    ]
    baseline = sum(finding.baseline for finding in found)
    return {"name": subscription.name, "matched": len(found), "baseline": baseline, "findings": described}


def _print(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    if not rows:
        click.echo("No subscriptions.")
        return
    from flows.grid import print_grid

    cells = [["\n".join(value) if isinstance(value, list) else value for value in row.values()] for row in rows]
    print_grid(list(rows[0]), [["" if cell is None else str(cell) for cell in row] for row in cells])
