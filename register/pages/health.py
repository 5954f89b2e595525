"""Health: what needs attention, every source with its gaps, the last days, and what waits to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from config.redaction import public
from register.charts.bars import Column, stacked
from register.charts.strips import strip
from register.configured import configured_sources
from register.desk import desk
from register.parts import day, month
from warehouse.pages.health import health_page
from warehouse.pages.watched import DAYS_WATCHED

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from config.settings import Settings
    from register.charts.bars import Bars
    from register.words import Phrases
    from warehouse.pages.health import HealthPage

# The worst first.
STATES = ("gap", "before", "watched")
LOOKS = {"gap": 2, "before": 10, "watched": 4}
CRAWLED, FAILED = 4, 3


async def page(request: Request) -> Response:
    """The condition of the installation; no address and no target of a message is on it."""
    here = desk(request)
    shown = await here.ask(_condition, here.settings)
    words = here.words("health")
    strips = {source: strip(0, DAYS_WATCHED - 1, watched.spans, STATES) for source, watched in shown.watched.items()}
    return here.page(
        "health.html.j2",
        shown=shown,
        strips=strips,
        looks=LOOKS,
        watch_legend=[(words[f"watch_{state}"], LOOKS[state]) for state in reversed(STATES)],
        crawl_legend=[(words.crawls_column, CRAWLED), (words.failed_column, FAILED)],
        days_watched=DAYS_WATCHED,
        crawls=_crawls(shown, words, here.language),
        public=public,
    )


def _condition(settings: Settings) -> HealthPage:
    return health_page(settings.home, configured_sources(settings), has_place=settings.landing is not None)


def _crawls(shown: HealthPage, words: Phrases, language: str) -> Bars:
    columns = []
    for each in reversed(shown.days):
        parts = (words("crawls", n=each.crawls), words("failed_crawls", n=each.failed))
        says = words("bar", name=day(each.day, language), parts=", ".join(parts))
        columns.append(
            Column(f"{each.day.day}", says, (each.crawls - each.failed, each.failed), group=month(each.day, language))
        )
    return stacked(columns, [CRAWLED, FAILED])


routes = [Route("/health", page)]
