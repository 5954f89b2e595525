"""The machine of Prefect's server: its disk fills up, or its clock jumps."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect_server import wait_for

from tests.faults.small_disk import fill, small_disk
from tests.faults.test_outages import a_world, wakes

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.long]
# In seconds; schedules are made for some days ahead, and a run is given up after 90 s without a heartbeat.
JUMPS = (7200, -7200)


def test_a_full_disk_of_the_server(tmp_path: Path) -> None:
    """A run records and sends all the same; with space again the server goes on without a restart."""
    with (
        small_disk(tmp_path / "disk", megabytes=64) as disk,
        a_world(tmp_path, disk / "state") as world,
    ):
        run, name = world.midway()
        ballast = fill(disk)
        world.mend(name)
        wait_for(lambda: world.desk.got(f"“{name} paper 4”"))
        ballast.unlink()
        assert world.server.main.poll() is None
        found = world.ended(run)
        assert found["state_type"] in {"COMPLETED", "CRASHED"}, found["state"]
        world.complete(name)
        wakes(world)


@pytest.mark.parametrize("seconds", JUMPS)
def test_the_clock_jumps_in_the_middle_of_a_run(tmp_path: Path, seconds: int) -> None:
    """Forwards or backwards by two hours: the run ends, the next one does the rest, and events start runs as before.

    Forwards, the server takes the run for dead while it is still at work. Backwards, no message waits for the time that
    the clock had shown before.
    """
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.skip("libfaketime is not installed (apt-get install faketime)")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    # asyncio waits by a clock that does not jump.
    fake = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
    with a_world(tmp_path, tmp_path / "state", more={"LD_PRELOAD": str(found[0]), **fake}) as world:
        run, name = world.midway()
        clock.write_text(f"{seconds:+d}")
        world.mend(name)
        ended = world.ended(run)
        assert ended["state_type"] in {"COMPLETED", "CRASHED"}, ended["state"]
        wait_for(lambda: not world.processes())
        world.complete(name)
        wakes(world)
