"""The options by which commands select mandates of the ledger, and the one way in which their values are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from config.filters import MandateType, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.settings import Settings
    from warehouse.query.filters import Filters

STATES = get_args(State)


# Generic since click 8.2 only, and 8.1 will do.
class OneOf(click.Choice):  # type: ignore[type-arg]
    """One of a few words; a mistyped one is answered with those like it, else with all of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as it is defined."""
        from config.suggestions import or_known

        if value not in self.choices:
            self.fail(f"{str(value)[:80]!r} is unknown{or_known(value, self.choices)}", param, ctx)
        return str(value)


class Words(click.ParamType):  # type: ignore[type-arg]
    """Words to look for: not empty, which would match nothing and look like an answer."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words without spaces around them."""
        words = str(value).strip()
        if not words:
            self.fail("is empty; leave the option out to select everything", param, ctx)
        return words


STATE, TYPE, WORDS = OneOf(STATES), OneOf(get_args(MandateType)), Words()

_OPTIONS = (
    click.option("--body", type=WORDS, multiple=True, help="Only what this body adopted or issued (AALCO, UNGA*)."),
    click.option("--session", multiple=True, type=int, help="Only this session of the body."),
    click.option("--symbol", type=WORDS, multiple=True, help="Only this document (AALCO/RES/64/*)."),
    click.option("--addressee", type=WORDS, multiple=True, help="Only this addressee: an id, or part of the words."),
    click.option("--type", "type", multiple=True, type=TYPE, help="Only this type."),
    click.option("--state", multiple=True, type=STATE, help="Only this state."),
    click.option("--topic", type=WORDS, multiple=True, help="Only documents on this topic."),
    click.option("--responsible", type=WORDS, multiple=True, help="Only what this unit is responsible for."),
    click.option(
        "--due-after",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="Only deadlines that end on this day or later.",
    ),
    click.option(
        "--due-before",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="Only deadlines that end by this day.",
    ),
)


def selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a selection; each but the days may be given several times."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def filters_of(given: dict[str, Any], settings: Settings) -> Filters:
    """The filters that these options ask for; raises as `known_bodies`."""
    from warehouse.query.filters import Filters

    days = {name: given[name].date() if given[name] else None for name in ("due_after", "due_before")}
    return Filters(**given | days | {"body": known_bodies(settings, given["body"])})


def known_body(settings: Settings, asked: str | None) -> str | None:
    """One body as `known_bodies` spells it; None where none is asked for."""
    return known_bodies(settings, (asked,))[0] if asked is not None else None


def known_bodies(settings: Settings, asked: Sequence[str]) -> tuple[str, ...]:
    """The bodies as recorded documents, the calendar or the sources spell them; one with a star stays as it is.

    Raises:
        UsageError: nobody knows one of them; the nearest ones are named.
        QueryError: there is no snapshot, or it cannot be read.
    """
    from config.suggestions import did_you_mean

    known: dict[str, str] = {}
    found = []
    for body in asked:
        if "*" in body:
            found.append(body)
            continue
        known = known or _bodies(settings)
        if body.casefold() not in known:
            raise click.UsageError(f"no body is called {body[:80]!r}{did_you_mean(body, known.values())}")
        found.append(known[body.casefold()])
    return tuple(found)


def _bodies(settings: Settings) -> dict[str, str]:
    """Every body by its folded name, and what organs of a body begin with (UN for UN-Habitat)."""
    from config.sessions import load_sessions
    from config.sources import load_sources
    from warehouse.query.queries import query

    recorded = query(settings.home, "SELECT DISTINCT body FROM documents WHERE body IS NOT NULL").rows
    names = [each.body for each in load_sessions(settings.config / "sessions.yaml")]
    # Analysts may have the data without the configuration.
    if (path := settings.config / "sources.yaml").exists():
        names += [source.body for source in load_sources(path) if source.body]
    # The recorded spelling comes last, so that it holds.
    names += [str(body) for (body,) in recorded]
    wholes = {name.partition("-")[0] for name in names}
    return {name.casefold(): name for name in [*sorted(wholes), *names]}
