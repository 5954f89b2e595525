"""The timeline: charts of deadlines, mandates and answers, for all bodies or for one."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.routing import Route

from register.addresses import query
from register.charts.bars import Column, stacked
from register.charts.lines import Values, lines
from register.desk import desk
from register.parts import month, month_name
from register.words import capital
from warehouse.pages.timeline import MONTHS_SHOWN, month_after, timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from register.charts.bars import Bars
    from register.charts.lines import Lines
    from register.desk import Desk
    from register.words import Phrases
    from warehouse.pages.timeline import Timeline

# From the bottom of a bar upwards, each with its look: what is done, what is over, what is still to come, what is late.
LOOKS = {
    "answered": 4, "partly_answered": 5, "renewed": 6, "superseded": 7, "withdrawn": 8, "corrected": 9, "open": 1,
    "due_soon": 2, "overdue": 3, "unknown": 10,
}  # fmt: skip
# Of bodies, the largest first; what is left has a look of its own.
_BODY_LOOKS = (1, 2, 6, 4, 7, 9, 5)
REST_LOOK = 10


class _Asked(NamedTuple):
    """What an address asks for: a body, the first month, and whether the month was no month."""

    body: str | None
    first: date | None
    is_misread: bool


async def timeline_page(request: Request) -> Response:
    """Deadlines by month, mandates by year, and the time that answers took."""
    here = desk(request)
    asked = _asked(request)
    shown = await here.ask(timeline, here.settings.home, asked.body, asked.first)
    words, frame, found = here.words("timeline"), here.words("frame"), partial(_found, here.path("search"))
    states = [state for state in LOOKS if state in shown.states]
    begin = shown.months[0].first
    return here.page(
        "timeline.html.j2",
        shown=shown,
        states=states,
        state_legend=[(capital(frame[f"state_{state}"]), LOOKS[state]) for state in states],
        body_legend=_body_legend(shown, words),
        is_misread=asked.is_misread,
        is_known=asked.body is None or any(name == asked.body for name, _ in shown.bodies),
        this_month=datetime.now(UTC).date().replace(day=1),
        former_months=f"{month_after(begin, -MONTHS_SHOWN):%Y-%m}" if shown.earlier else None,
        coming_months=f"{month_after(begin, MONTHS_SHOWN):%Y-%m}" if shown.later else None,
        found=found,
        deadlines=_deadlines(here, shown, states, found),
        mandates=_mandates(shown, found, words),
        reactions=_reactions(shown, found, words),
    )


def _body_legend(shown: Timeline, words: Phrases) -> list[tuple[str, int]]:
    named = [(name or words.no_body, look) for name, look in zip(shown.names, _BODY_LOOKS, strict=False)]
    return [*named, (words.other_bodies, REST_LOOK)] if shown.rest else named


def _asked(request: Request) -> _Asked:
    body = request.query_params.get("body", "").strip() or None
    text = request.query_params.get("from", "")
    try:
        first = date.fromisoformat(f"{text}-01") if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else None
    except ValueError:
        first = None
    return _Asked(body, first, bool(text) and first is None)


def _found(search: str, body: str | None, *, organs: bool = True, **wanted: object) -> str:
    """The search for what a part of a chart counts: of a body with its organs, or without them."""
    of = [body, *([f"{body}-*"] if organs else [])] if body else []
    return query(search, body=of, **wanted)


def _deadlines(here: Desk, shown: Timeline, states: Sequence[str], found: Callable[..., str]) -> Bars:
    words, frame, columns = here.words("timeline"), here.words("frame"), []
    for each in shown.months:
        counts = tuple(each.states.get(state, 0) for state in states)
        parts = [
            f"{capital(frame[f'state_{state}'])} {count}" for state, count in zip(states, counts, strict=True) if count
        ]
        said = words("bar", name=month(each.first, here.language), total=words("deadlines", n=each.total))
        columns.append(
            Column(
                month_name(each.first, here.language),
                f"{said} ({', '.join(parts)})" if parts else said,
                counts,
                found(shown.body, due=f"{each.first:%Y-%m}"),
                str(each.first.year),
            )
        )
    return stacked(columns, [LOOKS[state] for state in states], _today(shown))


def _today(shown: Timeline) -> float | None:
    """Where today is among the months, in months from the left."""
    today = datetime.now(UTC).date()
    month_days = monthrange(today.year, today.month)[1]
    firsts = [each.first for each in shown.months]
    this = today.replace(day=1)
    return firsts.index(this) + (today.day - 0.5) / month_days if this in firsts else None


def _mandates(shown: Timeline, found: Callable[..., str], words: Phrases) -> Bars:
    columns = []
    for each in shown.years:
        counts = [each.bodies.get(name, 0) for name in shown.names]
        rest = each.sum_of(shown.rest)
        named = [f"{name or words.no_body} {count}" for name, count in zip(shown.names, counts, strict=True) if count]
        parts = [*named, *([f"{words.other_bodies} {rest}"] if rest else [])]
        said = words("bar", name=str(each.year), total=words("mandates", n=each.total))
        columns.append(
            Column(
                str(each.year),
                f"{said} ({', '.join(parts)})" if parts else said,
                (*counts, rest),
                found(shown.body, year=each.year),
            )
        )
    return stacked(columns, [*_BODY_LOOKS[: len(shown.names)], REST_LOOK])


def _reactions(shown: Timeline, found: Callable[..., str], words: Phrases) -> Lines:
    years = shown.reactions

    def said(name: str, days: int | None, year: int) -> str:
        return words("bar", name=str(year), total=words(name, n=days)) if days is not None else ""

    half = tuple(said("half", each.median, each.year) for each in years)
    most = tuple(said("nine_in_ten", each.most, each.year) for each in years)
    return lines(
        [str(each.year) for each in years],
        [
            Values(2, tuple(each.most for each in years), most),
            Values(1, tuple(each.median for each in years), half),
        ],
        [
            found(shown.body, type="reporting_request", state=["answered", "partly_answered"], year=each.year)
            for each in years
        ],
    )


routes = [Route("/timeline", timeline_page)]
