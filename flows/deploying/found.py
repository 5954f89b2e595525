"""What a Prefect server already has of what a deploy creates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from prefect.exceptions import ObjectNotFound

from flows.deploying.automations import found_automation, generated_name
from flows.deploying.plan import Thing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Sequence

    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import DeploymentSchedule
    from prefect.client.schemas.responses import DeploymentResponse

_COMPARED = (
    "entrypoint", "description", "tags", "version", "work_pool_name", "work_queue_name", "parameters",
    "enforce_parameter_schema", "parameter_openapi_schema", "job_variables", "pull_steps",
)  # fmt: skip
_PAGE = 200


async def found(client: PrefectClient, wanted: Sequence[Thing], recorded: Collection[str]) -> list[Thing]:
    """The objects with a wanted name, those that an earlier deploy created, and all schedules of these deployments."""
    things = [pool async for pool in _pools(client, wanted)]
    names: dict[str, str] = {}
    async for name, deployment in _deployments(client, wanted, recorded):
        names[str(deployment.id)] = name
        things.append(_deployment(name, deployment))
        things += _schedules(name, deployment.schedules)
    return things + await _automations(client, names)


async def _pools(client: PrefectClient, wanted: Sequence[Thing]) -> AsyncIterator[Thing]:
    for each in wanted:
        if each.kind == "work pool":
            try:
                pool = await client.read_work_pool(each.name)
            except ObjectNotFound:
                continue
            yield Thing("work pool", each.name, on=not pool.is_paused, id=str(pool.id))


async def _deployments(
    client: PrefectClient, wanted: Sequence[Thing], recorded: Collection[str]
) -> AsyncIterator[tuple[str, DeploymentResponse]]:
    seen = set()
    for each in wanted:
        if each.kind == "deployment":
            try:
                deployment = await client.read_deployment_by_name(each.name)
            except ObjectNotFound:
                continue
            seen.add(str(deployment.id))
            yield each.name, deployment
    for left in sorted(set(recorded) - seen):
        try:
            deployment = await client.read_deployment(left)
        except ObjectNotFound:  # removed by somebody, or something else than a deployment
            continue
        flow = await client.read_flow(deployment.flow_id)
        yield f"{flow.name}/{deployment.name}", deployment


def _deployment(name: str, deployment: DeploymentResponse) -> Thing:
    values = {field: getattr(deployment, field) for field in _COMPARED}
    limit, options = deployment.global_concurrency_limit, deployment.concurrency_options
    values["concurrency_limit"] = limit.limit if limit is not None else None
    values["concurrency_options"] = options.model_dump(mode="json", exclude_unset=True) if options is not None else {}
    return Thing("deployment", name, values, on=not deployment.paused, id=str(deployment.id))


def _schedules(owner: str, schedules: Sequence[DeploymentSchedule]) -> Iterator[Thing]:
    for each in schedules:
        name = f"{owner}: {each.slug or each.id}"
        yield Thing("schedule", name, _rule(each.schedule), on=each.active, id=str(each.id), owner=owner)


def _rule(schedule: object) -> dict[str, Any]:
    match schedule:
        case IntervalSchedule():
            return {"interval": int(schedule.interval.total_seconds()), "timezone": schedule.timezone or "UTC"}
        case CronSchedule():
            return {"cron": schedule.cron, "timezone": schedule.timezone or "UTC"}
        case RRuleSchedule():
            return {"rrule": schedule.rrule, "timezone": schedule.timezone or "UTC"}
        case _:
            return {}


async def _automations(client: PrefectClient, names: dict[str, str]) -> list[Thing]:
    things: list[Thing] = []
    while page := await client.read_automations(limit=_PAGE, offset=len(things)):
        things += [found_automation(each, names) for each in page]
    return things


def also_ours(things: Sequence[Thing]) -> frozenset[str]:
    """Ids of automations that `prefect deploy` created from an earlier file, and that no deploy has noted."""
    return frozenset(each.id for each in things if each.kind == "automation" and each.id and generated_name(each))
