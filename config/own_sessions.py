"""Adding a session to one's own `sessions.yaml`, with its comments and everything else left as it is."""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING

from config.sessions import SessionDates, load_sessions
from config.shipped import shipped
from config.strict_yaml import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "# Sessions that the calendar of the program lacks, or has otherwise.\n"


def set_session(path: Path, session: SessionDates) -> None:
    """Write a session into the file at `path`, in place of the one that it has by that body and number.

    The new file is read before it replaces the old one.

    Raises:
        ConfigError: the file does not fit, belongs to the program, cannot be written, or the session does not fit.
    """
    if path.exists() and path.samefile(shipped("sessions.yaml")):
        raise ConfigError(
            path, "is the calendar that comes with the program; choose a folder of your own with --config"
        )
    load_sessions(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(_with(path.read_text(encoding="utf-8") if path.exists() else _HEAD, session), encoding="utf-8")
        if session not in load_sessions(aside):
            raise ConfigError(path, f"the session could not be added; write it by hand: {_line(session)}")
        aside.replace(path)
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error}); add the session by hand: {_line(session)}"
        raise ConfigError(path, problem) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _with(text: str, session: SessionDates) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that commands without a calendar need not pay
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415 - likewise

    yaml = YAML(typ="rt")
    yaml.width = 1_000
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(text)
    if tree is None:
        return f"{text.rstrip()}\nsessions:\n  - {_line(session)}\n"
    entries = tree.get("sessions")
    if not entries:
        entries = tree["sessions"] = CommentedSeq()
    entry = CommentedMap(_entry(session))
    entry.fa.set_flow_style()
    for place, other in enumerate(entries):
        if (other["body"], other["number"]) == (session.body, session.number):
            entries[place] = entry
            break
    else:
        entries.append(entry)
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _entry(session: SessionDates) -> dict[str, object]:
    entry: dict[str, object] = {
        "body": session.body,
        "number": session.number,
        "start": session.start,
        "end": session.end,
        "confidence": session.confidence,
        "source": session.source,
    }
    return entry | ({"by": session.by} if session.by else {})


def _line(session: SessionDates) -> str:
    """The entry as one line of YAML."""
    import json  # noqa: PLC0415 - for an error or a new file

    values = (
        f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value}"
        for key, value in _entry(session).items()
    )
    return "{" + ", ".join(values) + "}"
