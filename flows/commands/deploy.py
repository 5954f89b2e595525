"""`mandates deploy`: put the flows on a Prefect server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from config.shipped import deployments_file

# From here on, freeing what a failed statement left behind waits for no lock (docs/decisions/item-to-mail.md).
SOUND_PYTHON = (3, 12)


@click.command(epilog="Example: PREFECT_API_URL=http://127.0.0.1:4200/api mandates deploy")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="Your own prefect.yaml, instead of the one that comes with the program.",
)
@click.option("--check", is_flag=True, help="Only check the file; do not contact a server.")
@click.option("--print", "printed", is_flag=True, help="Print the file that comes with the program, to start your own.")
def command(path: Path | None, check: bool, printed: bool) -> None:
    """Check prefect.yaml, create the work pool, deploy every flow, and guard against runs whose worker died.

    The workers run the flows in the current folder, so that ./config and ./data mean the same to them.
    """
    if printed:
        click.echo(deployments_file().read_text(encoding="utf-8"), nl=False)
        return
    _deploy(path or deployments_file(), check=check)


def _deploy(path: Path, *, check: bool) -> None:
    from config.deployments import load_deployments
    from flows.calling import console_script
    from flows.engine import server_configured

    deployments = load_deployments(path)
    click.echo(f"{path}: {len(deployments)} deployments, all keys valid")
    if check:
        return
    import asyncio

    prefect = console_script("prefect")
    if not server_configured():
        raise click.UsageError(
            f"no Prefect server is configured; start one with `{prefect} server start` and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    from flows.console import progress
    from flows.deploying import deploy_all, guard_against_zombies, make_pools

    with progress("Deploying …"):
        made = asyncio.run(make_pools(deployments))
        deploy_all(path, deployments)
        asyncio.run(guard_against_zombies())
    for name in made:
        click.echo(f"created the work pool {name}")
    for deployment in deployments:
        click.echo(f"deployed {deployment.entrypoint}")
    click.echo(f"now start a worker: {prefect} worker start --pool {deployments[0].work_pool.name}")
    if sys.version_info < SOUND_PYTHON:
        click.echo(
            "note: with Python 3.11 and SQLite, a Prefect server freezes for a minute now and then; "
            "run it with Python 3.12 or later, or on PostgreSQL",
            err=True,
        )
