"""Requests to the Prefect server of the tree, without importing Prefect (1.4 s and 100 MB for a supervisor)."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from typing import Any

ANSWERS_WITHIN = 10.0
MAX_BYTES = 10_000_000
# Never through a proxy: the server is on this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


async def ask(url: str, body: object = None) -> Any:
    """The server's answer to GET, or to POST with a body; None if it does not answer in time, or with an error."""
    return await asyncio.to_thread(_asked, url, body)


async def answers(url: str) -> bool:
    """Whether a page of ours, of whatever kind, is there."""
    return await asyncio.to_thread(_answers, url)


def _answers(url: str) -> bool:
    try:
        with _opener.open(url, timeout=ANSWERS_WITHIN) as answer:
            return bool(answer.status == http.client.OK)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _asked(url: str, body: object) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    try:
        with _opener.open(request, timeout=ANSWERS_WITHIN) as answer:
            return json.loads(answer.read(MAX_BYTES))
    except (OSError, ValueError, http.client.HTTPException):
        return None
