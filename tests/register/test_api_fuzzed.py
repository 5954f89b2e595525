"""The API asked for whatever its OpenAPI document allows, and for what it does not: no answer is a server error."""

from __future__ import annotations

import contextlib
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.settings import Settings
from register.app import create_app
from tests.patience import PATIENCE, until
from warehouse.export.making import export

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory, chronicle: Path) -> Iterator[Any]:
    """The OpenAPI document of a register that is served on loopback, with something of everything in it."""
    home = Path(shutil.copytree(chronicle, tmp_path_factory.mktemp("fuzzed"), dirs_exist_ok=True))
    export(home, str(home / "export"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MANDATES_HOME", str(home))
        app = create_app(Settings())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    serving = threading.Thread(target=server.run)
    serving.start()
    until(lambda: server.started or not serving.is_alive())
    assert server.started
    port = server.servers[0].sockets[0].getsockname()[1]
    yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/api/openapi.json")
    server.should_exit = True
    serving.join()


@pytest.mark.slow
@pytest.mark.parametrize("questions", [12, pytest.param(150, marks=pytest.mark.long)])
@pytest.mark.parametrize("mode", GenerationMode)
def test_no_question_is_a_server_error(openapi: Any, mode: GenerationMode, questions: int) -> None:
    """Every answer has a status, a type and a form that the document announces, whether the question is a good one."""
    asked = []
    for found in openapi.get_all_operations():
        operation = found.ok()

        @settings(max_examples=questions, deadline=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            asked.append(case.operation.path)
            case.call_and_validate(checks=CHECKS, timeout=PATIENCE)

        # Where nothing is asked for, nothing can be wrong.
        with contextlib.suppress(Unsatisfiable):
            ask()
    assert len(set(asked)) >= (12 if mode is GenerationMode.POSITIVE else 10)
