"""`mandates restore`: restore a backup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from typing import Any

    from warehouse.backup.restoring import BackupRestored, RestorePlan


@click.command(epilog="Example: mandates restore /mnt/backup/mandates --plan")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--generation", help="The backup to restore, by the beginning of its name.  [default: the newest]")
@click.option("--to", "home", type=GivenPath(file_okay=False, path_type=Path), help="Restore to this home folder.")
@click.option("--plan", "only_plan", is_flag=True, help="Only show what would happen; nothing is changed.")
@click.option("--replace", is_flag=True, help="Set an existing warehouse aside.")
@click.option(
    "--skip-damaged", is_flag=True, help="Restore everything but damaged files. The warehouse itself must be whole."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done, or the plan, as JSON.")
def command(  # noqa: PLR0917 - click passes options by name
    folder: Path,
    generation: str | None,
    home: Path | None,
    only_plan: bool,
    replace: bool,
    skip_damaged: bool,
    as_json: bool,
) -> None:
    """Restore a backup that `mandates backup` made in FOLDER.

    Everything is checked before anything is put in place. An existing configuration that differs is left alone, and
    the one from the backup is written next to it. Exit code 1: nothing was replaced, and the message says why.
    """
    from config.settings import Settings
    from flows.console import counted_progress
    from warehouse.backup.restoring import plan, restore

    settings = Settings()
    planned = plan(folder, home or settings.home, settings.config, generation)
    if only_plan:
        click.echo(json.dumps(_record(planned), ensure_ascii=False) if as_json else _planned(planned))
        return
    with counted_progress("Restoring …", "MB") as tell:
        done = restore(
            folder,
            planned,
            replace=replace,
            skip_damaged=skip_damaged,
            progress=lambda done, total: tell(done // 1_000_000, total // 1_000_000),
        )
    if as_json:
        kept = str(done.kept_as) if done.kept_as else None
        click.echo(json.dumps(_record(planned) | {"kept_as": kept, "skipped": list(done.skipped)}, ensure_ascii=False))
    else:
        click.echo(_done(done))


def _record(planned: RestorePlan) -> dict[str, Any]:
    manifest = planned.manifest
    return {
        "generation": planned.name,
        "made_at": manifest.made_at.isoformat(),
        "program": manifest.program,
        "schema": manifest.schema,
        "home": str(planned.home),
        "replaces": planned.replaces,
        "config": str(planned.config_to) if planned.config_to else None,
        "files": len(manifest.files),
        "bytes": manifest.size,
        "documents": manifest.rows.get("documents", 0),
        "pending": manifest.to_be_sent,
        "put_back": list(manifest.left_out),
    }


def _planned(planned: RestorePlan) -> str:
    from alerts.figures import counted

    manifest = planned.manifest
    size = f"{counted(manifest.rows.get('documents', 0), 'document')}, {manifest.size / 1e6:.1f} MB"
    lines = [f"would restore {planned.name} to {planned.home}: {counted(len(manifest.files), 'file')}, {size}"]
    if planned.replaces:
        lines.append("the existing warehouse would be set aside; this needs --replace")
    if planned.config_to is not None:
        lines.append(f"the configuration would be written to {planned.config_to}")
    if planned.others:
        lines.append(f"other backups: {', '.join(planned.others)}")
    return "\n".join([*lines, *_afterwards(planned)])


def _done(done: BackupRestored) -> str:
    planned = done.plan
    lines = [f"{planned.home}: restored from {planned.name}"]
    if done.kept_as is not None:
        lines.append(f"what was there is kept in {done.kept_as}")
    if planned.config_to is not None:
        lines.append(f"the configuration is in {planned.config_to}")
    lines += [f"damaged, not restored: {path}" for path in done.skipped]
    return "\n".join([*lines, *_afterwards(planned)])


def _afterwards(planned: RestorePlan) -> list[str]:
    """What people need to know and do after restoring."""
    from alerts.figures import counted

    manifest = planned.manifest
    lines = []
    if manifest.to_be_sent:
        pending = counted(manifest.to_be_sent, "delivery", "deliveries")
        lines.append(f"up to {pending} may have gone out since then: mandates outbox list, mandates outbox drop ID")
    lines.append("`mandates run --all` reads again what was recorded after the backup, and its alerts are sent again")
    lines.append("not in the backup; put these back yourself:")
    return [*lines, *(f"  {each}" for each in manifest.left_out)]
