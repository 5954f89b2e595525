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
@click.option(
    "--review",
    is_flag=True,
    help="Add pages in which uncertain readings are decided; only for this machine, with the link that is printed.",
)
def command(host: str, port: int, *, names: tuple[str, ...], without_login: bool, review: bool) -> None:
    """Show mandates, documents and deadlines as web pages.

    The pages are read-only, and show the published snapshot. They ask for no login: docs/register.md shows how to put
    them behind a proxy that does. With --review, whoever opens the link that is printed decides as with `mandates
    review`.
    """
    from config.settings import Settings
    from flows.papers import write_sheet
    from register.addresses import root_of
    from register.review.access import Access
    from register.serving import PortError, serve
    from scrapers.http.proxy import is_loopback

    if review and not is_loopback(host):
        raise click.UsageError(
            f"--review changes what is recorded, so it listens only on this machine, and --host {host} can be reached "
            "by others: leave --host out, and use `ssh -L` from another machine (docs/register.md)"
        )
    if not (is_loopback(host) or without_login):
        raise click.UsageError(
            f"--host {host} can be reached by other machines, and the register asks for no login: put it behind a "
            "proxy (docs/register.md), or add --without-login"
        )
    settings, access = Settings(), Access(host) if review else None

    def ready(address: str) -> None:
        click.echo(f"{address} (Ctrl-C to stop)")
        if access is not None:
            click.echo(f"{access.link(address, root_of(settings))} (to decide; for you alone)")

    try:
        serve(
            settings,
            host,
            port,
            names=frozenset(name.lower() for name in names),
            ready=ready,
            sheet=write_sheet,
            access=access,
        )
    except PortError as error:
        raise click.ClickException(f"{error}; --port 0 takes a free port") from None
