"""A run on "another machine": a process that asks one host, again and again, at the pace that all share.

Usage: asker PLACE URL COUNT PACE
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from config.source_blocks import Policy
from scrapers.http.client import Fetcher
from warehouse.exchange import hosts, leases, presence
from warehouse.exchange.hosts import HostLeases
from warehouse.exchange.place import open_place
from warehouse.exchange.presence import present

# Everything ten times as fast, so that hosts pass from run to run many times in a short test.
presence.SIGN_SECONDS = 0.5
presence.ALIVE_SECONDS = leases.ALIVE_SECONDS = 3.0
presence.MARGIN_SECONDS = hosts.MARGIN_SECONDS = 0.5
hosts.LONGEST_SECONDS, hosts.IDLE_SECONDS, hosts.LOOK_SECONDS = 1.5, 0.5, 0.1


async def main(place: str, url: str, count: int, pace: float) -> None:
    """Ask COUNT times, two at once."""
    policy = Policy(private_addresses=True, pace=timedelta(seconds=pace), ignore_robots="the test counts requests")
    with present(open_place(place)) as here:
        async with HostLeases(here) as shared, Fetcher("x", leases=shared) as fetcher:
            await asyncio.gather(*(fetcher.get(url, policy=policy) for _ in range(count)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
