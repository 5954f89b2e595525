"""The landing place that several machines share: whether it can be used, what is waiting there, what was refused."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from alerts.figures import counted
from flows.doctor.diagnosis import good, problem, warning
from flows.doctor.storage import LATE
from flows.sharing import shared_place
from warehouse.exchange.batches import refused, waiting
from warehouse.exchange.presence import Presence
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
from flows.doctor.diagnosis import Diagnosis


def shared_landing(settings: Settings) -> Iterator[Diagnosis]:
    """Nothing if no place is set: this machine works alone."""
    try:
        place = shared_place(settings)
        if place is None:
            return
        presence = Presence(place)
        presence.sign()
        trial = f"trial/{secrets.token_hex(8)}"
        try:
            is_safe = place.create(trial, b"1") and not place.create(trial, b"2") and place.read(trial, 10) == b"1"
        finally:
            place.remove(trial)
            presence.leave()
        found, aside = waiting(place), refused(place)
    except PlaceError as error:
        yield problem(
            "landing place",
            str(error),
            "workers poll nothing, and what they have landed is not recorded",
            "mount the folder or check MANDATES_LANDING, the keys and the network",
        )
        return
    if not is_safe:
        yield problem(
            "landing place",
            f"{place} lets two machines create the same object",
            "two workers may poll one source or one host at the same time",
            "use storage that honours If-None-Match in PUT requests, or a shared folder",
        )
    oldest = min((held.stamp for held in found), default=presence.now())
    waited = presence.now() - oldest
    if waited > LATE.total_seconds():
        yield problem(
            "landing place",
            f"{counted(len(found), 'batch waits', 'batches wait')} in {place}, one for {waited / 3600:.0f} hours",
            "their documents are neither recorded nor sent to anybody",
            "run `mandates record` on the machine with the warehouse, or check that the deployment `record` runs",
        )
    if aside:
        yield warning(
            "landing place",
            f"{len(aside)} files in {place} were moved to refused/",
            "their documents are missing until the sources are polled again",
            "read the notes beside them (.why.txt), then delete both",
        )
    if is_safe and not aside and waited <= LATE.total_seconds():
        yield good("landing place", f"{place} can be used; batches waiting: {len(found)}")
