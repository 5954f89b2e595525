"""`mandates deploy`: put the flows on a Prefect server."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example: PREFECT_API_URL=http://127.0.0.1:4200/api mandates deploy")
@click.option("--file", "path", type=click.Path(path_type=Path), default=Path("prefect.yaml"), show_default=True)
@click.option("--check", is_flag=True, help="Only check the file; do not contact a server.")
def command(path: Path, check: bool) -> None:
    """Check prefect.yaml, create the work pool, deploy every flow, and guard against runs whose worker died."""
    from config.deployments import load_deployments

    deployments = load_deployments(path)
    click.echo(f"{path}: {len(deployments)} deployments, all keys valid")
    if check:
        return
    import asyncio

    from flows.engine import server_configured

    if not server_configured():
        raise click.UsageError(
            "no Prefect server is configured; start one with `prefect server start` and set "
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
    click.echo(f"now start a worker: prefect worker start --pool {deployments[0].work_pool.name}")
