"""Secrets: whether each is where the configuration says it is, and whether others on this machine can read it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.figures import counted
from alerts.model import SecretError, TargetError
from alerts.secrecy import address_of, secret_of
from config import env_file
from config.subscriptions import load_subscriptions
from config.targets import Reference
from flows.delivering import prefect_secret
from flows.doctor.diagnosis import good, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from config.subscriptions import Subscriptions
    from flows.doctor.diagnosis import Diagnosis


def secrets(settings: Settings) -> Iterator[Diagnosis]:
    """Each target's address, and that of the heartbeat. The addresses themselves are not shown."""
    subscriptions = load_subscriptions(settings.config)
    missing = list(_missing(subscriptions))
    for words, reference in missing:
        yield problem("secrets", words, "messages for it wait until the address is set", _place(reference))
    if not missing:
        targets = counted(len(subscriptions.targets), "target has its", "targets have their")
        yield good("secrets", f"{targets} address set")
    yield from _exposed(subscriptions)


def _exposed(subscriptions: Subscriptions) -> Iterator[Diagnosis]:
    """Files of secrets that every user of this machine can read; a group may be meant to."""
    for path in (Path(env_file.NAME), *_files(subscriptions)):
        if path.is_file() and path.stat().st_mode & stat.S_IROTH:
            yield warning(
                "secrets",
                f"{path} can be read by every user of this machine",
                "so can the passwords and addresses in it",
                f"chmod 600 {path}, as the user that runs the monitor",
            )


def _references(subscriptions: Subscriptions) -> Iterator[Reference]:
    heartbeat = subscriptions.heartbeat
    places = [target.url for target in subscriptions.targets.values()]
    yield from (place for place in (*places, heartbeat and heartbeat.url) if isinstance(place, Reference))


def _files(subscriptions: Subscriptions) -> Iterator[Path]:
    named = (reference.file for reference in _references(subscriptions) if reference.file is not None)
    yield from dict.fromkeys(Path(name).expanduser() for name in named)


def _missing(subscriptions: Subscriptions) -> Iterator[tuple[str, Reference]]:
    for target in subscriptions.targets.values():
        if isinstance(target.url, Reference):
            try:
                address_of(target, prefect_secret)
            except TargetError as error:
                yield str(error), target.url
    heartbeat = subscriptions.heartbeat
    if heartbeat is not None and isinstance(heartbeat.url, Reference):
        try:
            secret_of(heartbeat.url, prefect_secret)
        except SecretError as error:
            yield f"heartbeat: {error}", heartbeat.url


def _place(reference: Reference) -> str:
    if reference.env is not None:
        return "set it in the environment of every process that delivers, or in `.env` in its working folder"
    if reference.file is not None:
        return "put the address into that file, alone on one line, and let every process that delivers read it"
    return "create that block on the Prefect server, and let every process that delivers reach the server"
