"""Time zones: whether this machine has the data of them, by which zones digests go, and by which its own clock."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.subscriptions import load_subscriptions
from config.time_zones import check_zone
from flows.doctor.diagnosis import good, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

# A zone that only the database of time zones knows.
_ANY = "Europe/Zurich"
# CET-1CEST,M3.5.0,M10.5.0/3: the C library knows such a rule without that database.
_RULE = re.compile(r"(?:[A-Za-z]{3,}|<[\w+-]+>)[+-]?\d[\w<>+:,./-]*")


def zones(settings: Settings) -> Iterator[Diagnosis]:
    """The data, the zone of the machine, and those of subscriptions. A misspelt one is named with its line."""
    try:
        check_zone(_ANY)
    except ValueError:
        yield problem(
            "time zone",
            "this machine has no time zone data",
            "no subscription with a `zone` can be read, and no digest is sent",
            "install it: apt-get install tzdata, or pip install tzdata",
        )
        return
    local = os.environ.get("TZ", "")
    if not _is_known(local):
        yield warning(
            "time zone",
            f"TZ is {local!r}, which is no time zone, so this machine takes UTC for its local time",
            "cron, timers and logs are off by hours; digests and deadlines are not",
            f"set TZ to a zone such as {_ANY}, or remove it",
        )
        return
    here = datetime.now(UTC).astimezone()
    words = f"the machine's clock is set to {here:%Z} (UTC{here:%z})"
    if used := sorted({ZoneInfo(each.zone).key for each in load_subscriptions(settings.config).subscriptions}):
        words += f"; digests and quiet hours go by {', '.join(used)}"
    yield good("time zone", words)


def _is_known(local: str) -> bool:
    """Whether the C library takes the variable TZ for more than UTC by another name."""
    name = local.removeprefix(":")
    if not name or _RULE.fullmatch(name) or (name.startswith("/") and Path(name).is_file()):
        return True
    with suppress(ValueError):
        return bool(check_zone(name))
    return False
