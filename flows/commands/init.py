"""`mandates init`: a configuration to start with."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli import exit_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.starter import Choices, StarterFile
    from flows.questions import Answers


@click.command(epilog="Example: mandates init watch --source ipu-archive --mail desk@example.org")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--source", "sources", multiple=True, help="Id of a source that comes with the program, or a URL.")
@click.option("--private", is_flag=True, help="The URLs are on a private network (an intranet, a test site).")
@click.option("--mail", help="E-mail address that gets the alerts. Without one, messages become files.")
@click.option("--mail-server", help="Apprise URL of the mail server, kept in .env.")
@click.option("--first-crawl", type=click.Choice(["silent", "tell"]), help="Send alerts for what sources already list?")
@click.option("--language", type=click.Choice(["en", "fr", "es"]), help="Language of the messages.")
@click.option("--contact", help="URL or mailto: where publishers can reach you.")
@click.option("--completion", is_flag=True, help="Install tab completion for your shell.")
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults for what is not given.")
def command(
    *,
    folder: Path | None,
    sources: tuple[str, ...],
    private: bool,
    mail: str | None,
    mail_server: str | None,
    first_crawl: str | None,
    language: str | None,
    contact: str | None,
    completion: bool,
    yes: bool,
) -> None:
    """Write a configuration to start with, into FOLDER (the current folder): config/ and .env.

    Existing files are never changed. A URL is tried as a run would, and watched if publications could be read. On a
    terminal, what is not given as an option is asked.

    Exit code 1: an option had no effect, because its file exists or a URL could not be read.
    """
    from flows.questions import Answers, asked

    place = _place(folder)
    answers = Answers(sources or None, mail, mail_server, language, first_crawl, contact)
    options = answers
    if not yes and sys.stdin.isatty() and not (place / "sources.yaml").exists():
        answers = asked(answers)
    choices, all_read = _choices(answers, private=private)
    # A home that holds the invented documents of the demonstration takes no real ones.
    if "MANDATES_HOME" not in os.environ and ((folder or Path()) / "data" / "demo").exists():
        choices = replace(choices, home="./real")
    written = _write(place, folder or Path(), choices)
    no_effect = _without_effect(options, written)
    for problem in no_effect:
        click.secho(f"mandates: {problem}", fg="red", err=True)
    _still_off(choices)
    for path in written:
        if "schemas" not in path.parts:
            click.echo(f"wrote {path}")
    if not written:
        click.echo("nothing to write: all files exist")
    _completion(install=completion)
    _next_steps(folder, choices)
    if no_effect or not all_read:
        raise SystemExit(exit_failed)


def _place(folder: Path | None) -> Path:
    """The configuration folder."""
    if folder is None:
        return Path(os.environ.get("MANDATES_CONFIG") or "config")
    if "MANDATES_CONFIG" in os.environ:
        raise click.UsageError(
            f"the configuration folder is {os.environ['MANDATES_CONFIG']} (--config or MANDATES_CONFIG); "
            "leave FOLDER out, or unset it"
        )
    return folder / "config"


def _choices(answers: Answers, *, private: bool) -> tuple[Choices, bool]:
    """The answers as choices, with URLs tried; and whether all of them could be read."""
    from pydantic import TypeAdapter, ValidationError

    from config.starter import Choices, offered
    from config.suggestions import did_you_mean
    from config.targets import Address
    from flows.questions import URLS

    known = {name: off for name, _, off in offered()}
    given = answers.sources if answers.sources is not None else [name for name, off in known.items() if off is None]
    addresses = [name for name in given if name.startswith(URLS)]
    for name in given:
        if name not in known and name not in addresses:
            raise click.UsageError(
                f"no source that comes with the program is called {name!r}{did_you_mean(name, known)}"
            )
    try:
        mail = TypeAdapter(Address | None).validate_python(answers.mail)
    except ValidationError:
        raise click.UsageError(f"{answers.mail!r} is not one plain e-mail address such as desk@example.org") from None
    if answers.mail_server and not mail:
        raise click.UsageError("--mail-server needs --mail, the address that gets the alerts")
    if answers.contact and any(sign in answers.contact for sign in "'\n"):
        raise click.UsageError("the contact must be a URL or a mailto: address")
    proposals = [_tried(address, private=private) for address in addresses]
    choices = Choices(
        sources=frozenset(given) & frozenset(known),
        proposals=tuple(text for text, _ in proposals),
        mail=mail,
        mail_server=answers.mail_server and answers.mail_server.replace("'", "%27"),
        language=answers.language or "en",
        first_crawl=answers.first_crawl or "silent",
        contact=answers.contact,
    )
    return choices, all(works for _, works in proposals)


def _tried(address: str, *, private: bool) -> tuple[str, bool]:
    """A source in YAML for a URL, after showing what it gives; and whether it works."""
    from alerts.figures import counted
    from flows.console import visible
    from flows.proposing import tried
    from scrapers.http import urls
    from scrapers.publication import RefusedError, ScraperError

    click.echo(f"Trying {urls.public(address)} …", err=True)
    try:
        found = tried(address, private=private)
    except ScraperError as error:
        hint = "; use --private for an intranet" if isinstance(error, RefusedError) and not private else ""
        raise click.ClickException(f"{urls.public(address)}: {error}{hint}") from error
    if found.works:
        titles = [visible(" ".join(each.title.split())) for each in found.harvest.publications]
        click.echo(f"{found.name}: {counted(len(titles), 'publication')}, such as “{titles[0]}”")
    else:
        why = found.harvest.error or "no publications found"
        click.secho(f"{found.name}: {visible(why)}; it is written as a source that is off", fg="red", err=True)
    return found.text, found.works


def _write(place: Path, working: Path, choices: Choices) -> tuple[Path, ...]:
    """Write what is missing, after it has been loaded as a run would load it; the paths of what was written."""
    import tempfile

    from config.sessions import load_sessions
    from config.sources import load_sources
    from config.starter import StarterFile, env_text, starter_files
    from config.subscriptions import load_subscriptions

    files = starter_files(choices)
    with tempfile.TemporaryDirectory() as trial:
        for file in files:
            _create(Path(trial), file)
        load_sources(Path(trial) / "sources.yaml")
        load_subscriptions(Path(trial))
        load_sessions(Path(trial) / "sessions.yaml")
    written = [path for file in files if (path := _create(place, file))]
    env = _create(working, StarterFile(".env", env_text(choices), secret=True))
    return (*written, *([env] if env else []))


def _create(folder: Path, file: StarterFile) -> Path | None:
    """Write one file, readable by its owner only where it is secret; None where there is one already."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if file.secret else 0o644)
    except FileExistsError:
        return None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(file.text)
    return path


def _without_effect(options: Answers, written: Sequence[Path]) -> list[str]:
    """What was asked for by options and not done, because the file exists."""
    names = {path.name for path in written}
    by_file: dict[str, list[tuple[str, object]]] = {
        "sources.yaml": [("--source", options.sources)],
        "subscriptions.yaml": [
            ("--mail", options.mail),
            ("--first-crawl", options.first_crawl),
            ("--language", options.language),
        ],
        ".env": [("--mail-server", options.mail_server), ("--contact", options.contact)],
    }
    return [
        f"{name} exists and was not changed: {', '.join(given)} had no effect"
        for name, flags in by_file.items()
        if name not in names and (given := [flag for flag, value in flags if value])
    ]


def _completion(*, install: bool) -> None:
    from flows import completion

    shell = completion.shell_in_use()
    if shell is None:
        if install:
            click.echo("tab completion: only for bash, zsh and fish", err=True)
        return
    place = completion.install(shell) if install else None
    click.echo(f"tab completion: {place or completion.line_for(shell)}")


def _still_off(choices: Choices) -> None:
    """Say which chosen sources need something from a person first."""
    from config.starter import offered

    for name, _, off in offered():
        if off is not None and name in choices.sources:
            click.secho(f"{name} is off: {off}", fg="yellow", err=True)


def _next_steps(folder: Path | None, choices: Choices) -> None:
    """The commands that come next, as they have to be called from here."""
    from config.settings import Settings
    from config.starter import MAIL_VARIABLE
    from flows.calling import after_cd, mandates

    settings = Settings()
    call = mandates("run", home=None if choices.home else settings.home, config=settings.config)
    steps = [(after_cd(folder, call), "poll the sources, record what is new, send the alerts")]
    if choices.mail and not choices.mail_server and MAIL_VARIABLE not in os.environ:
        steps.insert(0, (f"write {MAIL_VARIABLE} into {(folder or Path()) / '.env'}", "the mail server"))
    click.secho("\nNext", bold=True)
    for step, why in steps:
        click.echo(f"  {step}    # {why}")
