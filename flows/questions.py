"""What `mandates init` asks on a terminal, about what its options left open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import click

from config.starter import offered

URLS = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Answers:
    """The options as they were given, or answered. None: left open. `sources` are ids and URLs."""

    sources: tuple[str, ...] | None = None
    mail: str | None = None
    mail_server: str | None = None
    language: str | None = None
    first_crawl: str | None = None
    contact: str | None = None


def asked(given: Answers) -> Answers:
    """The same, with the questions answered by a person; an empty answer takes what is in brackets."""
    sources = given.sources if given.sources is not None else _sources()
    mail = given.mail or _optional("E-mail address for alerts [none: messages become files]")
    server = given.mail_server
    if mail and server is None:
        server = _optional("Mail server, as mailtos://USER:PASSWORD@smtp.example.org [fill it in later]", hidden=True)
    first_crawl = given.first_crawl
    if first_crawl is None:
        tell = click.confirm("Send alerts for what the sources already list?", default=False)
        first_crawl = "tell" if tell else "silent"
    languages = click.Choice(["en", "fr", "es"])
    return replace(
        given,
        sources=sources,
        mail=mail,
        mail_server=server,
        first_crawl=first_crawl,
        language=given.language or click.prompt("Language of the messages", default="en", type=languages),
        contact=given.contact or _optional("How can a publisher reach you (URL or mailto:) [skip]"),
    )


def _sources() -> tuple[str, ...]:
    """Ids and URLs; every source that is on where the person just presses Enter."""
    rows = offered()
    click.echo("Sources that come with the program:")
    for number, (name, title, off) in enumerate(rows, start=1):
        click.echo(f"  {number:2}  {name:28} {title}{' (off at first)' if off else ''}")
    while True:
        words = click.prompt("Numbers, ids or URLs, separated by spaces; or none", default="all").split()
        names = [rows[int(word) - 1][0] if word.isdecimal() and 0 < int(word) <= len(rows) else word for word in words]
        if names in (["all"], ["none"]):
            return tuple(name for name, _, off in rows if off is None) if names == ["all"] else ()
        known = {name for name, _, _ in rows}
        unknown = [name for name in names if name not in known and not name.startswith(URLS)]
        if not unknown:
            return tuple(names)
        click.echo(f"not a source: {', '.join(unknown)}")


def _optional(question: str, *, hidden: bool = False) -> str | None:
    return click.prompt(question, default="", show_default=False, hide_input=hidden).strip() or None
