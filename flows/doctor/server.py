"""The Prefect server, its workers, and what `mandates deploy` created there. Imported only if one is configured."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import __version__ as our_version
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from config.deployments import load_deployments
from config.strict_yaml import ConfigError
from flows.deploying import DeployError, planned
from flows.doctor.deployed import GUARDS, differences
from flows.doctor.diagnosis import good, problem
from flows.server_check import trouble
from scrapers.crawl.operators_news import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

    from config.deployments import Deployment
    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

ANSWERS_WITHIN = 15.0
# A worker reports every 30 s; Prefect calls it offline after three missing reports.
LATE = timedelta(minutes=10)
# The longest run that is usual: a first crawl of many sources at a polite pace.
STUCK = timedelta(hours=6)


def server(settings: Settings, file: Path) -> Iterator[Diagnosis]:
    """Everything that is asked of the server; `file` is the prefect.yaml to which it should correspond."""
    try:
        yield from asyncio.run(asyncio.wait_for(_server(settings, file), 4 * ANSWERS_WITHIN))
    except TimeoutError:
        yield problem(
            "server",
            "the Prefect server does not answer in time",
            "no run is created or recorded",
            "restart the server",
        )


async def _server(settings: Settings, file: Path) -> list[Diagnosis]:
    async with get_client() as client:
        if (why := await trouble()) is not None:
            return [
                problem(
                    "server",
                    f"the Prefect server at {client.api_url} {why}",
                    "no run is created; `mandates run` works, but does not show in the UI",
                    "check PREFECT_API_URL; start the server (prefect server start) and the database that it uses; or "
                    "unset PREFECT_API_URL to run without a server",
                )
            ]
        found = [await _version(client)]
        wanted = load_deployments(file)
        # Pools without active schedules need no workers: fetching is off until there is a second machine.
        found += await _pools(client, [each for each in wanted if any(schedule.active for schedule in each.schedules)])
        found += await _deployed(client, settings, file, wanted)
        found += await _running(client)
        return found


async def _version(client: PrefectClient) -> Diagnosis:
    theirs = await client.api_version()
    if theirs.split(".")[:2] != our_version.split(".")[:2]:
        return problem(
            "server",
            f"the server runs Prefect {theirs}, this program {our_version}",
            "requests may be refused or misunderstood",
            f"install Prefect {our_version} on the server's machine",
        )
    return good("server", f"Prefect {theirs} answers at {client.api_url}")


async def _pools(client: PrefectClient, wanted: Sequence[Deployment]) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    for name in sorted({each.work_pool.name for each in wanted}):
        try:
            pool = await client.read_work_pool(name)
        except ObjectNotFound:
            continue  # the comparison with the plan has it
        if pool.concurrency_limit == 0:
            found.append(
                problem(
                    "work pool",
                    f"{name} allows no runs (its concurrency limit is 0)",
                    "runs are created and wait",
                    f"prefect work-pool clear-concurrency-limit {name}",
                )
            )
        found += [
            problem(
                "work queue",
                f"the queue {queue.name} of {name} is paused",
                "its runs wait",
                f"prefect work-queue resume {queue.name} --pool {name}",
            )
            for queue in await client.read_work_queues(work_pool_name=name)
            if queue.is_paused
        ]
        workers = await client.read_workers_for_work_pool(name)
        online = [worker for worker in workers if str(worker.status).rpartition(".")[2] == "ONLINE"]
        if online:
            found.append(good("workers", f"{len(online)} online in {name}"))
        else:
            found.append(
                problem(
                    "workers",
                    f"no worker of {name} is online",
                    "runs are created and wait",
                    f"start one: mandates worker --pool {name}",
                )
            )
    return found


async def _deployed(
    client: PrefectClient, settings: Settings, file: Path, wanted: Sequence[Deployment]
) -> list[Diagnosis]:
    """What a deploy would do now is what is wrong."""
    try:
        plan = await planned(file, settings)
    except (ConfigError, DeployError) as error:
        cure = "correct that first, then run mandates doctor again"
        return [problem("deployments", f"cannot be compared with the server: {error}", "a fault goes unnoticed", cure)]
    known = [await client.read_deployment(UUID(each)) for each in plan.deployments.values()]
    found = [*differences(plan), *_without_effect(known)]
    wrong = {each.check for each in found}
    if "deployments" not in wrong:
        found.append(good("deployments", f"all {len(wanted)} are as in prefect.yaml, each with its limit"))
    if "automation" not in wrong:
        count = len(GUARDS) + sum(trigger.enabled for each in wanted for trigger in each.triggers)
        found.append(good("automation", f"{count} automations are on"))
    return found + await _scheduled(client, known)


def _without_effect(known: Sequence[DeploymentResponse]) -> Iterator[Diagnosis]:
    """Limits that somebody has switched off, which no deploy switches on."""
    for each in known:
        limit = each.global_concurrency_limit
        if limit is not None and not limit.active:
            yield problem(
                "deployments",
                f"the limit of runs of {each.name} is switched off",
                "its runs overlap: they wait for one another, and after an outage they pile up",
                f"prefect global-concurrency-limit enable {limit.name}",
            )


async def _scheduled(client: PrefectClient, known: Sequence[DeploymentResponse]) -> list[Diagnosis]:
    """A server with the wrong libraries looks healthy but never creates a run, so ask for the runs themselves."""
    active = [each for each in known if not each.paused and any(schedule.active for schedule in each.schedules)]
    if not active:
        return []
    coming = await client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[each.id for each in active])),
        flow_run_filter=_in_state(StateType.SCHEDULED),
        sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=200,
    )
    now = datetime.now(UTC)
    late = [run for run in coming if run.expected_start_time and now - run.expected_start_time > LATE]
    if not coming:
        return [
            problem(
                "schedule",
                "schedules are active, but the server has created no runs",
                "nothing runs by itself",
                "a server with SQLAlchemy 2.1 does this: install the locked versions where it runs, and restart it",
            )
        ]
    if late:
        return [
            problem(
                "schedule",
                f"{len(late)} runs should have begun more than ten minutes ago",
                "sources are polled late, and messages sent late",
                "start a worker, or see in the UI what keeps the existing one busy",
            )
        ]
    postponed = list(_postponed(active, coming, now))
    return postponed or [good("schedule", f"{len(coming)} runs are scheduled")]


def _postponed(active: Sequence[DeploymentResponse], coming: Sequence[FlowRun], now: datetime) -> Iterator[Diagnosis]:
    """Deployments whose next run is further away than their interval: the server made its runs by a clock ahead."""
    for each in active:
        intervals = [
            schedule.schedule.interval
            for schedule in each.schedules
            if schedule.active and isinstance(schedule.schedule, IntervalSchedule)
        ]
        moments = [run.next_scheduled_start_time for run in coming if run.deployment_id == each.id]
        times = [moment for moment in moments if moment is not None]
        if intervals and times and min(times) > now + min(intervals) + LATE:
            yield problem(
                "schedule",
                f"{each.name} runs every {span(min(intervals))}, but next at {min(times):%Y-%m-%d %H:%M} UTC",
                "it does not run until then; the server's clock was set back after it had created its runs",
                "until then, start runs by hand or by cron: mandates run",
            )


async def _running(client: PrefectClient) -> list[Diagnosis]:
    runs = await client.read_flow_runs(flow_run_filter=_in_state(StateType.RUNNING), limit=200)
    now = datetime.now(UTC)
    stuck = [run for run in runs if run.start_time and now - run.start_time > STUCK]
    return [
        problem(
            "runs at work",
            f"{run.name} has been running since {run.start_time:%Y-%m-%d %H:%M} UTC",
            "no other run of its deployment can begin",
            f"check whether it is still doing anything; if not: prefect flow-run cancel {run.id}",
        )
        for run in stuck
    ]


def _in_state(state: StateType) -> FlowRunFilter:
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[state])))
