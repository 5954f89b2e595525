"""Prefect for a run on this machine: whether a server is configured, and how one is embedded where none is.

Nothing here imports Prefect: its settings are read once, at import, so `prepare` has to come first.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tomllib
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.sources_log import name_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

our_packages = ("alerts", "config", "flows", "mandates", "register", "scrapers", "warehouse")

# Libraries that log each message or request; what they say is heard where it matters (`alerts.secrecy`).
LIBRARIES = ("apprise", "urllib3", "requests")
VERBOSE = "MANDATES_VERBOSE"

# Prefect needs some 7 s to migrate an empty database; `make setup` leaves a migrated one here to copy from.
prepared_database = Path(sys.prefix) / "prefect" / "prefect.db"


def server_configured(environment: Mapping[str, str] | None = None) -> bool:
    """Whether a Prefect server is named in one of the places that Prefect reads, without importing it (1.4 s).

    They are the environment, into which every command puts `.env`, `prefect.toml` and `pyproject.toml` in the working
    folder, and the active profile.
    """
    environment = os.environ if environment is None else environment
    if environment.get("PREFECT_API_URL"):
        return True
    project = _toml(Path("pyproject.toml")).get("tool", {}).get("prefect", {})
    if any(settings.get("api", {}).get("url") for settings in (_toml(Path("prefect.toml")), project)):
        return True
    folder = Path(environment.get("PREFECT_HOME") or Path.home() / ".prefect")
    profiles = _toml(Path(environment.get("PREFECT_PROFILES_PATH") or folder / "profiles.toml"))
    active = environment.get("PREFECT_PROFILE") or profiles.get("active")
    return bool(profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL"))


def use_served(home: Path) -> None:
    """Use the server of the `mandates serve` of this home, unless another server is configured."""
    from flows.serve.place import serving

    api = serving(home)
    if api is None or server_configured():
        return
    os.environ["PREFECT_API_URL"] = api
    os.environ.setdefault("PREFECT_HOME", str((home / "prefect").resolve()))
    _no_proxy_to_ourselves()


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_words(path))
    except tomllib.TOMLDecodeError:
        return {}


def prepare(home: Path, *, quiet: bool = True) -> bool:
    """Set Prefect's environment before its first import; True where a server of its own will come with the run.

    `quiet` keeps Prefect's own lines off the terminal, where our progress is; its database has them all the same.
    """
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", ",".join(our_packages))
    # What is said before and after a flow run has no run to belong to; it is in our own log file.
    os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
    if quiet and not is_verbose():
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
        # Prefect's handler on the root logger prints the warnings of every library.
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    if server_configured():
        return False
    state = (home / "prefect").resolve()
    state.mkdir(parents=True, exist_ok=True)
    if prepared_database.exists() and not (state / "prefect.db").exists():
        # By rename, so that a second process never starts on half a copy.
        half = state / f"prefect.db.{os.getpid()}"
        shutil.copyfile(prepared_database, half)
        half.rename(state / "prefect.db")
    os.environ["PREFECT_HOME"] = str(state)
    _no_proxy_to_ourselves()
    os.environ.setdefault("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    # Busy machines need longer than Prefect's 20 s to bring its server up.
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    return True


def _no_proxy_to_ourselves() -> None:
    """Keep Prefect's requests to the server on this machine away from a company's proxy, which its client would use."""
    if any(urllib.request.getproxies_environment().get(scheme) for scheme in ("http", "https", "all")):
        # The small letters win where both are set.
        known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, (known, "127.0.0.1", "localhost")))


def run_name(what: str) -> Callable[[], str]:
    """The name of a flow's runs, which the UI lists: what they are about, and when (UTC)."""
    return lambda: f"{what} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


class _Warnings(logging.Handler):
    """Our packages' warnings, where no progress is shown that has them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the sentence and nothing else."""
        if record.name.partition(".")[0] in our_packages:
            print(record.getMessage(), file=sys.stderr)  # noqa: T201 - the terminal is where it belongs


def is_verbose() -> bool:
    """Whether somebody wants the lines of the libraries beneath us too (`mandates --verbose`)."""
    return bool(os.environ.get(VERBOSE))


def hush_libraries() -> None:
    """Keep what Apprise and others log off the terminal, where our own lines say it; `--verbose` lets it through."""
    root = logging.getLogger()
    if is_verbose():
        if not root.handlers:
            logging.basicConfig(format="  %(name)s: %(message)s", level=logging.INFO)
        return
    # Without a handler, Python prints the warnings of any library to standard error.
    if not root.handlers:
        root.addHandler(_Warnings(logging.WARNING))
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def speak_up() -> None:
    """Let our packages' INFO lines through; Prefect ships what they say (PREFECT_LOGGING_EXTRA_LOGGERS) to its UI."""
    hush_libraries()
    name_sources(our_packages)
    for name in our_packages:
        logging.getLogger(name).setLevel(logging.INFO)
