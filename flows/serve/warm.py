"""A process that has everything imported and forks a child for each run: `python -m flows.serve.warm SOCKET`.

The child becomes what `python -m prefect.engine` would be after its imports. This process has one thread, no event
loop, no connection and no open file of ours, so that a fork is safe; it checks the threads itself.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import runpy
import sys
import threading
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from flows.serve.forking import Listener

if TYPE_CHECKING:
    from flows.serve.forking import Job

# The modules that a run has imported by its end, if the import takes more than a millisecond.
PRELOADED = (
    "mandate_monitor.jobs",
    "prefect.engine",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect._internal.metrics",
    "prefect.deployments.steps",
    "prefect.utilities.visualization",
    "anyio._backends._asyncio",
    "pyarrow.dataset",
)


def main(path: Path) -> NoReturn:
    """Import, listen and fork until the program changes. A child ends with its run's exit code.

    Raises:
        SystemExit: a library has started a thread.
    """
    # pyarrow's allocator would start a thread of its own.
    os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
    for name in PRELOADED:
        importlib.import_module(name)
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        sys.exit(f"{threads} threads after the imports: runs are started without the warm process")
    # Every child shares the memory in use by now, as long as the garbage collector does not touch it.
    gc.collect()
    gc.freeze()
    job = Listener(path).next_job()
    if job is None:
        _end(0)
    _become(job)
    _end(_engine())


def _engine() -> int:
    """Do what `python -m prefect.engine` does; its exit code."""
    with warnings.catch_warnings():
        # It is already imported, which is the point.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:  # noqa: BLE001 - as an interpreter does at its end
            traceback.print_exc()
            return 1
    return 0


def _end(code: int) -> NoReturn:
    """End as an interpreter does, without taking every module apart, which costs a third of a short run."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - as multiprocessing does it in its children
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _become(job: Job) -> None:
    """Take over the client's streams, folder and environment, and what Prefect has read from an environment before."""
    from prefect.context import refresh_global_settings_context
    from prefect.logging.configuration import setup_logging

    from config.env_file import load_env_file

    for number, stream in enumerate(job.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(job.folder)
    os.environb.clear()
    os.environb.update(job.environment)
    # As mandate_monitor.jobs does when it is imported.
    load_env_file()
    refresh_global_settings_context()
    setup_logging()
    sys.argv = ["prefect.engine"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
