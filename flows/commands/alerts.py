"""`mandates alerts`: look at messages before anyone gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from alerts.render import Renderer
    from config.subscriptions import Subscription
    from warehouse.findings.finding import Finding
    from warehouse.model import Delivery

names = {"mail": "mail.html", "slack": "slack.txt", "plain": "plain.txt"}


@click.group(epilog="Example: mandates alerts preview --out preview")
def command() -> None:
    """Preview messages."""


@command.command("preview", epilog="Example: mandates alerts preview everything --out preview")
@click.argument("subscriptions", nargs=-1)
@click.option("--out", default="preview", show_default=True, type=GivenPath(path_type=Path), help="Folder to write to.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How far to look back.")
def preview(subscriptions: tuple[str, ...], out: Path, days: int) -> None:
    """Write a message and a digest for each subscription to files, in every format. Nothing is sent.

    They show what the subscription matched recently; if it matched nothing, they show an invented document.
    """
    from alerts.match import matches
    from alerts.render import Renderer
    from alerts.sample import sample_delivery, sample_findings
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from warehouse.findings.finding_store import findings_since

    settings = Settings()
    loaded = load_subscriptions(settings.config)
    known = [subscription.name for subscription in loaded.subscriptions]
    unknown = sorted(set(subscriptions) - set(known))
    if unknown:
        raise click.UsageError(f"there is no subscription {unknown[0]!r}; known: {', '.join(known) or 'none'}")
    now = datetime.now(UTC)
    recorded = findings_since(settings.home, now - timedelta(days=days))
    renderer = Renderer(loaded)
    for subscription in loaded.named(subscriptions or known):
        found = tuple(finding for finding in recorded if matches(subscription, finding, finding.found_at.date()))
        delivery = sample_delivery(subscription.targets[0], [subscription.name], now)
        for path in _write(renderer, subscription, delivery, found or sample_findings(now), out):
            click.echo(path)


def _write(
    renderer: Renderer, subscription: Subscription, delivery: Delivery, found: tuple[Finding, ...], out: Path
) -> list[Path]:
    newest = found[-1].document.document_id
    message = replace(delivery, digest=None, findings=tuple(a for a in found if a.document.document_id == newest))
    day = delivery.lease_until.date()
    mode = "daily" if subscription.mode == "at_once" else subscription.mode
    digest = replace(delivery, digest=f"{mode}:{day}", findings=found)
    written = []
    for kind, shown in (("message", message), ("digest", digest)):
        for dress, name in names.items():
            rendered = renderer.render(shown, dress)  # type: ignore[arg-type]
            path = out / subscription.name / f"{kind}.{name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            head = "" if dress == "mail" else f"{rendered.subject}\n\n"
            path.write_text(head + rendered.body, encoding="utf-8")
            written.append(path)
    return written
