"""The program itself: the versions of what it is made of, and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from flows.doctor.diagnosis import good, problem
from warehouse.query.condition import totals
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

# Clocks of machines that ask for the time are within a second; a minute is a clock that is set by hand.
SKEW = timedelta(minutes=1)
# A machine whose battery is empty begins in 1970, or on the day on which its system was made.
RELEASED = 2026


def versions(_: Settings) -> Iterator[Diagnosis]:
    """Each package that we need, against the versions that are known to work together (our own metadata has them)."""
    wrong = list(_misfits(requires("mandate-monitor") or []))
    for name, found, wanted in wrong:
        yield problem(
            "versions",
            f"{name} {found} is installed, and this program works with {wanted}",
            "runs may fail; with a wrong SQLAlchemy or FastAPI, the server looks healthy but never creates any",
            "install again with the locked versions: pip install -c constraints.txt mandate-monitor",
        )
    if not wrong:
        yield good("versions", f"Mandate Monitor {version('mandate-monitor')}, with versions that work together")


def _misfits(wanted: list[str]) -> Iterator[tuple[str, str, str]]:
    for each in wanted:
        requirement = Requirement(each)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield requirement.name, "(none)", str(requirement.specifier) or "any version"
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            yield requirement.name, found, str(requirement.specifier)


def clock(settings: Settings) -> Iterator[Diagnosis]:
    """Deadlines, schedules and retries go by this machine's clock."""
    now = datetime.now(UTC)
    newest = totals(settings.home).newest if snapshot_path(settings.home).exists() else None
    if newest is not None and newest - now > SKEW:
        yield problem(
            "clock",
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, but something was recorded at {newest:%Y-%m-%d %H:%M} UTC",
            "now or then, deadlines were counted from the wrong day; sources that were polled then wait for that time, "
            "but for a day at most",
            "if the clock is wrong now, set it and keep it right: timedatectl set-ntp true; if it is right, wait",
        )
    elif now.year < RELEASED:
        yield problem(
            "clock",
            f"the clock says {now:%Y-%m-%d}",
            "certificates look invalid, and deadlines far away",
            "set the clock and let it be kept: timedatectl set-ntp true",
        )
    else:
        yield good("clock", f"{now:%Y-%m-%d %H:%M} UTC")
