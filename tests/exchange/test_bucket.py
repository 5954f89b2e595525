"""A landing place in object storage, over HTTP: Ceph's gateway, which is a real S3 server, and moto's simulation.

Ceph comes from Debian (.ci/packages installs radosgw, ceph-mon, ceph-osd and ceph-common). moto brings some thirty
packages and has a folder of its own: MANDATES_MOTO_SERVER says where.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
import s3fs

from tests.exchange import ceph
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.warehouse.made import batch, entry, nobody
from warehouse.exchange import bucket as in_bucket
from warehouse.exchange import memories
from warehouse.exchange.batches import bring, refused, send, waiting
from warehouse.exchange.leases import FIRST, Leases
from warehouse.exchange.place import open_place
from warehouse.exchange.presence import Presence, present
from warehouse.export.checking import check
from warehouse.export.making import export
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import PlaceError
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


KEY = "invented"


@pytest.fixture(scope="module", params=["ceph", "moto"])
def bucket(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty bucket."""
    server = {"ceph": a_gateway, "moto": a_simulation}[request.param](tmp_path_factory.mktemp(request.param))
    with server as address, pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, KEY)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", address)
        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem(skip_instance_cache=True).mkdir("mandates")
        yield "s3://mandates"


@contextmanager
def a_gateway(folder: Path) -> Iterator[str]:
    """Ceph's."""
    if lacking := ceph.missing():
        pytest.skip(f"needs {', '.join(lacking)} (apt-get install radosgw ceph-mon ceph-osd ceph-common)")
    with ExitStack() as running:
        try:
            address = running.enter_context(ceph.gateway(folder, KEY, KEY))
        except ceph.NoGatewayError as error:
            pytest.skip(f"Ceph's gateway does not start on this machine: {error}")
        yield address


@contextmanager
def a_simulation(_folder: Path) -> Iterator[str]:
    """The simulation of moto, a Python package."""
    program = os.environ.get("MANDATES_MOTO_SERVER") or shutil.which("moto_server")
    if program is None:
        pytest.skip("needs moto_server (pip install 'moto[server]', in an environment of its own)")
    port = free_port()
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while server.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def test_batches_and_memories_pass_through_a_bucket(tmp_path: Path, bucket: str) -> None:
    """From a worker to the recorder and back, with a damaged object moved aside."""
    place = open_place(f"{bucket}/passing")
    land(tmp_path / "worker", batch(0, entry()))
    assert send(tmp_path / "worker", place) == 1
    assert len(waiting(place)) == 1
    place.put("batches/damaged.parquet", b"damaged")
    passed = bring(tmp_path / "recorder", place)
    assert (passed.batches, passed.refused) == (1, 1)
    assert len(refused(place)) == 1
    assert waiting(place) == []
    assert record(tmp_path / "recorder", nobody).new_documents == 1
    memories.publish(tmp_path / "recorder", place, wait_seconds=PATIENCE)
    found = memories.known(place, ["made", "new"])
    assert found["made"].through == batch(0).harvest.finished_at
    assert found["new"].through is None


def test_an_object_is_created_once(bucket: str) -> None:
    """Of many that create one name, one succeeds; empty and missing objects read as they are."""
    place = open_place(f"{bucket}/created")
    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda number: place.create("a", b"%d" % number), range(8)))
    assert sum(created) == 1
    assert place.read("a", 100) == b"%d" % created.index(True)
    place.put("empty", b"")
    assert place.read("empty", 100) == b""
    assert place.read("missing", 100) is None
    assert {held.name for held in place.find("")} == {"a", "empty"}


def test_a_bucket_is_listed_and_copied_within_limits(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listing stops at its limit instead of being cut afterwards, and no copy is larger than was asked for."""
    place = open_place(f"{bucket}/limits")
    for number in range(5):
        place.put(f"batches/{number}", b"12345")
    monkeypatch.setattr(in_bucket, "MOST_LISTED", 3)
    asked: list[object] = []
    lister = type(place._files)._iterdir  # type: ignore[attr-defined]

    def watched(*arguments: object, **named: object) -> object:
        asked.append(named["max_items"])
        return lister(*arguments, **named)

    monkeypatch.setattr(type(place._files), "_iterdir", watched)  # type: ignore[attr-defined]
    assert len(place.find("batches")) == 3
    assert asked == [3]
    assert place.fetch("batches/0", tmp_path / "copy", 5)
    assert (tmp_path / "copy").read_bytes() == b"12345"
    with pytest.raises(PlaceError, match="more than the 4 bytes"):
        place.fetch("batches/0", tmp_path / "copy", 4)
    assert not place.fetch("batches/none", tmp_path / "copy", 5)
    place.put("empty", b"")
    assert place.fetch("empty", tmp_path / "copy", 0)


def test_leases_and_signs_of_life_work_in_a_bucket(bucket: str) -> None:
    """A run is seen by others, holds what it takes, and lets go."""
    place = open_place(f"{bucket}/leases")
    with present(place) as first, present(open_place(f"{bucket}/leases")) as second:
        assert {first.name, second.name} <= second.alive()
        leases, others = Leases(first, "hosts"), Leases(second, "hosts")
        taken = leases.take("example.org", FIRST)
        assert taken is not None
        assert others.take("example.org", FIRST) is None
        assert others.is_held(others.newest("example.org"), second.alive())
        assert leases.give_back("example.org", taken, wait=1.5) is not None
        assert others.newest("example.org").words == {"wait": 1.5}


def test_a_bucket_that_is_away_says_so(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever error the client raises, it is ours, with the address of the place."""
    with pytest.raises(PlaceError, match="s3://nobody-has-this/x cannot be used"):
        Presence(open_place("s3://nobody-has-this/x")).sign()
    monkeypatch.setenv("MANDATES_LANDING", "")
    with pytest.raises(PlaceError, match="not gs://"):
        open_place(f"gs://{bucket}")


def test_an_export_in_a_bucket_is_kept_current_and_read_in_place(tmp_path: Path, bucket: str) -> None:
    """A second export adds what is new, old objects go, a check finds what is missing, and DuckDB asks `views.sql`."""
    import s3fs

    home, target = tmp_path / "home", f"{bucket}/exported"
    for number in range(2):
        land(home, batch(number, entry(f"A/RES/80/{number}", title=f"Matter {number}")))
        record(home, nobody)
        publish(home)
        manifest = export(home, target, grace=timedelta(0)).manifest
    assert check(target).problems == ()
    files = s3fs.S3FileSystem(skip_instance_cache=True)
    assert {path.partition("/exported/")[2] for path in files.find(f"{target}/files")} == set(manifest.files)
    with duckdb.connect() as engine:
        engine.register_filesystem(files)
        engine.execute(files.cat_file(f"{target}/views.sql").decode())
        assert engine.execute("SELECT title FROM documents ORDER BY ALL").fetchall() == [("Matter 0",), ("Matter 1",)]
    files.rm_file(f"{target}/{next(iter(manifest.files))}")
    assert len(check(target).problems) == 1
