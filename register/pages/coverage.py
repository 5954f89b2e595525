"""Coverage: which numbers of each counted series were seen, and the last session seen of each body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from register.charts.strips import strip
from register.desk import desk
from warehouse.pages.coverage import coverage_page, state_of
from warehouse.query.coverage import LATE_DAYS, UNWATCHED_DAYS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

# The worst first.
STATES = ("failed", "missing", "hole", "seen")
LOOKS = {"failed": 3, "missing": 2, "hole": 10, "seen": 4}


async def page(request: Request) -> Response:
    """A strip for each series, and a table of the bodies."""
    here = desk(request)
    shown = await here.ask(coverage_page, here.settings.home)
    strips = [strip(each.coverage.lowest, each.coverage.highest, each.spans, STATES) for each in shown.series]
    words = here.words("coverage")
    return here.page(
        "coverage.html.j2",
        shown=shown,
        series=list(zip(shown.series, strips, strict=True)),
        legend=[(words[f"state_{state}"], LOOKS[state]) for state in reversed(STATES)],
        looks=LOOKS,
        state_of=state_of,
        late_days=LATE_DAYS,
        unwatched_days=UNWATCHED_DAYS,
    )


routes = [Route("/coverage", page)]
