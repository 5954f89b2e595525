"""What `prefect.yaml` asks for, with the interpreter, the sources and the times of digests filled in."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.utilities.templating import (
    apply_values,
    find_placeholders,
    resolve_block_document_references,
    resolve_variables,
)

from config.sources import load_sources
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from flows.deploying.automations import beginning_guard, pending_guard, triggered, zombie_guard
from flows.deploying.digest_times import digest_schedules
from flows.deploying.plan import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prefect.client.orchestration import PrefectClient

    from config.deployments import Deployment, Deployments, Schedule
    from config.settings import Settings

# Parameters of these names are ids of sources, which the forms offer.
_SOURCES = ("source", "sources")
_HEARTBEAT = "PREFECT_FLOWS_HEARTBEAT_FREQUENCY"


async def wanted(client: PrefectClient, file: Deployments, path: Path, settings: Settings) -> list[Thing]:
    """Everything that the file asks for, each object after those that it needs.

    Raises:
        ConfigError: sources or subscriptions cannot be used, or a variable that the file names is not set.
    """
    ids = [source.id for source in load_sources(settings.config / "sources.yaml")]
    digests = digest_schedules(load_subscriptions(settings.config), datetime.now(UTC))
    things = [Thing("work pool", name) for name in sorted({each.work_pool.name for each in file.deployments})]
    beating: dict[str, bool] = {}
    for each in file.deployments:
        values = await _filled_in(client, each, path)
        flow: Any = load_flow_from_entrypoint(each.entrypoint)
        beating[flow.name] = beating.get(flow.name, True) and _HEARTBEAT in values["job_variables"].get("env", {})
        values["parameter_openapi_schema"] = _form(flow, ids)
        name = f"{flow.name}/{each.name}"
        things.append(Thing("deployment", name, values))
        things += [_schedule(name, schedule) for schedule in _schedules(each, digests)]
        things += [triggered(name, trigger) for trigger in each.triggers]
    guarded = sorted(name for name, beats in beating.items() if beats)
    return [*things, zombie_guard(), beginning_guard(guarded), pending_guard()]


async def _filled_in(client: PrefectClient, deployment: Deployment, path: Path) -> dict[str, Any]:
    """The values of a deployment as the server has them, references to blocks and variables resolved as by Prefect."""
    said = deployment.model_dump(mode="json", exclude={"triggers", "schedules"})
    said = await resolve_variables(await resolve_block_document_references(said, client=client), client=client)
    # Prefect replaces placeholders by variables of this process's environment.
    os.environ["MANDATES_PYTHON"] = shlex.quote(sys.executable)
    said = cast("dict[str, Any]", apply_values(said, {}, remove_notset=False))
    if missing := sorted({each.name.removeprefix("$") for each in find_placeholders(said)}):
        raise ConfigError(path, f"{deployment.name}: the environment variable {missing[0]} is not set")
    pool, limit = said.pop("work_pool"), said.pop("concurrency_limit")
    del said["name"]
    return {
        **said,
        "version": version("mandate-monitor"),
        "work_pool_name": pool["name"],
        "work_queue_name": pool["work_queue_name"] or "default",
        "job_variables": pool["job_variables"],
        "concurrency_limit": limit["limit"],
        "concurrency_options": {"collision_strategy": limit["collision_strategy"]},
        # Workers run the flows in the folder where `mandates deploy` was called: ./config and ./data are the same.
        "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": str(Path.cwd())}}],
    }


def _form(flow: Any, ids: Sequence[str]) -> dict[str, Any]:
    """The parameters of a run, for the forms of Prefect's UI. They offer the sources; the flow checks the ids."""
    schema: dict[str, Any] = parameter_schema(flow).model_dump(exclude_unset=True)
    for name in _SOURCES:
        for place in _strings(schema["properties"].get(name, {})):
            place["enum"] = list(ids)
    return schema


def _strings(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if schema.get("type") == "string":
        yield schema
    for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _strings(each)


def _schedules(deployment: Deployment, digests: Sequence[Schedule]) -> Iterator[Schedule]:
    for each in deployment.schedules:
        if each.from_subscriptions and digests:
            yield from digests
        else:
            yield each


def _schedule(owner: str, schedule: Schedule) -> Thing:
    rule = schedule.model_dump(mode="json", include={"cron", "interval", "timezone"}, exclude_none=True)
    return Thing("schedule", f"{owner}: {schedule.slug}", rule, on=schedule.active, owner=owner)
