"""nginx as a page of the documentation configures it: a test changes no more than ports, names and files."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
_DOCS = Path(__file__).parent.parent.parent / "docs"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def documented(page: str) -> list[str]:
    """What a page shows of nginx's configuration, in its order."""
    return re.findall(r"```nginx\n(.+?)```", (_DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def accounts(file: Path, *pairs: str) -> None:
    """A file of users for nginx, of pairs of a name and a password, as name:password."""
    lines = []
    for pair in pairs:
        name, _, password = pair.partition(":")
        hashed = subprocess.run(["openssl", "passwd", "-6", password], capture_output=True, text=True, check=True)
        lines.append(f"{name}:{hashed.stdout}")
    file.write_text("".join(lines))


@contextmanager
def nginx(folder: Path, written: str, replaced: Mapping[str, str], port: int) -> Iterator[None]:
    """The configuration at work, once it listens on a port of 127.0.0.1; each word that is replaced occurs in it."""
    assert NGINX is not None
    for found, here in replaced.items():
        assert found in written, found
        written = written.replace(found, here)
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in _TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{written}\n}}"
    )
    started = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], start_new_session=True)
    try:
        while not _listens(port):
            assert started.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield
    finally:
        started.terminate()
        started.wait()


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)):
            return True
    except OSError:
        return False
