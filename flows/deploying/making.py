"""Creating, changing and removing one object on a Prefect server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

from flows.deploying.automations import as_automation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from prefect.client.orchestration import PrefectClient

    from flows.deploying.plan import Change, Thing


async def make(client: PrefectClient, change: Change, ids: Mapping[str, str]) -> str | None:
    """Carry out one change; the id of the object, None if it was removed. `ids` are the deployments' by name."""
    if change.wanted is None:
        if change.found is not None:
            await _remove(client, change.found, ids)
        return None
    if change.found is None:
        return await _create(client, change.wanted, ids)
    # A switch stays as it is, unless it is one of the differences.
    paths = {each.path for each in change.differences}
    on = change.wanted.on if "on" in paths else change.found.on
    await _change(client, replace(change.wanted, id=change.found.id, on=on), paths, ids)
    return change.found.id


async def _create(client: PrefectClient, want: Thing, ids: Mapping[str, str]) -> str:
    match want.kind:
        case "work pool":
            return str((await client.create_work_pool(WorkPoolCreate(name=want.name, type="process"))).id)
        case "deployment":
            flow, _, name = want.name.partition("/")
            flow_id = await client.create_flow_from_name(flow)
            return str(await client.create_deployment(flow_id=flow_id, name=name, **_fields(want)))
        case "schedule":
            schedule = DeploymentScheduleCreate(schedule=_rule(want), active=want.on, slug=want.name.partition(": ")[2])
            (made,) = await client.create_deployment_schedules(_owner(want, ids), [schedule])
            return str(made.id)
        case "automation":
            return str(await client.create_automation(as_automation(want, ids)))


async def _change(client: PrefectClient, want: Thing, paths: Collection[str], ids: Mapping[str, str]) -> None:
    match want.kind:
        case "work pool":
            await client.update_work_pool(want.name, WorkPoolUpdate(is_paused=not want.on))
        case "deployment":
            changed = {path.partition(".")[0] for path in paths}
            if "work_queue_name" in changed:
                # The server looks for a queue in the pool that the same request names.
                changed.add("work_pool_name")
            fields = {name: value for name, value in _fields(want).items() if name in changed}
            await client.update_deployment(UUID(want.id), DeploymentUpdate(**fields, paused=not want.on))
        case "schedule":
            owner = _owner(want, ids)
            await client.update_deployment_schedule(owner, UUID(want.id), active=want.on, schedule=_rule(want))
        case "automation":
            await client.update_automation(UUID(want.id), as_automation(want, ids))


async def _remove(client: PrefectClient, have: Thing, ids: Mapping[str, str]) -> None:
    match have.kind:
        case "deployment":
            await client.delete_deployment(UUID(have.id))
        case "schedule":
            await client.delete_deployment_schedule(_owner(have, ids), UUID(have.id))
        case "automation":
            await client.delete_automation(UUID(have.id))


def _owner(thing: Thing, ids: Mapping[str, str]) -> UUID:
    return UUID(ids[str(thing.owner)])


def _fields(want: Thing) -> dict[str, Any]:
    return {**want.values, "concurrency_options": ConcurrencyOptions.model_validate(want.values["concurrency_options"])}


def _rule(want: Thing) -> CronSchedule | IntervalSchedule:
    rule: Mapping[str, Any] = want.values
    if "cron" in rule:
        return CronSchedule(cron=rule["cron"], timezone=rule["timezone"])
    return IntervalSchedule(interval=timedelta(seconds=rule["interval"]), timezone=rule["timezone"])
