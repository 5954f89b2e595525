"""The Prefect server, its workers, and what `mandates deploy` created there. Imported only if one is configured."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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
from config.shipped import deployments_file
from flows.deploying import HARDLY_BEGUN, NEVER_BEGUN, ZOMBIES
from flows.doctor.diagnosis import good, problem
from flows.server_check import trouble
from scrapers.crawl.operators_news import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

    from config.deployments import Deployment
    from flows.doctor.diagnosis import Diagnosis

ANSWERS_WITHIN = 15.0
# A worker reports every 30 s; Prefect calls it offline after three missing reports.
LATE = timedelta(minutes=10)
# The longest run that is usual: a first crawl of many sources at a polite pace.
STUCK = timedelta(hours=6)
DEPLOY = "mandates deploy"
RESUME = f"{DEPLOY} --resume"


def server() -> Iterator[Diagnosis]:
    """Everything that is asked of the server, in one connection."""
    try:
        yield from asyncio.run(asyncio.wait_for(_server(), 4 * ANSWERS_WITHIN))
    except TimeoutError:
        yield problem(
            "server",
            "the Prefect server does not answer in time",
            "no run is created or recorded",
            "restart the server",
        )


async def _server() -> list[Diagnosis]:
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
        wanted = load_deployments(deployments_file())
        # Pools without active schedules need no workers: fetching is off until there is a second machine.
        found += await _pools(client, [each for each in wanted if any(schedule.active for schedule in each.schedules)])
        found += await _deployments(client, wanted)
        found += await _automations(client, wanted)
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
            found.append(problem("work pool", f"there is no work pool {name}", "no run is started", DEPLOY))
            continue
        if pool.is_paused:
            found.append(
                problem(
                    "work pool", f"{name} is paused", "runs are created and wait", f"prefect work-pool resume {name}"
                )
            )
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


async def _deployments(client: PrefectClient, wanted: Sequence[Deployment]) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    known: list[DeploymentResponse] = []
    for each in wanted:
        name = f"{each.entrypoint.rpartition(':')[2]}/{each.name}"
        try:
            deployment = await client.read_deployment_by_name(name)
        except ObjectNotFound:
            found.append(problem("deployments", f"{name} is not deployed", "it never runs", DEPLOY))
            continue
        known.append(deployment)
        found += _differences(name, each, deployment)
    if not found:
        found.append(good("deployments", f"all {len(known)} are as in prefect.yaml"))
    return found + await _scheduled(client, known)


def _differences(name: str, wanted: Deployment, deployment: DeploymentResponse) -> list[Diagnosis]:
    found = []
    if deployment.paused:
        found.append(
            problem(
                "deployments", f"{name} is paused", "it does not run", f"resume it in the UI (Deployments), or {RESUME}"
            )
        )
    if deployment.entrypoint != wanted.entrypoint:
        found.append(
            problem(
                "deployments",
                f"{name} runs {deployment.entrypoint}, not {wanted.entrypoint}",
                "workers run the wrong code, or none",
                DEPLOY,
            )
        )
    active = [schedule for schedule in deployment.schedules if schedule.active]
    if any(schedule.active for schedule in wanted.schedules) and not active:
        found.append(
            problem(
                "deployments",
                f"{name} has no active schedule",
                "it does not run by itself",
                RESUME,
            )
        )
    return found


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


async def _automations(client: PrefectClient, wanted: Sequence[Deployment]) -> list[Diagnosis]:
    """Those for runs whose worker died, and those that start a deployment on an event."""
    needed = {
        ZOMBIES: "a run whose worker was killed stays Running for ever, and no other run can begin",
        HARDLY_BEGUN: "a run whose worker was killed in its first second stays Running for ever",
        NEVER_BEGUN: "a run that was taken and never began stays Pending for ever",
    }
    needed |= {
        trigger.name: f"{each.name} is not started by the event {', '.join(trigger.expect)}"
        for each in wanted
        for trigger in each.triggers
        if trigger.enabled
    }
    found: list[Diagnosis] = []
    for name, follows in needed.items():
        known = await client.read_automations_by_name(name)
        if not known:
            found.append(problem("automation", f"{name!r} is missing", follows, DEPLOY))
        elif not any(each.enabled for each in known):
            found.append(
                problem("automation", f"{name!r} is switched off", follows, f"switch it on (Automations), or {RESUME}")
            )
    return found or [good("automation", f"{len(needed)} automations are on")]


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
