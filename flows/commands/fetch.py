"""`mandates fetch`: one run of a worker on this machine: poll sources and land what they show in the shared place."""

from __future__ import annotations

import json

import click

from flows.cli import exit_failed


@click.command(epilog="Example: MANDATES_LANDING=/mnt/landing mandates fetch")
@click.argument("sources", nargs=-1)
@click.option("--all", "due_or_not", is_flag=True, help="Poll every source, including those that are not due yet.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(sources: tuple[str, ...], due_or_not: bool, as_json: bool) -> None:
    """Poll the sources that are due and that no other run is polling; another machine records what they show.

    Needs MANDATES_LANDING (the folder or bucket that the machines share) but no warehouse. Run it on as many machines
    as you like, and `mandates record` on one.

    Exit code 0: success; 1: a source failed, or something could not be put into the landing place.
    """
    import asyncio

    from config.settings import Settings
    from flows.console import progress
    from flows.engine import speak_up

    speak_up()
    with progress("Polling the sources …"):
        from flows.fetching import run_fetch

        done = asyncio.run(run_fetch(Settings(), sources, due_or_not=due_or_not))
    if as_json:
        said = {
            "sources": [
                {"source_id": each.harvest.source_id, "outcome": each.harvest.outcome} for each in done.crawled
            ],
            "not_due": list(done.not_due),
            "left_to_others": dict(done.elsewhere),
            "place_away": dict(done.away),
            "damaged_memory": list(done.damaged),
            "sent": done.sent,
            "not_sent": done.left,
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        click.echo(done.headline)
        for source in done.failed:
            click.echo(f"  {source.harvest.source_id}: {source.harvest.error}")
    for fault in done.faults:
        raise fault
    if done.failed or done.left or done.away or done.damaged:
        raise SystemExit(exit_failed)
