"""The application: one list of pages, the API, static files, and what is around them.

create_app(settings) ── Rooted ── Guard ── Keeping ── pages (register/pages), /api (register/api), /static
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from register import parts
from register.addresses import Rooted, path, root_of
from register.desk import Office
from register.guarding import HANDLERS, LOCAL_HOSTS, Guard, Mistakes
from register.kept_answers import Answers, Keeping
from register.looking import Looking
from register.pages import (
    about,
    addressees,
    api,
    bodies,
    compare,
    coverage,
    document,
    health,
    home,
    mandate,
    search,
    timeline,
)
from register.review.access import HOME
from register.review.place import FORMS, Review
from register.review.recording import routes as review_routes
from register.turns import AT_ONCE, Turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from config.settings import Settings
    from register.found_file import Sheet
    from register.review.access import Access

_FOLDER = Path(__file__).parent
PAGES = (home, search, document, compare, mandate, bodies, addressees, timeline, coverage, health, api, about)
# What the head of every page links: the steps of its address, and its name in `words/frame.yaml`.
NAVIGATION = (
    ("", "home"),
    ("search", "search"),
    ("bodies", "bodies"),
    ("addressees", "addressees"),
    ("timeline", "timeline"),
    ("coverage", "coverage"),
    ("health", "health"),
    ("api", "api"),
    ("about", "about"),
)
# How often it is looked whether another snapshot was published.
RELEASE_SECONDS = 1.0
READING = frozenset({"GET", "HEAD"})

log = logging.getLogger(__name__)


def create_app(
    settings: Settings,
    *,
    hosts: frozenset[str] = frozenset(),
    sheet: Sheet | None = None,
    access: Access | None = None,
) -> Starlette:
    """The register of one installation, as an ASGI application.

    `hosts` are the names that people may use for it, beside those of this machine itself and the one in
    MANDATES_REGISTER_URL; `sheet` writes what a search found as CSV. Only with `access` are there pages in which
    people decide.
    """
    looking, root = Looking(settings.home), root_of(settings)
    review = None if access is None else Review(access)
    routes = [route for page in PAGES for route in page.routes]
    routes += [] if review is None else review_routes(review)
    routes.append(Mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static"))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Rooted, root=root, routes=routes),
            Middleware(
                Guard,
                methods=READING,
                hosts=hosts | LOCAL_HOSTS | _public_names(settings),
                forms=frozenset() if review is None else FORMS,
            ),
            # Outside of the compression, so that an answer is compressed once.
            Middleware(Keeping),
            Middleware(GZipMiddleware, minimum_size=1_000),
            Middleware(Mistakes),
        ],
        exception_handlers=HANDLERS,
        lifespan=_releasing,
    )
    # The handler of what is not found does it, without naming a host and a port that a proxy does not have.
    app.router.redirect_slashes = False
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="register")
    links = NAVIGATION if review is None else (*NAVIGATION, (HOME, "review"))
    app.state.office = Office(settings, looking, templates(root, links), threads, Turns(), Answers(), root, sheet)
    app.state.review = review
    return app


def _public_names(settings: Settings) -> frozenset[str]:
    name = urlsplit(settings.register_url or "").hostname
    return frozenset({name} if name else ())


@contextlib.asynccontextmanager
async def _releasing(app: Starlette) -> AsyncIterator[None]:
    """While it runs, let go of a snapshot that was replaced, though nobody asks for a page."""
    looking: Looking = app.state.office.looking

    async def keep_releasing() -> None:
        while True:
            await asyncio.sleep(RELEASE_SECONDS)
            # Not here: whoever opens a snapshot that is being written waits, and holds the lock meanwhile.
            try:
                await asyncio.to_thread(looking.release)
            except Exception:
                log.exception("a snapshot that was replaced could not be closed")

    releasing = asyncio.create_task(keep_releasing())
    try:
        yield
    finally:
        releasing.cancel()
        app.state.office.threads.shutdown(wait=False, cancel_futures=True)
        looking.close()


@cache
def templates(root: str = "", navigation: tuple[tuple[str, str], ...] = NAVIGATION) -> jinja2.Environment:
    """The templates, with addresses below `root`; what is shown is escaped, and an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= parts.GLOBALS | {"navigation": navigation, "path": partial(path, root=root)}
    environment.filters |= parts.FILTERS
    return environment
