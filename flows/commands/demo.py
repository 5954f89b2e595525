"""`mandates demo`: the main job on embedded parts, against the bundled publication site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from demo.site import PublicationSite

# Where demo/sources.yaml says the site is; the site itself takes a free port and keeps it.
written_address = "http://127.0.0.1:8765"


@click.command(epilog="Example: mandates demo --publish 1")
@click.option(
    "--publish", type=click.IntRange(min=0), default=0, help="First make the site publish this many more documents."
)
@click.option(
    "--serve", is_flag=True, help="Keep the site running afterwards, to open in a browser (stop with Ctrl-C)."
)
@click.option("--full", is_flag=True, help="Show all that was found, with every word.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(publish: int, serve: bool, full: bool, as_json: bool) -> None:
    """Run the whole pipeline, from publications to alerts, on a bundled site. Nothing leaves this machine.

    The site's documents are invented. A second run finds nothing new; --publish 1 makes the site publish one more.
    """
    from config.settings import Settings
    from demo.site import PublicationSite
    from flows.commands.run import aftermath, one_round, show

    folder = Settings().home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    with PublicationSite(folder / "site") as site:
        published = site.publish_next(publish) if publish else []
        for title in published:
            click.echo(f"The site publishes: {title}", err=True)
        if publish and not published:
            click.echo(f"The site has nothing more to publish; remove {Settings().home} to start again.", err=True)
        os.environ["MANDATES_CONFIG"] = str(configuration(folder / "config", site))
        done, report = one_round((), due_or_not=True, prefect=True)
        show(done, report, aftermath(done), as_json=as_json, full=full)
        _export(Settings().home, as_json=as_json)
        if not as_json:
            _next_steps(Settings().home)
        if serve:
            click.echo(f"The site is running at {site.url}; press Ctrl-C to stop it.", err=True)
            _wait()


def _export(home: Path, *, as_json: bool) -> None:
    """The Parquet files that the API of the register lists."""
    from warehouse.export.making import export
    from warehouse.export.offered import FOLDER

    done = export(home, str(home / FOLDER))
    if not as_json:
        files = len(done.manifest.files)
        click.echo(f"Parquet: {files} files in {done.target}, which the register lists at /api")


def configuration(folder: Path, site: PublicationSite) -> Path:
    """A configuration folder for the site: its sources and two local targets."""
    from importlib.resources import files

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("sources.yaml", "subscriptions.yaml"):
        text = (files("demo") / name).read_text(encoding="utf-8").replace(written_address, site.url)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _next_steps(home: Path) -> None:
    """The commands that come next, as they have to be called from here."""
    import demo
    from flows.calling import mandates

    in_checkout = Path(next(iter(demo.__path__))).parent.resolve() == Path.cwd() and Path("Makefile").exists()
    made = in_checkout and home == Path("data")
    query = "SELECT addressee, due, quote FROM mandates"
    click.secho("\nNext", bold=True)
    for call, why in (
        ("make demo" if made else mandates("demo", home=home), "nothing new, nothing sent"),
        (
            "make demo PUBLISH=1" if made else mandates("demo", "--publish", "1", home=home),
            "one more resolution; only its alerts are sent",
        ),
        (mandates("demo", "--serve", home=home), "the site stays, so that the links in the messages work"),
        (f"ls {home / 'mail'}/*", "the messages; .eml files open in any mail program"),
        (mandates("query", query, home=home), "what was found"),
        (mandates("ledger", "--symbol", "A/RES/80/991", home=home), "what became of the requests of the year before"),
        (mandates("chain", "A/RES/81/904", home=home), "how they were changed, and which were dropped"),
        (mandates("calendar", "--body", "UNGA", home=home), "the upcoming sessions, with agendas and deadlines"),
        (
            mandates("register", home=home, config=home / "demo" / "config"),
            "all of it as web pages, at http://127.0.0.1:4280",
        ),
        (mandates("init", "watch"), "your own sources and recipients"),
    ):
        click.echo(f"  {call:40} # {why}")


def _wait() -> None:
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo()
