"""`mandates metrics`: the state of the installation as OpenMetrics, in a file, on the terminal or over HTTP."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from flows.written import NewFile, writing

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings


@click.command(epilog="Example: mandates metrics --out /var/lib/node_exporter/textfile/mandates.prom")
@click.option(
    "--out",
    type=NewFile(),
    help="Write to this file, in one step, instead of printing.",
)
@click.option(
    "--serve", "port", type=click.IntRange(0, 65_535), help="Serve the metrics at http://127.0.0.1:PORT/metrics."
)
def command(out: Path | None, port: int | None) -> None:
    """Print the state of the sources, the warehouse and the outbox as OpenMetrics, for Prometheus and similar tools.

    The figures come from the published snapshot, so no run is disturbed. docs/metrics.md lists them.
    """
    from config.settings import Settings
    from flows.metrics import exposition

    if out is not None and port is not None:
        raise click.UsageError("use either --out or --serve")
    settings = Settings()
    if port is not None:
        _serve(settings, port)
    elif out is None:
        click.echo(exposition(settings), nl=False)
    else:
        # Whoever reads it meets one whole state.
        aside = out.with_name(f".{out.name}.{os.getpid()}")
        words = exposition(settings)
        with writing(out):
            aside.write_text(words, encoding="utf-8")
            aside.replace(out)


def _serve(settings: Settings, port: int) -> None:
    from flows.metrics_server import ServingError, serve

    try:
        serve(settings, port, ready=lambda address: click.echo(f"{address} (Ctrl-C to stop)"))
    except ServingError as error:
        raise click.ClickException(str(error)) from None
