"""Automations as plain values: those that start a deployment on an event, and those for runs of dead workers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.deployment_triggers import DeploymentEventTrigger
from prefect.events.schemas.events import ResourceSpecification

from flows.deploying.plan import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prefect.events.schemas.automations import Automation

    from config.deployments import Trigger

ZOMBIES = "mandates: crash runs whose worker died"
HARDLY_BEGUN = "mandates: crash runs whose worker died as they began"
NEVER_BEGUN = "mandates: crash runs that were taken and never began"
_TAG = "mandates"
_ANY = ResourceSpecification({})
_SAID = {"description", "tags", "trigger", "actions"}


def zombie_guard() -> Thing:
    """The automation that ends runs whose worker was killed.

    A worker that gets SIGTERM leaves its run Running for ever, and the run keeps its deployment's only slot. Runs
    send a heartbeat every 30 s (PREFECT_FLOWS_HEARTBEAT_FREQUENCY in prefect.yaml); three missed ones end them.
    """
    return _guard(
        ZOMBIES,
        "A run that sent no heartbeat for 90 seconds is marked as crashed, so that the next one can start.",
        {"prefect.flow-run.heartbeat"},
        timedelta(seconds=90),
        "No heartbeat for 90 seconds: the worker died.",
    )


def beginning_guard(flows: Sequence[str]) -> Thing:
    """The automation that ends runs whose worker was killed before the first heartbeat had been sent.

    `flows` are those whose deployments set that variable; runs of others may be well and send none.
    """
    return _guard(
        HARDLY_BEGUN,
        "A run that began and sent no heartbeat for 90 seconds is marked as crashed, so that the next one can start.",
        {"prefect.flow-run.Running"},
        timedelta(seconds=90),
        "Began, and no heartbeat for 90 seconds: the worker died.",
        related=[
            {"prefect.resource.role": "flow", "prefect.resource.name": list(flows)},
            # Runs that somebody starts in a terminal belong to no deployment, and may send none either.
            {"prefect.resource.role": "deployment", "prefect.resource.id": "prefect.deployment.*"},
        ],
    )


def pending_guard() -> Thing:
    """The automation that ends runs whose worker was killed before they began.

    Such a run sends no heartbeat, and Prefect leaves it Pending for ever. Its deployment's slot becomes free after
    five minutes (PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION); the run ends at the same time.
    """
    return _guard(
        NEVER_BEGUN,
        "A run that is pending for five minutes is marked as crashed: the worker that took it is gone.",
        # The last one comes from the run's process, which may die before it reports that the run began.
        {"prefect.flow-run.Pending", "prefect.flow-run.Submitting", "prefect.flow-run.pull-step.*"},
        timedelta(minutes=5),
        "Taken five minutes ago and never begun: the worker died.",
    )


def _guard(
    name: str,
    description: str,
    after: set[str],
    within: timedelta,
    message: str,
    *,
    related: Sequence[dict[str, str | list[str]]] = (),
) -> Thing:
    automation = AutomationCore(
        name=name,
        description=description,
        tags=[_TAG],
        trigger=EventTrigger(
            after=after,
            # Any event of a run shows that it is alive or has ended; final states have several names (flows/states.py).
            expect={"prefect.flow-run.*"},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            match_related=[ResourceSpecification.model_validate(each) for each in related] or _ANY,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=within,
        ),
        actions=[ChangeFlowRunState(name=None, force=False, state=StateType.CRASHED, message=message)],
    )
    return Thing("automation", name, _values(automation, {}))


def triggered(deployment: str, trigger: Trigger) -> Thing:
    """The automation that starts a deployment on an event."""
    event = DeploymentEventTrigger.model_validate(trigger.model_dump(exclude_none=True))
    nobody = UUID(int=0)
    event.set_deployment_id(nobody)
    automation = event.as_automation().model_copy(update={"tags": [_TAG]})
    values = _values(automation, {str(nobody): deployment})
    return Thing("automation", trigger.name, values, on=trigger.enabled, owner=deployment)


def found_automation(automation: Automation, names: Mapping[str, str]) -> Thing:
    """An automation of the server; `names` are the deployments' by id. It belongs to the deployment that it starts.

    The server stores the owner of an automation, but does not return it.
    """
    values = _values(automation, names)
    owner = next((name for action in _actions(values) if (name := action.get("deployment_id")) in names.values()), None)
    return Thing("automation", automation.name, values, on=automation.enabled, id=str(automation.id), owner=owner)


def generated_name(automation: Thing) -> bool:
    """Whether `prefect deploy` created it: that numbers a deployment's triggers instead of using their names."""
    return automation.owner is not None and automation.name.startswith(
        f"{automation.owner.partition('/')[2]}__automation_"
    )


def as_automation(thing: Thing, ids: Mapping[str, str]) -> AutomationCore:
    """What to send to the server; `ids` are the deployments' by name. Only a new automation is sent with its owner."""
    actions = [
        {**action, "deployment_id": ids[action["deployment_id"]]} if action.get("deployment_id") in ids else action
        for action in _actions(thing.values)
    ]
    said = {**thing.values, "actions": actions, "name": thing.name, "enabled": thing.on}
    if thing.owner is not None and thing.id is None:
        said["owner_resource"] = f"prefect.deployment.{ids[thing.owner]}"
    return AutomationCore.model_validate(said)


def _values(automation: AutomationCore, names: Mapping[str, str]) -> dict[str, Any]:
    """Plain values in which deployments have names, and sets an order."""
    said = automation.model_dump(mode="json", include=_SAID)
    trigger = said["trigger"]
    trigger.pop("id", None)
    for name in ("after", "expect", "for_each"):
        trigger[name] = sorted(trigger.get(name) or ())
    said["actions"] = [
        {**action, "deployment_id": names.get(str(action["deployment_id"]), action["deployment_id"])}
        if action.get("deployment_id")
        else action
        for action in said["actions"]
    ]
    return said


def _actions(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = values["actions"]
    return actions
