"""The register as `mandates register` has it, in a process of its own, which waits as long as a busy machine needs."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKOUT = Path(__file__).parent.parent.parent
_SERVING = """
import sys
from config.settings import Settings
from flows.papers import write_sheet
from register import desk
from register.serving import serve
from tests.patience import PATIENCE
from warehouse.query import ledger_today
# A busy machine is no fault of a page.
desk.QUERY_SECONDS = desk.WAIT_SECONDS = PATIENCE
ledger_today.QUERY_SECONDS = ledger_today.LEDGER.first_seconds = ledger_today.LEDGER.fresh_seconds = PATIENCE
serve(Settings(), "127.0.0.1", int(sys.argv[1]), ready=lambda address: print(address, flush=True), sheet=write_sheet)
"""


@contextmanager
def running(home: Path, *, port: int = 0, public: str | None = None) -> Iterator[str]:
    """The address of the register of a home on this machine; `public` is what MANDATES_REGISTER_URL has."""
    command = [sys.executable, "-c", _SERVING, str(port)]
    environment = os.environ | {"MANDATES_HOME": str(home)} | ({"MANDATES_REGISTER_URL": public} if public else {})
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_CHECKOUT, env=environment) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
