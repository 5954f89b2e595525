"""The dead-man's check: an address that hears from each run, so that somebody notices when no run comes any more.

As healthchecks.io has it: a GET of the address after a good run, of `address/fail` after a failed one. Should the
check itself fail, the run does not: the service on the other side will miss it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.model import AlertsError
from alerts.secrecy import redactor, secret_of
from config.source_answers import Accept
from config.source_blocks import Policy
from config.targets import Reference
from flows.delivering import prefect_secret
from scrapers.http.client import Fetcher

if TYPE_CHECKING:
    from config.settings import Settings
    from config.targets import Heartbeat

log = logging.getLogger(__name__)

# Whatever the service says, that it answered is enough.
_ANY_ANSWER = Accept(status=tuple(range(200, 300)), min_bytes=0)


async def beat(settings: Settings, heartbeat: Heartbeat | None, *, good: bool) -> None:
    """Report a run as good or failed, where an address is configured; what goes wrong with that is logged."""
    if heartbeat is None:
        return
    try:
        url = _address(heartbeat)
        async with Fetcher(contact=settings.contact) as fetcher:
            await fetcher.get(url if good else _failed(url), policy=_policy(heartbeat), accept=_ANY_ANSWER)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run has done its work
        # The last part of the address is a key; no line may show it.
        log.warning("heartbeat: %s", redactor.clean(f"{error}" or type(error).__name__))


def _address(heartbeat: Heartbeat) -> str:
    reference = heartbeat.url
    url = secret_of(reference, prefect_secret) if isinstance(reference, Reference) else reference
    redactor.learn(url)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise AlertsError("its address is not an http or https URL")
    return url


def _failed(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/fail").geturl()


def _policy(heartbeat: Heartbeat) -> Policy:
    """A short wait, a small answer, one more attempt: the run is over, and somebody waits for its exit code."""
    return Policy(
        private_addresses=heartbeat.private_addresses,
        timeout=timedelta(seconds=10),
        max_bytes=100_000,
        attempts=2,
        ignore_robots="a check that the operator has set up for this program",
    )
