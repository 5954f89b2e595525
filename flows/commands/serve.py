"""`mandates serve`: a Prefect server, a worker and everything else that a small office needs, in one process tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.deployments import Deployment

PORT, RUNS = 4200, 4
# Two trees on one machine have two ports each, so the second follows from the first.
REGISTER_AFTER = 80
LAST_PORT = 65_535


@click.command(epilog="Example: mandates --home /srv/mandates serve --port 4201")
@click.option(
    "--port", type=click.IntRange(1024, 65535), default=PORT, show_default=True, help="Port of the server on 127.0.0.1."
)
@click.option(
    "--runs", type=click.IntRange(1), default=RUNS, show_default=True, help="How many runs may go on at once."
)
@click.option(
    "--file",
    "path",
    type=GivenPath(path_type=Path),
    help="Your own prefect.yaml, instead of the one that comes with the program.",
)
@click.option(
    "--register-port",
    type=click.IntRange(1024, LAST_PORT),
    help=f"Port of the register on 127.0.0.1.  [default: {REGISTER_AFTER} above --port, so {PORT + REGISTER_AFTER}]",
)
@click.option("--no-register", is_flag=True, help="Do without the register, the web pages for readers.")
@click.option("--review", is_flag=True, hidden=True)
def command(
    port: int, runs: int, path: Path | None, register_port: int | None, *, no_register: bool, review: bool
) -> None:
    """Run everything in one process tree: a Prefect server, a worker, the register, and the deployments on schedule.

    A process that dies is restarted. Ctrl-C or SIGTERM stops everything; active runs have 30 seconds to finish. The log
    is logs/serve.log in the home; the web interface is at http://127.0.0.1:4200, the register, which shows what was
    recorded, at http://127.0.0.1:4280. Other commands with the same home use this server automatically.
    """
    import asyncio

    from config.deployments import load_deployments
    from config.settings import Settings
    from config.shipped import deployments_file
    from config.sources import load_sources
    from config.subscriptions import load_subscriptions
    from flows.serve.log import Log
    from flows.serve.place import claim
    from flows.serve.tree import Tree, serve

    settings = Settings()
    if review:
        raise click.UsageError(
            "the link with which people decide is printed once, for one person, and here it would stay in the log: use "
            "`mandates register --review --port 4281` beside it"
        )
    if no_register and register_port is not None:
        raise click.UsageError("use either --register-port or --no-register")
    if register_port == port:
        raise click.UsageError("--port and --register-port must differ")
    register = None if no_register else register_port or _beside(port)
    with claim(settings.home, port, register):
        _no_other_server()
        # A mistake that would make every run fail is reported before anything starts.
        load_sources(settings.config / "sources.yaml")
        load_subscriptions(settings.config)
        pools = _pools(load_deployments(path or deployments_file()))
        log = Log(settings.home / "logs" / "serve.log")
        try:
            asyncio.run(serve(Tree(settings.home, port, pools, runs, path, register), log))
        finally:
            log.close()


def _beside(port: int) -> int:
    """The port of the register where none is given."""
    return port + REGISTER_AFTER if port + REGISTER_AFTER <= LAST_PORT else port - REGISTER_AFTER


def _pools(deployments: Iterable[Deployment]) -> tuple[str, ...]:
    """The pools of deployments that start by themselves. Pools without any are for workers on other machines."""
    return tuple(
        sorted(
            {
                each.work_pool.name
                for each in deployments
                if any(schedule.active for schedule in each.schedules) or each.triggers
            }
        )
    )


def _no_other_server() -> None:
    from flows.engine import server_configured
    from flows.serve.place import ServeError

    if server_configured():
        raise ServeError(
            "a Prefect server is already configured (PREFECT_API_URL, prefect.toml or a profile), but `mandates serve` "
            "starts its own: remove that setting, or use that server with `mandates deploy` and `mandates worker`"
        )
