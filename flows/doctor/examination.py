"""All checks, one after the other. One that fails itself is a finding too, and the others have their turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.shipped import deployments_file
from config.strict_yaml import ConfigError
from flows.doctor import configuration, outcome, place, program, register, secrets, storage, time_zones
from flows.doctor.diagnosis import good, problem, unchecked
from flows.engine import prepare, server_configured
from warehouse.model import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

    Check = Callable[[Settings], Iterator[Diagnosis]]


def prefect(settings: Settings, file: Path | None = None) -> Iterator[Diagnosis]:
    """The server, where one is configured; else `mandates run` does without. `file` is the operator's prefect.yaml."""
    if not server_configured():
        yield good("server", "no Prefect server is configured: runs are started by cron, a timer or by hand")
        return
    prepare(settings.home)
    from flows.doctor.server import server

    yield from server(settings, file or deployments_file())


CHECKS: tuple[Check, ...] = (
    program.versions,
    # The files before what is read from them, so that a cause comes before what it hides.
    storage.folder,
    storage.disk,
    storage.warehouse,
    storage.published,
    storage.landing,
    program.clock,
    time_zones.zones,
    configuration.files,
    configuration.watching,
    configuration.notified,
    secrets.secrets,
    configuration.contact,
    register.register,
    place.shared_landing,
    outcome.runs,
    outcome.sources,
    outcome.outbox,
    prefect,
)


def examine(settings: Settings, file: Path | None = None) -> Iterator[Diagnosis]:
    """What each check finds, as it finds it. The server is compared with `file`, or the prefect.yaml that we ship."""
    is_damaged = False
    for check in CHECKS:
        try:
            for each in prefect(settings, file) if check is prefect else check(settings):
                is_damaged |= (each.check, each.level) == ("snapshot", "problem")
                yield each
        except ConfigError:
            # `configuration.files` has said it, with file and line.
            continue
        except QueryError as error:
            if is_damaged:
                yield unchecked(check.__name__, "not checked because the snapshot cannot be read")
            else:
                yield _failed(check, error)
        except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks have their say
            yield _failed(check, error)


def _failed(check: Check, error: Exception) -> Diagnosis:
    return problem(
        check.__name__,
        f"could not be checked: {' '.join(str(error).split()) or type(error).__name__}",
        "a problem here would go unnoticed",
        "fix the other problems first, then run mandates doctor again",
    )
