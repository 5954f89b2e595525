"""The files of a new installation, as texts: what `mandates init` writes.

The sources are those that come with the program. The ones that nobody chose are `off`, so that the file is also the
list to choose from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schemas import MODELS, modeline, schema_text
from config.shipped import shipped
from config.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Collection

NOT_CHOSEN = "not chosen; delete this line to watch it"
MAIL_VARIABLE = "MANDATES_MAIL_URL"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person answered; `proposals` are sources in YAML for addresses of their own."""

    sources: frozenset[str]
    proposals: tuple[str, ...] = ()
    mail: str | None = None
    mail_server: str | None = None
    language: str = "en"
    first_crawl: str = "silent"
    contact: str | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file to write: its path within the configuration folder, or beside it for `.env`."""

    path: str
    text: str
    secret: bool = False


def offered() -> tuple[tuple[str, str, str | None], ...]:
    """The sources that come with the program: id, title, and why one is off (none: it is on)."""
    return tuple((source.id, source.title or source.id, source.off) for source in load_sources(shipped("sources.yaml")))


def starter_files(choices: Choices) -> tuple[StarterFile, ...]:
    """All files of a configuration folder."""
    return (
        StarterFile("sources.yaml", modeline("sources") + sources_text(choices.sources, choices.proposals)),
        StarterFile("subscriptions.yaml", modeline("subscriptions") + _subscriptions(choices)),
        StarterFile("sessions.yaml", modeline("sessions") + _SESSIONS),
        *(StarterFile(f"schemas/{name}.json", schema_text(name)) for name in MODELS),
        StarterFile("templates/README.md", shipped("templates/README.md").read_text(encoding="utf-8")),
    )


def sources_text(chosen: Collection[str], proposals: tuple[str, ...] = ()) -> str:
    """The sources that come with the program, with `off:` where one was not chosen, below those of one's own.

    One that was chosen and is off stays off: the reason says what is to be done first.
    """
    text = shipped("sources.yaml").read_text(encoding="utf-8")
    for name, _, off in offered():
        if name not in chosen and off is None:
            text = re.sub(rf"(?m)^(- |  )id: {re.escape(name)}\n", rf"\g<0>  off: {NOT_CHOSEN}\n", text, count=1)
    own = "".join(f"{proposal.rstrip()}\n\n" for proposal in proposals)
    return f"# Sources of your own\n\n{own}{text}" if own else text


def env_text(choices: Choices) -> str:
    """`.env`: what every command reads in its working folder."""
    return _ENV.format(
        mail=_assigned(MAIL_VARIABLE, choices.mail_server, "mailtos://USER:PASSWORD@smtp.example.org"),
        contact=_assigned("MANDATES_CONTACT", choices.contact, "mailto:you@example.org"),
        home=_assigned("MANDATES_HOME", choices.home, "./data"),
    )


def _assigned(name: str, value: str | None, example: str) -> str:
    return f"{name}='{value}'" if value else f"# {name}='{example}'"


def _subscriptions(choices: Choices) -> str:
    return _SUBSCRIPTIONS.format(
        second=_MAIL.format(variable=MAIL_VARIABLE, mail=choices.mail) if choices.mail else "screen: terminal",
        operators="[mail, desk]" if choices.mail else "[desk, screen]",
        target="mail" if choices.mail else "desk",
        language=choices.language,
        first_crawl=choices.first_crawl,
    )


_MAIL = """\
mail:
    url: {{env: {variable}}}    # its value is in .env
    to: {mail}"""

_SUBSCRIPTIONS = """\
# Who is notified of what. `mandates subscriptions check` validates this file and shows what each subscription would
# have matched; `mandates subscriptions test everything` sends a message marked as a test.

# Targets: one recipient each. Their addresses and passwords are in .env, never here.
targets:
  desk: mailbox            # files in MANDATES_HOME/mail/desk
  {second}
  # slack:
  #   url: {{env: MANDATES_SLACK_URL}}    # slack://TOKEN_A/TOKEN_B/TOKEN_C

# Notified when a delivery is given up or a source fails. Name two different channels where you can.
operators: {operators}

# An address that is requested after each good run, so that somebody notices when there are none.
# heartbeat:
#   url: {{env: MANDATES_HEARTBEAT_URL}}

subscriptions:
  everything:
    targets: [{target}]
    language: {language}
    first_crawl: {first_crawl}    # silent: what a new source already lists causes no alerts; tell: it does
    # filters:
    #   bodies: [AALCO, IPU]
    #   types: {{not: [budget]}}
    #   words: [migra*, "people on the move"]
    # zone: Europe/Zurich
    # quiet: "20:00-07:30"
    # mode: weekly
"""

_SESSIONS = """\
# When bodies meet, by which "its eighty-first session" becomes days. The program has a calendar; what is written here
# is added to it, and takes precedence. `shipped: false` leaves the program's calendar out.
sessions:
  # - {body: AALCO, number: 65, start: 2027-10-04, end: 2027-10-08, confidence: listed, source: "where you found it"}
"""

_ENV = """\
# Settings and secrets of this installation, read by every `mandates` command that is called in this folder. Variables
# that are set already take precedence. Keep this file out of version control.

# Where alerts are sent from, as an Apprise URL; special characters in the password as %XX.
{mail}

# How a publisher can reach you; sent with every request.
{contact}

# Where all state is.
{home}

# PREFECT_API_URL=http://127.0.0.1:4200/api
# HTTPS_PROXY=http://proxy.example.org:3128
"""
