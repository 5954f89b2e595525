"""The one name that an installation takes. It puts the application's packages on the path and starts them.

A wheel holds them in `app/` beside this file: another project's `config` or `flows` in the same environment is neither
overwritten nor imported in place of ours (docs/decisions/package-names.md). In a checkout they are beside this folder.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("alerts", "config", "demo", "flows", "mandates", "register", "scrapers", "warehouse")
_HERE = Path(__file__).resolve().parent
ROOT = _HERE / "app" if (_HERE / "app").is_dir() else _HERE.parent


class IntruderError(ImportError):
    """Another project's package was imported under a name that the application needs: `name`, from `path`."""


def prepare_path() -> None:
    """Put the application's packages first on `sys.path`, in this process only.

    Raises:
        IntruderError: one of the names is already taken in this process, or the installation is incomplete.
    """
    root = str(ROOT)
    if sys.path[0] != root:
        sys.path.insert(0, root)
    for name in PACKAGES:
        found = _place_of(name)
        if found is None:
            raise IntruderError(f"{ROOT / name} is missing: install mandate-monitor again", name=name)
        if found != ROOT / name:
            raise IntruderError(
                f"the package {name!r} of another project was imported from {found}, and mandate-monitor needs "
                f"its own in {ROOT / name}; find what imports it at the start (a .pth file, sitecustomize, "
                "PYTHONSTARTUP), or install mandate-monitor in an environment of its own",
                name=name,
                path=str(found),
            )


def _place_of(name: str) -> Path | None:
    """The folder that `import name` gives, or gave; None where nothing is found."""
    try:
        spec = find_spec(name)
    except ValueError:  # imported by hand, without a spec
        place = getattr(sys.modules[name], "__file__", None)
        return Path(place).resolve().parent if place else Path(f"<{name}>")
    if spec is None:
        return None
    if spec.origin is None:  # a folder without __init__.py
        return Path(next(iter(spec.submodule_search_locations or [f"<{name}>"]))).resolve()
    place = Path(spec.origin).resolve()
    return place.parent if place.name == "__init__.py" else place


def main() -> None:
    """Run the `mandates` command."""
    try:
        prepare_path()
    except IntruderError as error:
        sys.exit(f"mandates: {error}")
    try:
        from flows.cli import main as run  # noqa: PLC0415 - it can be found only now

        run()
    except KeyboardInterrupt:
        # While it was still loading: a command that has begun says so itself.
        print("mandates: interrupted", file=sys.stderr)  # noqa: T201 - nothing else is loaded yet
        sys.exit(130)
