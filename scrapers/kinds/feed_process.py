"""A feed parser that can be stopped: another process, given up when it takes too long."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from typing import Any

from scrapers.publication import ReadError

max_bytes = 5_000_000
# An honest feed of 5 MB takes feedparser under 4 s.
default_seconds = 15.0


class FeedProcess:
    """One worker, started when first needed and again after it was stopped. Safe to use from several threads."""

    def __init__(self, seconds: float = default_seconds) -> None:
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        atexit.register(self.close)

    def parse(self, raw: bytes, content_type: str | None = None) -> dict[str, Any]:
        """What `scrapers.kinds.feed_worker.parsed` gives for a feed.

        Raises:
            ReadError: the feed is too large, too slow to parse, or breaks the parser.
        """
        if len(raw) > max_bytes:
            raise ReadError(f"the feed has {len(raw):,} bytes, over the limit of {max_bytes:,}")
        with self._turn:
            answer = self._exchange(raw, (content_type or "").encode()[:500])
        if "error" in answer:
            raise ReadError(f"the feed breaks the parser: {answer['error']}")
        return answer

    def close(self) -> None:
        """Stop the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    pipe.close()

    def _exchange(self, raw: bytes, content_type: bytes) -> dict[str, Any]:
        worker = self._started()
        deadline = time.monotonic() + self._seconds
        message = struct.pack(">II", len(raw), len(content_type)) + content_type + raw
        try:
            self._send(worker, message, deadline)
            (size,) = struct.unpack(">I", self._receive(worker, 4, deadline))
            answer: dict[str, Any] = json.loads(self._receive(worker, size, deadline))
        except TimeoutError:
            self.close()
            raise ReadError(f"parsing the feed took more than {self._seconds:g} s and was stopped") from None
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise ReadError(f"parsing the feed broke the parser's process: {error}") from error
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "scrapers.kinds.feed_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    os.set_blocking(pipe.fileno(), False)
        return self._worker

    @staticmethod
    def _send(worker: subprocess.Popen[bytes], message: bytes, deadline: float) -> None:
        assert worker.stdin is not None  # noqa: S101 - Popen was told to pipe it
        view = memoryview(message)
        with selectors.DefaultSelector() as ready:
            ready.register(worker.stdin, selectors.EVENT_WRITE)
            while view:
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                view = view[os.write(worker.stdin.fileno(), view[:65536]) :]

    @staticmethod
    def _receive(worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert worker.stdout is not None  # noqa: S101 - Popen was told to pipe it
        parts = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(worker.stdout, selectors.EVENT_READ)
            while len(parts) < size:
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                part = os.read(worker.stdout.fileno(), min(size - len(parts), 1 << 20))
                if not part:
                    raise EOFError("it ended")
                parts += part
        return bytes(parts)


shared = FeedProcess()
"""The worker that all feeds of this process share."""
