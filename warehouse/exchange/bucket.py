"""A landing place in object storage that speaks S3, through s3fs (the extra `mandate-monitor[s3]`).

Keys, region and endpoint come from the variables that every S3 client reads (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …).
The storage must honour `If-None-Match: *` in PUT requests: S3 does so since 2024, and `mandates doctor` tries it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.exchange.place import MOST_LISTED, Held, copy_bounded, reaching
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from pathlib import Path

# Up to this size s3fs writes an object with one request, so that it appears as a whole or not at all; larger ones
# appear with the request that completes the upload.
_PIECE = 50 * 2**20
# Answers to a PUT that may only create: there is such an object; another PUT of the same name is in progress, and wins.
_EXISTS = frozenset({412, 409})


class Bucket:
    """`s3://BUCKET/FOLDER`."""

    def __init__(self, url: str) -> None:
        try:
            import s3fs  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise PlaceError("MANDATES_LANDING is in object storage, which needs mandate-monitor[s3]") from error
        self._url = url.rstrip("/")
        # What others write must be visible at once.
        self._files: Any = s3fs.S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
        self._root = self._url.removeprefix("s3://")

    def __str__(self) -> str:
        return self._url

    def find(self, room: str) -> list[Held]:
        """See Place."""
        with reaching(self._url):
            try:
                found = self._files.find(f"{self._root}/{room}", detail=True, max_items=MOST_LISTED)
            except FileNotFoundError:
                return []
            return [
                Held(path.removeprefix(f"{self._root}/"), each["size"], _stamp(each["LastModified"]))
                for path, each in found.items()
                if each["type"] == "file"
            ]

    def read(self, name: str, most_bytes: int) -> bytes | None:
        """See Place."""
        with reaching(self._url):
            try:
                content: bytes = self._files.cat_file(f"{self._root}/{name}", start=0, end=most_bytes)
            except FileNotFoundError:
                return None
            except OSError:
                # An empty object has no range that could be requested.
                if self._files.info(f"{self._root}/{name}")["size"]:
                    raise
                return b""
            return content

    def fetch(self, name: str, path: Path, most_bytes: int) -> bool:
        """See Place."""
        with reaching(self._url):
            try:
                # It reads ranges of one version: if the object is replaced in the meantime, the copy fails.
                source = self._files.open(f"{self._root}/{name}", "rb")
            except FileNotFoundError:
                return False
            with source:
                copy_bounded(name, source, path, most_bytes)
            return True

    def put(self, name: str, content: bytes | Path) -> None:
        """See Place."""
        with reaching(self._url):
            if isinstance(content, bytes):
                self._files.pipe_file(f"{self._root}/{name}", content)
            else:
                self._files.put_file(str(content), f"{self._root}/{name}", chunksize=_PIECE)

    def create(self, name: str, content: bytes) -> bool:
        """See Place."""
        with reaching(self._url):
            try:
                self._files.pipe_file(f"{self._root}/{name}", content, mode="create")
            except FileExistsError:
                return False
            except OSError as error:
                if _status(error) in _EXISTS:
                    return False
                raise
            return True

    def move(self, name: str, to: str) -> None:
        """See Place."""
        with reaching(self._url):
            try:
                self._files.copy(f"{self._root}/{name}", f"{self._root}/{to}")
            except FileNotFoundError:
                return
            self._files.rm_file(f"{self._root}/{name}")

    def remove(self, name: str) -> None:
        """See Place."""
        with reaching(self._url):
            try:
                self._files.rm_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return

    def sweep(self, room: str, seconds: float) -> int:
        """Nothing to do: objects are always complete. Unfinished uploads are left to a lifecycle rule of the bucket."""
        return 0


def _status(error: OSError) -> int | None:
    """The status of the answer behind an error of s3fs, whose own words are those of the server, if it has any."""
    response = getattr(error.__cause__, "response", None) or {}
    status: int | None = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status


def _stamp(written: datetime | str) -> float:
    return (written if isinstance(written, datetime) else datetime.fromisoformat(written)).timestamp()
