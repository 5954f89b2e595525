"""`mandates decisions`: what people decided about tasks, as a file that can be edited."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from flows.written import GivenPath


@click.command(epilog="Example: mandates decisions --export decisions.yaml")
@click.option("--export", "target", type=GivenPath(path_type=Path, dir_okay=False), help="Write all decisions to FILE.")
@click.option(
    "--import",
    "source",
    type=GivenPath(path_type=Path, dir_okay=False, exists=True),
    help="Record what is new in FILE.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(target: Path | None, source: Path | None, as_json: bool) -> None:
    """Export the decisions on tasks to a YAML file that you can edit, and import it again.

    Decisions are only ever added: an edited entry is a new decision, and importing a file twice adds nothing. People
    who were notified of something else get a correction with the next `mandates deliver` or `run`. In the next
    snapshot, the view current_decisions shows the decisions in force, and reviews shows those to check again.
    """
    from alerts.figures import counted
    from config.settings import Settings
    from warehouse.load.decisions import decisions_of, land_decisions, record_decisions, without_task
    from warehouse.review.decision_file import read_decisions, write_decisions
    from warehouse.store.database import session

    settings = Settings()
    home = settings.home
    record_decisions(home)
    if source is not None and target is None:
        with session(home) as connection:
            recorded = decisions_of(connection)
        decisions = read_decisions(source, datetime.now(UTC), recorded)
        land_decisions(home, decisions)
        new = record_decisions(home)
        with session(home) as connection:
            unknown = without_task(connection, decisions)
        for key in unknown:
            click.echo(f"mandates: no recorded task has the key {key}", err=True)
        done = {"read": len(decisions), "new": new, "without_task": list(unknown)}
        click.echo(json.dumps(done) if as_json else f"{counted(len(decisions), 'decision')} read, {new} of them new")
    elif target is not None and source is None:
        with session(home) as connection:
            written = write_decisions(connection, target)
        done = {"path": str(target), "decisions": written}
        click.echo(json.dumps(done) if as_json else f"{counted(written, 'decision')} written to {target}")
    else:
        raise click.UsageError("use either --export FILE or --import FILE")
