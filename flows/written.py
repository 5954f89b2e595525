"""Files that commands write for people: where they may go, and what is said when they cannot be written."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


class GivenPath(click.Path):
    """The path that an option takes. The option after it is none: its own value was left out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if str(value).startswith("--"):
            self.fail(
                f"{value} is an option; name a file or folder before it (one of that name: ./{value})", param, ctx
            )
        return super().convert(value, param, ctx)


class NewFile(GivenPath):
    """A file in a folder that exists: a mistyped folder is refused, not made."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path of the file, which need not exist."""
        if not str(value).strip():
            self.fail("is empty; name a file", param, ctx)
        path = Path(str(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"{path}: there is no folder {path.parent}", param, ctx)
        return path


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Name the file that a block writes in what is said of a failure, not the temporary one beside it.

    Raises:
        ClickException: the file cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written ({error.strerror or error})") from error
