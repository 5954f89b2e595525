"""The first run of an office: its readers need not wait until the schedule comes round for the first time.

It is for a home in which nothing has been published and of whose monitor the server knows no run. The key that it is
asked for with is the same at each start, so however often an office is started before that run, there is only one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from flows.serve.api import ask
from warehouse.store.paths import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from flows.serve.log import Log

_MONITOR = "mandate_monitor.jobs:monitor"
_KEY = "first run of this home"
# A server that has just been deployed to may be busy.
_TRIES, _PAUSE_SECONDS = 5, 2.0
# A run that is only planned has done nothing yet.
_BEGUN = {"state": {"type": {"not_any_": ["SCHEDULED"]}}}


async def begin_first_run(home: Path, api: str, pools: Collection[str], log: Log) -> frozenset[str]:
    """Start a run of the monitor that workers of `pools` take, if it is the first; the ids of what was started."""
    if snapshot_path(home).exists():
        return frozenset()
    try:
        monitors = [each for each in await _answer(f"{api}/deployments/filter", {}) if _polls(each, pools)]
        known = {"deployments": {"id": {"any_": [each["id"] for each in monitors]}}, "flow_runs": _BEGUN}
        if not monitors or await _answer(f"{api}/flow_runs/count", known):
            return frozenset()
        begun = set()
        for each in monitors:
            run = await _answer(f"{api}/deployments/{each['id']}/create_flow_run", {"idempotency_key": _KEY})
            log.say("serve", f"nothing has been published yet: a first run of {each['name']} starts now")
            begun.add(str(run["id"]))
    except TimeoutError:
        log.say("serve", "nothing has been published yet, and no run could be started now: the schedule starts one")
        return frozenset()
    return frozenset(begun)


async def _answer(url: str, body: object) -> Any:
    """What the server says.

    Raises:
        TimeoutError: it did not answer several times.
    """
    for _ in range(_TRIES):
        answer = await ask(url, body)
        if answer is not None:
            return answer
        await asyncio.sleep(_PAUSE_SECONDS)
    raise TimeoutError


def _polls(deployment: dict[str, Any], pools: Collection[str]) -> bool:
    """Whether it is a monitor of this office that nobody has switched off."""
    return (
        deployment["entrypoint"] == _MONITOR
        and deployment["work_pool_name"] in pools
        and not deployment["paused"]
        and any(schedule["active"] for schedule in deployment["schedules"])
    )
