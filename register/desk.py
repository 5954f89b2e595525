"""What every page needs: the settings, the reader's language, answers of the snapshot, and the frame of a page.

A page asks `await desk.ask(function, …)` for its facts, a plain function of `warehouse.pages` or `warehouse.query`,
which runs in a thread with a look at the snapshot and a time limit. One of the turns is kept for quick pages, so that
slow ones cannot stall these however many there are.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from starlette.responses import HTMLResponse

from register.addresses import inner_path, path
from register.words import LANGUAGES, Phrases, phrases
from warehouse.model import SlowQueryError
from warehouse.query.worked_out import noticing

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import jinja2
    from starlette.requests import Request
    from starlette.responses import Response

    from config.settings import Settings
    from register.found_file import Sheet
    from register.kept_answers import Answers
    from register.looking import Looking
    from register.turns import Turns

Answer = TypeVar("Answer")
QUERY_SECONDS = 5.0
WAIT_SECONDS = 5.0
# For one that is busy outside of DuckDB, where it cannot be interrupted.
GRACE_SECONDS = 1.0
LANGUAGE_COOKIE = "language"
YEAR_SECONDS = 31_536_000
# Where a request has its `Certainty`.
CERTAINTY = "register.certainty"


class BusyError(Exception):
    """All threads were at work for as long as a request may wait."""


@dataclass(slots=True)
class Certainty:
    """Whether an answer is surely that of the snapshot and the day of its question, and not of those before."""

    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Office:
    """What all requests share. `root` is the path below which people find the register; empty for a whole host."""

    settings: Settings
    looking: Looking
    templates: jinja2.Environment
    threads: Executor
    turns: Turns
    answers: Answers
    root: str = ""
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """The office as one request sees it: `desk(request)`."""

    request: Request
    office: Office
    language: str

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return self.office.settings

    @property
    def certainty(self) -> Certainty:
        """Whether all that was asked so far is of the snapshot and the day of the question."""
        found: Certainty = self.request.scope.setdefault(CERTAINTY, Certainty())
        return found

    def path(self, *steps: str) -> str:
        """The address of one of our pages, as `register.addresses.path` makes it."""
        return path(*steps, root=self.office.root)

    def whole(self, address: str) -> str:
        """The address of one of our pages for others: at the register's public host, else at that of this request."""
        base = urlsplit(self.settings.register_url or str(self.request.base_url))
        return f"{base.scheme}://{base.netloc}{address}"

    def keep(self, response: Response, name: str, value: str) -> None:
        """Let the reader's browser keep a value for a year, for the register alone."""
        response.set_cookie(
            name, value, max_age=YEAR_SECONDS, path=quote(self.office.root) or "/", samesite="lax", httponly=True
        )

    def words(self, page: str) -> Phrases:
        """The words of one page in the reader's language."""
        return phrases(page, self.language)

    async def ask(self, function: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
        """What `function(…)` returns, asked in a thread with one look at the snapshot.

        Raises:
            SlowQueryError: it took longer than a page may.
            BusyError: no thread was free in time.
            QueryError: there is no snapshot, or it cannot be read.
        """
        try:
            ended = await self.office.turns.take(inner_path(self.request.scope), WAIT_SECONDS)
        except TimeoutError:
            raise BusyError from None
        try:
            work = self.office.threads.submit(self._with_a_look, function, arguments, named)
        except RuntimeError:
            ended()
            raise
        # The turn ends with the work, not with the waiting for it: a thread that nobody waits for is still busy.
        work.add_done_callback(ended)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), QUERY_SECONDS + GRACE_SECONDS)
        except TimeoutError:
            raise SlowQueryError("took too long outside of the snapshot") from None

    def _with_a_look(
        self, function: Callable[..., Answer], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Answer:
        with noticing() as noticed, self.office.looking.look(seconds=QUERY_SECONDS):
            answer = function(*arguments, **named)
        self.certainty.is_sure &= not noticed.is_former
        return answer

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """A page from a template; `words` are those of the page with the template's name."""
        name = template.partition(".")[0]
        text = self.office.templates.get_template(template).render(
            desk=self,
            words=self.words(name),
            frame=self.words("frame"),
            language=self.language,
            request=self.request,
            **shown,
        )
        response = HTMLResponse(text, status)
        response.headers["Content-Language"] = self.language
        response.headers["Vary"] = "Accept-Language, Cookie"
        if self.request.query_params.get("lang") == self.language:
            self.keep(response, LANGUAGE_COOKIE, self.language)
        return response


def desk(request: Request) -> Desk:
    """The desk of a request."""
    return Desk(request, request.app.state.office, language_of(request))


def language_of(request: Request) -> str:
    """As the address asks, else as it was asked before, else the first of the browser's that there is."""
    accepted = (
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    )
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE), *accepted)
    return next((each for each in asked if each in LANGUAGES), "en")
