"""Answers from a folder in place of the web: for trying a source before it goes live, and for its golden pair.

A folder holds `site.yaml`, a list of addresses with the file that answers each:

    - {url: "https://example.org/list", file: list.html, type: text/html}
    - {url: "https://example.org/gone", status: 404}
    - {url: "https://example.org/since?from={any}", file: since.xml}
    - {url: "https://example.org/search", post: "page=1", file: first.json}
    - {url: "https://example.org/note", body: "<p>A short page.</p>", type: text/html}
    - {url: "https://example.org/old", to: "https://example.org/new", file: new.html}

Addresses are written there without keys, as they are shown to people. `on` in any of them is the day of the sample, by
which series go that follow the calendar.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from pydantic import Field, RootModel

from config.blocks import Block
from config.source_answers import Accept
from config.strict_yaml import ConfigError, load
from scrapers.http import accept as acceptance
from scrapers.http import urls
from scrapers.http.client import Fetched
from scrapers.publication import FetchError, FetchRecord, Outcome, ScraperError, Validators

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from scrapers.crawl.visit import Terms


site_file = "site.yaml"


class RecordedAnswer(Block):
    """One address and what it answers, from a file or, if it is short, from `body`.

    `post` is the body that was posted there, `to` where redirects led.
    """

    url: str
    post: str | None = None
    to: str | None = None
    file: str | None = None
    body: str = ""
    type: str | None = None
    status: int = Field(default=200)
    headers: dict[str, str] = Field(default_factory=dict)
    on: date | None = None

    @property
    def name(self) -> str:
        """What it is found by."""
        return name_of(self.url, self.post)


def name_of(url: str, post: str | None) -> str:
    """What an answer is found by: its address, and what was posted there."""
    return url if post is None else f"{url} POST {post}"


class _Site(RootModel[tuple[RecordedAnswer, ...]]):
    """`site.yaml`."""


def _body(folder: Path, answer: RecordedAnswer) -> bytes:
    if answer.file is None:
        return answer.body.encode()
    try:
        return (folder / urls.file_name(answer.file)).read_bytes()
    except OSError as error:
        problem = f"{answer.file} cannot be read: {error.strerror or error}"
        raise ConfigError(folder / site_file, problem, key=answer.url) from error


@dataclass(slots=True)
class RecordedAnswers:
    """Answers by address; an address that is not recorded answers 404. `asked` lists what was asked for."""

    answers: dict[str, tuple[RecordedAnswer, bytes]]
    asked: list[str] = field(default_factory=list)

    @staticmethod
    def of(folder: Path) -> RecordedAnswers:
        """Read a folder with a `site.yaml`.

        Raises:
            ConfigError: `site.yaml` cannot be used, or a file that it names is not to be read.
        """
        return RecordedAnswers(
            {answer.name: (answer, _body(folder, answer)) for answer in load(folder / site_file, _Site).root}
        )

    @property
    def taken_at(self) -> datetime | None:
        """Noon of the day on which the sample was taken; None where it does not say."""
        days = [answer.on for answer, _ in self.answers.values() if answer.on is not None]
        return datetime.combine(max(days), time(12), UTC) if days else None

    @staticmethod
    def single(url: str, file: Path) -> RecordedAnswers:
        """One file as the answer to one address; what it leads to is not there."""
        return RecordedAnswers({url: (RecordedAnswer(url=url), file.read_bytes())})

    def key_of(self, url: str) -> str | None:
        """The recorded address that answers; "{any}" in one replaces what differs from day to day."""
        for shown in (url, urls.public(url)):
            if shown in self.answers:
                return shown
            for known in self.answers:
                if "{any}" in known and re.fullmatch(".*".join(map(re.escape, known.split("{any}"))), shown):
                    return known
        # One that does not say what is posted answers whatever is.
        bare, posted, _ = url.partition(" POST ")
        return self.key_of(bare) if posted else None

    async def get(self, url: str, **terms: Unpack[Terms]) -> Fetched:
        """The recorded answer, checked like one from the web."""
        hosts, log = terms.get("hosts"), terms.get("log")
        post = terms.get("post")
        name = name_of(url, post.words if post is not None else None)
        self.asked.append(name)
        key = self.key_of(name)
        answer, body = self.answers[key] if key else (RecordedAnswer(url=url, status=404), b"")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.type is not None:
            headers["content-type"] = answer.type
        now = datetime.now(UTC)
        problem: ScraperError | None = None
        there = False
        try:
            if hosts is not None and urls.host_of(url) not in hosts:
                raise FetchError(f"leads to {urls.host_of(url)}, which this source may not fetch from")
            there = acceptance.check(
                answer.status,
                headers,
                body,
                terms.get("accept") or Accept(),
                missing=terms.get("missing"),
                asked=url,
                led_to=answer.to or url,
            )
        except ScraperError as error:
            error.url = error.url or urls.public(url)
            problem = error
        if log is not None:
            outcome: Outcome = "failed" if problem else "ok"
            words = str(problem) if problem else None
            log(FetchRecord(urls.public(url), now, 0.0, answer.status, len(body), outcome, words))
        if problem is not None:
            raise problem
        validators = Validators(None, None, now, hashlib.sha256(body).hexdigest())
        return Fetched(answer.to or url, answer.status, headers, body, validators, missing=not there)
