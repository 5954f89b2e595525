"""`mandates register`: the web pages."""

from __future__ import annotations

import click


@click.command(epilog="Example: mandates register --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4280, show_default=True, type=click.IntRange(0, 65_535), help="0 takes a free one.")
@click.option(
    "--without-login",
    is_flag=True,
    help="Let everybody who can reach HOST read everything; without this, only 127.0.0.1 and localhost are allowed.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Name in the address that people use, such as register.example.org behind a proxy; may be repeated.",
)
def command(host: str, port: int, *, names: tuple[str, ...], without_login: bool) -> None:
    """Show mandates, documents and deadlines as web pages.

    The pages are read-only, and show the published snapshot. They ask for no login: docs/register.md shows how to put
    them behind a proxy that does.
    """
    from config.settings import Settings
    from flows.papers import write_sheet
    from register.serving import PortError, serve
    from scrapers.http.proxy import is_loopback

    if not (is_loopback(host) or without_login):
        raise click.UsageError(
            f"--host {host} can be reached by other machines, and the register asks for no login: put it behind a "
            "proxy (docs/register.md), or add --without-login"
        )
    try:
        serve(
            Settings(),
            host,
            port,
            names=frozenset(name.lower() for name in names),
            ready=lambda address: click.echo(f"{address} (Ctrl-C to stop)"),
            sheet=write_sheet,
        )
    except PortError as error:
        raise click.ClickException(f"{error}; --port 0 takes a free port") from None
