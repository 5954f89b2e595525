"""Planning a deploy, and carrying it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate
from prefect.exceptions import PrefectException, PrefectHTTPStatusError
from pydantic import ValidationError

from config.deployments import load_file
from config.strict_yaml import ConfigError
from flows.deploying.found import also_ours, found
from flows.deploying.making import make
from flows.deploying.plan import compared
from flows.deploying.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from prefect.client.orchestration import PrefectClient

    from config.settings import Settings
    from flows.deploying.plan import Plan

_TAG = "mandates"


class DeployError(Exception):
    """The server cannot be reached, or refused something; one sentence names each."""


async def planned(path: Path, settings: Settings, *, resume: bool = False) -> Plan:
    """Compare the file with the configured server. Nothing is changed.

    With `resume`, the changes include what somebody paused; without it, that stays paused.

    Raises:
        ConfigError: the file, the sources or the subscriptions cannot be used.
        DeployError: the server cannot be reached, or stops answering.
    """
    file = load_file(path)
    record = f"{re.sub('[^a-z0-9]+', '_', file.name.lower())}_deployed"
    async with get_client() as client:
        if (trouble := await client.api_healthcheck()) is not None:
            raise DeployError(f"the Prefect server at {client.api_url} cannot be reached ({type(trouble).__name__})")
        try:
            want = await wanted(client, file, path, settings)
            recorded = await _recorded(client, record)
            have = await found(client, want, recorded)
        except ConfigError:
            raise
        except Exception as error:
            raise DeployError(f"{_broken_off(client, error)} before anything was changed") from error
    return compared(want, have, recorded | also_ours(have), record, resume=resume)


async def deploy(plan: Plan) -> None:
    """Carry out a plan. If the server refuses something, everything else is still done.

    Raises:
        DeployError: the server refused something, and the rest is done; or it stopped answering, and the sentence
            says what was done by then. Another deploy does what is missing.
    """
    # What is not removed is still ours to remove.
    ours = set(plan.known) | {each.found.id for each in plan.changes if each.action == "remove" and each.found}
    ids = dict(plan.deployments)
    refused: dict[str, str] = {}
    done: list[str] = []
    broken: DeployError | None = None
    async with get_client() as client:
        try:
            for change in plan.changes:
                if change.wanted is not None and change.wanted.owner in refused:
                    continue  # for the same reason as its deployment
                try:
                    made = await make(client, change, ids)
                except (PrefectException, PrefectHTTPStatusError, ValueError) as error:
                    refused[change.name] = f"{change.kind} {change.name}: {_words(error)}"
                    continue
                done.append(f"{change.action} {change.kind} {change.name}")
                if made is None and change.found is not None:
                    ours.discard(change.found.id)
                elif made is not None:
                    ours.add(made)
                    if change.kind == "deployment":
                        ids[change.name] = made
        except Exception as error:  # noqa: BLE001 - the transport's errors are of a library that is not ours to name
            broken = _broken_off_after(done, plan, client, error)
        finally:
            try:
                await _note(client, plan, frozenset(filter(None, ours)))
            except Exception as error:  # noqa: BLE001 - the first error says more
                broken = broken or _broken_off_after(done, plan, client, error)
    if broken is not None or refused:
        raise DeployError("\n".join([*refused.values(), *([str(broken)] if broken else [])])) from broken


def _broken_off_after(done: Sequence[str], plan: Plan, client: PrefectClient, error: Exception) -> DeployError:
    made = f" ({', '.join(done)})" if done else ""
    broken = DeployError(
        f"{_broken_off(client, error)} after {len(done)} of {len(plan.changes)} changes{made}; "
        "run the same command again when the server answers: it goes on from there"
    )
    broken.__cause__ = error
    return broken


def _broken_off(client: PrefectClient, error: Exception) -> str:
    # The name of the error alone: its words may repeat what was sent.
    return f"the deploy to the Prefect server at {client.api_url} broke off ({type(error).__name__})"


async def _recorded(client: PrefectClient, record: str) -> frozenset[str]:
    variable = await client.read_variable_by_name(record)
    return (
        frozenset(map(str, variable.value))
        if variable is not None and isinstance(variable.value, list)
        else frozenset()
    )


async def _note(client: PrefectClient, plan: Plan, ours: frozenset[str]) -> None:
    if ours == await _recorded(client, plan.record):
        return
    if await client.read_variable_by_name(plan.record) is None:
        await client.create_variable(VariableCreate(name=plan.record, value=sorted(ours), tags=[_TAG]))
    else:
        await client.update_variable(VariableUpdate(name=plan.record, value=sorted(ours), tags=[_TAG]))


def _words(error: Exception) -> str:
    """What is wrong, without what was sent, because people put secrets into the environment of their runs."""
    if isinstance(error, ValidationError):
        return _invalid(error.errors())
    if not isinstance(error, PrefectHTTPStatusError):
        return str(error) or type(error).__name__
    try:
        # The answer to an invalid request repeats the request beside the errors.
        said = error.response.json()
        words = _invalid(said["exception_detail"]) if "exception_detail" in said else str(said["detail"])
    except (ValueError, KeyError, TypeError):
        words = error.response.reason_phrase
    return f"{error.response.status_code}: {words[:1000]}"


def _invalid(details: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in details)
