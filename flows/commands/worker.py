"""`mandates worker`: take runs from a work pool, and leave none behind when it is stopped."""

from __future__ import annotations

import socket

import click

from flows.commands.serve import RUNS


@click.command(epilog="Example: mandates worker --pool mandates-fetch --name one")
@click.option("--pool", default="mandates", show_default=True, help="Work pool to take runs from.")
@click.option("--name", help="Name of the worker in the Prefect UI.  [default: the name of this machine]")
@click.option(
    "--runs", type=click.IntRange(1), default=RUNS, show_default=True, help="How many runs may go on at once."
)
def command(pool: str, name: str | None, runs: int) -> None:
    """Take runs from a work pool of the configured Prefect server until it is stopped.

    Like `prefect worker start`, except for how it stops: on Ctrl-C or SIGTERM it takes no more runs, active ones have
    30 seconds to finish, and those that take longer release what they hold and end as Crashed. Prefect's own worker
    kills its runs, and they show Running for two more minutes. Any number of workers may share a pool.
    """
    import asyncio

    from config.settings import Settings
    from flows.engine import prepare, server_configured
    from flows.serve.place import ServeError

    if not server_configured():
        raise ServeError(
            "no Prefect server is configured: set PREFECT_API_URL, or use `mandates serve`, which has a server and a "
            "worker"
        )
    prepare(Settings().home, quiet=False)
    from flows.serve.worker import work

    asyncio.run(work(pool, runs, None, name=name or socket.gethostname(), is_alone=False))
