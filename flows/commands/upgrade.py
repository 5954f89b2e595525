"""`mandates upgrade`: what a new version of the program does to the warehouse, and doing it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from warehouse.store.rehearsal import Rehearsal


@click.command(epilog="Example: mandates upgrade --plan")
@click.option("--plan", is_flag=True, help="Only show what would happen, tried on a copy; nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def command(plan: bool, as_json: bool) -> None:
    """Upgrade the warehouse to this version of the program, and publish the snapshot.

    The upgrade is tried on a copy first, which needs as much free space as the warehouse. It shows which migrations
    are applied, how many texts would be read again, and how many alerts that causes: none. Commands that write
    upgrade the warehouse too; this one lets you choose when.
    """
    from config.settings import Settings
    from warehouse.store.database import live_path, session
    from warehouse.store.former_copy import copies
    from warehouse.store.rehearsal import rehearse
    from warehouse.store.snapshot import publish

    settings = Settings()
    found = rehearse(settings.home)
    if as_json:
        click.echo(json.dumps(None if found is None else {**asdict(found), "alerts": found.alerts}))
    else:
        _show(found)
    if plan or found is None or not found.migrations:
        return
    with session(settings.home):
        pass
    publish(settings.home)
    if not as_json:
        _, kept = copies(live_path(settings.home))[0]
        click.echo(f"upgraded; the previous file is kept as {kept}")
        click.echo(f"to go back: install the previous version, then run `mandates snapshot --restore --from {kept}`")


def _show(found: Rehearsal | None) -> None:
    if found is None:
        click.echo("there is no warehouse yet; the first run makes one")
        return
    names = ", ".join(found.migrations) or "none, the warehouse is up to date"
    click.echo(f"migrations: {names}")
    click.echo(f"documents: {found.before.documents} before, {found.after.documents} after")
    click.echo(f"mandates: {found.before.mandates} before, {found.after.mandates} after")
    again = f"{found.texts}, {found.outdated} of them read by an older reader or older rules"
    click.echo(f"texts: {again}" + ("; `mandates reanalyse --texts` shows what would change" if found.outdated else ""))
    click.echo(f"alerts: {found.alerts or 'none'}")
