"""The tree of `mandates serve`: its children, their environment, and how they start and stop together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.engine import our_packages, prepare
from flows.serve.api import answers, ask
from flows.serve.first_run import begin_first_run
from flows.serve.notify import notify
from flows.serve.place import ServeError, api_of
from flows.serve.supervisor import Child, Supervisor
from flows.stopping import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.serve.log import Log

HOST = "127.0.0.1"
WORKER_NAME = "serve"
# How long active runs may continue when the tree is stopped, and how long they then have to release what they hold.
FINISH_SECONDS, GIVE_BACK_SECONDS = 30.0, 8.0
# A worker reports to the server every 10 s.
SILENT_WORKER_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

# By default Prefect keeps runs for ever; each adds some 100 kB to its database (benchmarks/soak.py).
HISTORY = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(90 * 24 * 3600),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """One installation to serve: its home, the port of its server, its pools, and how many runs may go on at once.

    `register` is the port of the web pages, None where there are to be no such pages.
    """

    home: Path
    port: int
    pools: tuple[str, ...]
    runs: int
    deployments: Path | None = None
    register: int | None = None

    @property
    def api(self) -> str:
        """The API address of its server."""
        return api_of(self.port)


def children(tree: Tree, warm: Path | None) -> tuple[Child, ...]:
    """The children, in the order of starting; `warm` is the socket of the warm process, if the system allows one.

    What uses others is stopped before them: first the deploy and all workers, then the warm process, then the server.
    """
    server = Child(
        "server",
        ("prefect", "server", "start", "--host", HOST, "--port", str(tree.port)),
        well=partial(_server_answers, tree.api),
    )
    socket_of = () if warm is None else (str(warm),)
    forking = (
        ()
        if warm is None
        else (Child("warm", ("flows.serve.warm", *socket_of), well=partial(_warm_answers, warm), turn=1, needed=False),)
    )
    workers = tuple(
        Child(
            "worker" if len(tree.pools) == 1 else f"worker {pool}",
            ("flows.serve.worker", pool, str(tree.runs), *socket_of),
            after=("server",),
            well=partial(_worker_reports, tree.api, pool),
            # The server may be away for a while, which is not the worker's fault.
            patience_seconds=SILENT_WORKER_SECONDS,
            stop_seconds=FINISH_SECONDS + GIVE_BACK_SECONDS + 5,
            turn=2,
        )
        for pool in tree.pools
    )
    own = () if tree.deployments is None else ("--file", str(tree.deployments))
    deploy = Child("deploy", ("mandate_monitor", "deploy", *own), after=("server",), turn=2)
    return (server, *forking, *workers, *_register(tree), deploy)


def _register(tree: Tree) -> tuple[Child, ...]:
    """The web pages, where they are wanted; runs and messages do not need them."""
    if tree.register is None:
        return ()
    # A file is answered without a question to the snapshot, which may take long without the child being unwell.
    well = partial(_register_answers, f"http://{HOST}:{tree.register}/static/register.css")
    command = ("mandate_monitor", "register", "--port", str(tree.register))
    return (Child("register", command, well=well, turn=2, needed=False),)


async def serve(tree: Tree, log: Log) -> None:
    """Keep the tree until a signal comes, then stop it.

    Raises:
        ServeError: a port is taken.
        Stopped: a second signal came while it was stopping, and everything was killed.
    """
    _port_is_free(tree.port, "--port")
    if tree.register is not None:
        _port_is_free(tree.register, "--register-port")
    prepare(tree.home, quiet=False)
    with _warm_place() as warm:
        supervisor = Supervisor(children(tree, warm), _environment(tree), log)
        heard: asyncio.Queue[int] = asyncio.Queue()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, heard.put_nowait, number)
        log.say("serve", f"process {os.getpid()} serves {tree.home}")
        keeping = asyncio.create_task(supervisor.keep())
        announcing = asyncio.create_task(_announce(tree, supervisor, log))
        first = asyncio.create_task(heard.get())
        try:
            await asyncio.wait({keeping, first}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            announcing.cancel()
            keeping.cancel()
        notify("STOPPING=1")
        await _stopped(supervisor, first, heard, log)
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        log.say("serve", "stopped")


async def _stopped(supervisor: Supervisor, first: asyncio.Task[int], heard: asyncio.Queue[int], log: Log) -> None:
    if not first.done():
        # The supervisor itself failed: nothing may be left running, and the caller raises the error.
        await supervisor.kill_all()
        return
    log.say("serve", f"{signal.Signals(first.result()).name}: stopping; active runs may finish")
    stopping, again = asyncio.create_task(supervisor.stop()), asyncio.create_task(heard.get())
    await asyncio.wait({stopping, again}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        stopping.cancel()
        log.say("serve", "second signal: killing everything")
        await supervisor.kill_all()
        raise Stopped(again.result())
    again.cancel()
    await stopping


async def _announce(tree: Tree, supervisor: Supervisor, log: Log) -> None:
    """Report that everything works, where the web interface is, and when the next runs start."""
    await supervisor.ready()
    notify("READY=1")
    log.say("serve", f"ready: http://{HOST}:{tree.port}")
    if tree.register is not None:
        log.say("serve", f"register: http://{HOST}:{tree.register}")
    first = await begin_first_run(tree.home, tree.api, tree.pools, log)
    deployments = await ask(f"{tree.api}/deployments/filter", {}) or []
    names = {each["id"]: each["name"] for each in deployments}
    regular = {each["name"] for each in deployments if is_regular(each)}
    coming = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "sort": "EXPECTED_START_TIME_ASC"}
    runs: dict[str, str] = {}
    # The server creates the runs of a new schedule within a few seconds.
    for _ in range(10):
        for run in await ask(f"{tree.api}/flow_runs/filter", coming) or []:
            if run["id"] not in first:
                runs.setdefault(names.get(run["deployment_id"], ""), run["expected_start_time"])
        if regular <= runs.keys():
            break
        await asyncio.sleep(2)
    for name in sorted(names.values(), key=lambda name: (runs.get(name, "~"), name)):
        seldom = "runs on schedule" if name in regular else "runs on demand"
        when = next_run(datetime.fromisoformat(runs[name]), datetime.now(UTC)) if name in runs else seldom
        log.say("serve", f"  {name}: {when}")


def is_regular(deployment: Mapping[str, Any]) -> bool:
    """Whether it has a schedule that starts runs of it, and nobody has paused it."""
    return not deployment["paused"] and any(schedule["active"] for schedule in deployment["schedules"])


def next_run(when: datetime, now: datetime) -> str:
    """The time of a run (UTC), with its day where that is not today, as of a digest on Mondays."""
    return f"next run at {when:%H:%M} UTC" if when.date() == now.date() else f"next run at {when:%Y-%m-%d %H:%M} UTC"


def _port_is_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ServeError(
                f"port {port} cannot be used ({error.strerror}); stop the program that uses it, or choose another "
                f"port, for example {option} {port + 1}"
            ) from error


def _environment(tree: Tree) -> dict[str, str]:
    """The environment of the children: this tree's server, this process's packages, and plain, unbuffered output."""
    return (
        HISTORY
        | os.environ
        | {
            "PREFECT_API_URL": tree.api,
            "PREFECT_LOGGING_COLORS": "false",
            "PREFECT_LOGGING_EXTRA_LOGGERS": ",".join(our_packages),
            "NO_COLOR": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
    )


@contextlib.contextmanager
def _warm_place() -> Iterator[Path | None]:
    """The socket of the warm process, in a new folder that only we can enter: a path in the home may be too long."""
    if sys.platform != "linux":
        # A fork after libraries have started is not safe on macOS (docs/decisions/warm-runs.md).
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="mandates-"))
    try:
        yield folder / "warm"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _register_answers(url: str, _started: float) -> bool:
    return await answers(url)


async def _server_answers(api: str, _started: float) -> bool:
    return await ask(f"{api}/health") is True


async def _worker_reports(api: str, pool: str, started: float) -> bool | None:
    """Whether this worker process has reported to the server lately; None if the server does not answer."""
    workers: Sequence[dict[str, str]] | None = await ask(f"{api}/work_pools/{pool}/workers/filter", {})
    if workers is None:
        return None
    said = [
        each["last_heartbeat_time"] for each in workers if each["name"] == WORKER_NAME and each["last_heartbeat_time"]
    ]
    return is_alive([datetime.fromisoformat(moment).timestamp() for moment in said], started, time.time())


def is_alive(heard: Sequence[float], started: float, now: float) -> bool:
    """Whether a worker that `started` then is alive by what was heard of workers of its name (seconds since 1970).

    A moment after `now` is one of a clock that was set back since: such a start was before all that is heard now, and
    such a sign of life may be as old as that clock.
    """
    latest = max((moment for moment in heard if moment < now + 1), default=0.0)
    return latest >= max(started if started < now + 1 else 0.0, now - SILENT_WORKER_SECONDS)


async def _warm_answers(path: Path, _started: float) -> bool:
    """An empty message is answered, and nothing is forked for it."""
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(bytes(4))
                return await reader.read(1) == b"y"
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
