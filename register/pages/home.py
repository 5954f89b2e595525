"""The first page: what is new since the last visit, what comes due, which sources were not checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.routing import Route

from register.configured import configured_sources
from register.desk import desk
from register.question import written
from warehouse.pages.home import DUE_DAYS, home_page
from warehouse.query.open_states import OPEN_STATES

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from config.settings import Settings
    from warehouse.pages.home import Home

# The visit before the present one, and the last request: a visit ends after half an hour without any.
SINCE_COOKIE, SEEN_COOKIE = "since", "seen"
VISIT_ENDS = timedelta(minutes=30)
# The search for all of a list of which the page has the first.
_OVERDUE = {"state": "overdue", "sort": "deadline"}


async def first_page(request: Request) -> Response:
    """What there is to know today."""
    here, now = desk(request), datetime.now(UTC)
    seen, since = _time(request, SEEN_COOKIE, now), _time(request, SINCE_COOKIE, now)
    if seen is not None and now - seen > VISIT_ENDS:
        since = seen
    shown = await here.ask(_shown, here.settings, since)
    response = here.page(
        "home.html.j2",
        shown=shown,
        since=since,
        coming=_coming(now.date()),
        overdue=_OVERDUE,
        recorded=_recorded(since),
    )
    for name, value in ((SEEN_COOKIE, now), (SINCE_COOKIE, since)):
        if value is not None:
            here.keep(response, name, value.isoformat(timespec="seconds"))
    return response


def _coming(today: date) -> dict[str, str | list[str]]:
    last = today + timedelta(days=DUE_DAYS)
    return {
        "state": list(OPEN_STATES), "due_after": today.isoformat(), "due_before": last.isoformat(), "sort": "deadline",
    }  # fmt: skip


def _recorded(since: datetime | None) -> dict[str, str | None]:
    """The search for all documents recorded since then; without a moment, for all there are."""
    return {"show": "documents", "recorded_after": written(since) if since else None}


def _shown(settings: Settings, since: datetime | None) -> Home:
    return home_page(settings.home, since, configured_sources(settings))


def _time(request: Request, cookie: str, now: datetime) -> datetime | None:
    """A time from a cookie; none from one that was made up or is in the future."""
    try:
        time = datetime.fromisoformat(request.cookies.get(cookie, "").strip('"'))
    except ValueError:
        return None
    return time if time.tzinfo is not None and time <= now else None


routes = [Route("/", first_page, name="home")]
