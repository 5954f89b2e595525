"""The register to which messages link: whether it answers under its public address."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from config.source_answers import Accept
from config.source_blocks import Policy
from config.subscriptions import load_subscriptions
from flows.doctor.diagnosis import good, problem, warning
from flows.serve.place import register_of
from scrapers.http.client import Fetcher
from scrapers.publication import ScraperError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

# A proxy that asks readers to log in answers as well.
_ANY_ANSWER = Accept(status=(*range(200, 300), 401, 403), min_bytes=0)
# The register is often on the same machine or in the same network.
_POLICY = Policy(
    private_addresses=True,
    timeout=timedelta(seconds=10),
    max_bytes=10_000_000,
    attempts=1,
    ignore_robots="the operator's own register",
)


def register(settings: Settings) -> Iterator[Diagnosis]:
    """The one that `mandates serve` keeps, and the one to which messages link, where there are any."""
    own = register_of(settings.home)
    if own is not None:
        yield from _kept(settings, own)
    address = load_subscriptions(settings.config).register_url
    if address is None:
        yield good("register", "MANDATES_REGISTER_URL is not set: messages do not link to a register")
        return
    try:
        asyncio.run(_ask(settings, f"{address}/"))
    except ScraperError as error:
        yield warning(
            "register",
            f"{address} does not answer: {error}",
            "messages link to pages that nobody can open",
            "start `mandates register`, or correct MANDATES_REGISTER_URL (or `register_url` in subscriptions.yaml)",
        )
    else:
        yield good("register", f"{address} answers; messages link to it")


def _kept(settings: Settings, own: str) -> Iterator[Diagnosis]:
    try:
        # A page that the snapshot has no part in.
        asyncio.run(_ask(settings, f"{own}/static/register.css"))
    except ScraperError as error:
        yield problem(
            "register",
            f"mandates serve keeps a register at {own}, which does not answer: {error}",
            "nobody can read the pages",
            "logs/serve.log has the reason; mandates serve restarts it by itself",
        )
    else:
        yield good("register", f"answers at {own}")


async def _ask(settings: Settings, address: str) -> None:
    async with Fetcher(contact=settings.contact) as fetcher:
        await fetcher.get(address, policy=_POLICY, accept=_ANY_ANSWER)
