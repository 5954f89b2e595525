"""Ceph's object gateway over a store in memory: a real S3 server on this machine (Debian: radosgw, ceph-mon, ceph-osd).

It has no replicas and trusts whoever connects, as a test on one machine may.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import uuid
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Each step takes a second or two. A client of Ceph waits for ever for a monitor that has not come up.
STEP_SECONDS = 180.0
PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")

_CONFIGURATION = """\
[global]
fsid = {cluster}
mon host = {monitor}
auth cluster required = none
auth service required = none
auth client required = none
# Without authentication there is no key to encrypt with.
ms mon client mode = crc
ms client mode = crc
ms service mode = crc
ms cluster mode = crc
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pg autoscale mode = off
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
pid file = {folder}/$name.pid
[mon]
mon data = {folder}/monitor
# The store is in memory, so that a disk that is nearly full does not matter.
mon data avail crit = 1
[osd]
osd objectstore = memstore
osd data = {folder}/store
memstore device bytes = 1073741824
[client.gateway]
keyring = {folder}/gateway.keyring
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw data = {folder}
"""


class NoGatewayError(Exception):
    """It does not start on this machine; the message says at which step."""


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@contextmanager
def gateway(folder: Path, access_key: str, secret_key: str) -> Iterator[str]:
    """The address of a gateway with one user; its state is in the folder.

    Raises:
        NoGatewayError: it does not start here.
    """
    cluster, store = uuid.uuid4(), uuid.uuid4()
    first, second, port = _free_ports(3)
    monitor = f"[v2:127.0.0.1:{first},v1:127.0.0.1:{second}]"
    for name in ("monitor", "store"):
        (folder / name).mkdir(parents=True)
    configuration = folder / "ceph.conf"
    configuration.write_text(
        _CONFIGURATION.format(cluster=cluster, monitor=monitor, folder=folder, port=port), encoding="utf-8"
    )
    given = ("-c", str(configuration))
    _run("monmaptool", "--create", "--addv", "a", monitor, "--fsid", str(cluster), str(folder / "map"))
    _run("ceph-mon", *given, "--mkfs", "-i", "a", "--monmap", str(folder / "map"))
    with ExitStack() as running:
        running.enter_context(_daemon("ceph-mon", "-f", *given, "-i", "a"))
        _run("ceph", *given, "osd", "new", str(store))
        _run("ceph", *given, "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=here")
        key = ("auth", "get-or-create", "client.gateway", "mon", "allow *", "osd", "allow *")
        _run("ceph", *given, *key, "-o", str(folder / "gateway.keyring"))
        _run("ceph-osd", *given, "-i", "0", "--mkfs", "--osd-uuid", str(store))
        running.enter_context(_daemon("ceph-osd", "-f", *given, "-i", "0"))
        as_gateway = (*given, "-n", "client.gateway")
        process = running.enter_context(_daemon("radosgw", "-f", *as_gateway))
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + STEP_SECONDS
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise NoGatewayError("radosgw does not answer")
            time.sleep(0.2)
        keys = ("--access-key", access_key, "--secret-key", secret_key)
        _run("radosgw-admin", *as_gateway, "user", "create", "--uid", "mandates", "--display-name", "mandates", *keys)
        yield address


@contextmanager
def _daemon(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _run(*words: str) -> None:
    try:
        subprocess.run(words, capture_output=True, text=True, check=True, timeout=STEP_SECONDS)
    except subprocess.SubprocessError as error:
        raise NoGatewayError(str(error)) from error


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
