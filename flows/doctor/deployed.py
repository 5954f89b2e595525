"""What `mandates deploy` made, compared with its own plan: what is missing, what differs, what is off, what is left."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flows.deploying import HARDLY_BEGUN, NEVER_BEGUN, ZOMBIES
from flows.doctor.diagnosis import problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.deploying import Change, Difference, Kept, Plan
    from flows.deploying.plan import KindName
    from flows.doctor.diagnosis import Diagnosis

GUARDS = {
    ZOMBIES: "a run whose worker was killed stays Running for ever, and no other run can begin",
    HARDLY_BEGUN: "a run whose worker was killed in its first second stays Running for ever",
    NEVER_BEGUN: "a run that was taken and never began stays Pending for ever",
}
_DEPLOY = "mandates deploy"
_RESUME = f"{_DEPLOY} --resume"
# The names of the checks, which last.
_CHECKS: dict[KindName, str] = {
    "work pool": "work pool",
    "deployment": "deployments",
    "schedule": "schedule",
    "automation": "automation",
}
_FOLLOWS = {
    "entrypoint": "workers run the wrong code, or none",
    "concurrency_limit": "its runs overlap: they wait for one another, and after an outage they pile up",
    "concurrency_options": "a run that comes too early is queued or dropped against the file",
    "work_pool_name": "its runs wait for the workers of another pool",
    "work_queue_name": "its runs wait in another queue",
    "job_variables": "its runs begin with another command or in another environment",
    "pull_steps": "its runs look for ./config and ./data where they are not",
    "parameters": "its runs do something else than the file says",
}
_SHOWN = "the UI shows what was true at an earlier deploy"
# The choices in forms are the sources of the last deploy. The flow checks the ids, so any source can be named.
_FORM = "parameter_openapi_schema"


def differences(plan: Plan) -> Iterator[Diagnosis]:
    """Each thing that a deploy would create, change or remove, or that somebody has switched off."""
    missing = {change.name for change in plan.changes if change.action == "create" and change.kind == "deployment"}
    for change in plan.changes:
        if change.action == "create" and not (change.wanted is not None and change.wanted.owner in missing):
            yield _missing(change)
        elif change.action == "change":
            yield from _changed(change)
        elif change.action == "remove":
            yield warning(
                _CHECKS[change.kind],
                f"{change.name} is left from an earlier prefect.yaml",
                "it may start runs that nobody wants any more",
                _DEPLOY,
            )
    for kept in plan.kept:
        if kept.words == "is paused":
            yield _off(kept)
    if plan.unnoted:
        yield warning(
            "deployments",
            f"the variable {plan.record} does not have {plan.unnoted} of the objects of prefect.yaml",
            "later deploys would not remove them once the file no longer names them",
            _DEPLOY,
        )


def _missing(change: Change) -> Diagnosis:
    if change.kind == "work pool":
        return problem("work pool", f"there is no work pool {change.name}", "no run of it is started", _DEPLOY)
    if change.kind == "deployment":
        return problem("deployments", f"{change.name} is not deployed", "it never runs", _DEPLOY)
    if change.kind == "automation":
        return problem("automation", f"{change.name!r} is missing", _use(change.name), _DEPLOY)
    return problem("schedule", f"{change.name} is missing", "no run begins at its times", _DEPLOY)


def _off(kept: Kept) -> Diagnosis:
    check = _CHECKS[kept.kind]
    if kept.kind == "automation":
        cure = f"switch it on (Automations), or {_RESUME}"
        return problem(check, f"{kept.name!r} is switched off", _use(kept.name), cure)
    if kept.kind == "work pool":
        return problem(
            check, f"{kept.name} is paused", "runs are created and wait", f"prefect work-pool resume {kept.name}"
        )
    return problem(
        check, f"{kept.name} is paused", "it does not run", f"resume it in the UI (Deployments), or {_RESUME}"
    )


def _changed(change: Change) -> Iterator[Diagnosis]:
    for each in change.differences:
        field = each.path.partition(".")[0]
        if field == _FORM or _elsewhere(each):
            continue
        words = f"{change.name}: {_words(each)}"
        check = _CHECKS[change.kind]
        if change.kind == "automation":
            words = f"{change.name!r}: {_words(each)}"
            yield problem(check, words, _use(change.name), _DEPLOY)
        elif change.kind == "schedule":
            yield problem(check, words, "it runs at other times than the file says", _DEPLOY)
        elif field in _FOLLOWS:
            yield problem(check, words, _FOLLOWS[field], _DEPLOY)
        else:
            yield warning(check, words, _SHOWN, _DEPLOY)


def _elsewhere(difference: Difference) -> bool:
    """Whether it is only that the deploy was made from another folder, or by another interpreter, of this machine."""
    try:
        if difference.path == "pull_steps":
            (step,) = cast("list[dict[str, Any]]", difference.old)
            return Path(step["prefect.deployments.steps.set_working_directory"]["directory"]).is_dir()
        if difference.path == "job_variables.command":
            (old, *rest), (_, *others) = shlex.split(str(difference.old)), shlex.split(str(difference.new))
            return rest == others and Path(old).is_file()
    except (ValueError, KeyError, TypeError):  # somebody else's steps or command
        return False
    return False


def _words(difference: Difference) -> str:
    path = difference.path.replace("_", " ")
    if difference.old == difference.new:  # values that are not shown
        return f"{path} is not as in prefect.yaml"
    return f"{path} is {_value(difference.path, difference.old)}, not {_value(difference.path, difference.new)}"


def _value(path: str, value: object) -> str:
    if value is None:
        return "not set"
    return f"{value} s" if path == "interval" else str(value)[:120]


def _use(automation: str) -> str:
    return GUARDS.get(automation, "no run begins on the event that it waits for")
