"""The ways in which publishers fail, as the bytes that a client sees. Tests switch them on for a part of the site."""

from __future__ import annotations

import gzip
import json
import time
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

FaultKind = Literal[
    "challenge202",
    "empty200",
    "html_instead_of_pdf",
    "html_instead_of_xml",
    "403json",
    "404",
    "410",
    "444",
    "500",
    "503",
    "slow_drip",
    "gzip_bomb",
    "cut_short",
    "always304",
    "redirect_loop",
]
kinds: tuple[str, ...] = get_args(FaultKind)

drip_seconds = 0.05
bomb_bytes = 128_000_000

_html = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Please sign in to go on.</p></body></html>"
_refusal = {
    "status": 403,
    "error": {"type": "AccessDeniedHttpException", "message": "You are not using an approved appname."},
}


def wire(kind: str, target: str) -> Iterator[bytes]:
    """What goes over the wire in place of the right answer; nothing at all for 444, where the connection just ends.

    `slow_drip` and `cut_short` promise more than they send.
    """
    if kind == "redirect_loop":
        yield _head("302 Found", 0, f"Location: {target}")
    elif kind == "gzip_bomb":
        body = _bomb()
        yield _head("200 OK", len(body), _html_type, "Content-Encoding: gzip") + body
    elif kind == "slow_drip":
        yield _head("200 OK", 1_000_000, _html_type)
        while True:
            yield b"."
            time.sleep(drip_seconds)
    elif kind != "444":
        yield _fixed[kind]


def _head(status: str, length: int | None, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


_html_type = "Content-Type: text/html; charset=utf-8"
_sign_in = _head("200 OK", len(_html), _html_type) + _html
_refused = json.dumps(_refusal).encode()
_fixed = {
    "challenge202": _head("202 Accepted", 0, "Server: awselb/2.0", "x-amzn-waf-action: challenge"),
    "empty200": _head("200 OK", 0, "Content-Type: application/pdf"),
    "html_instead_of_pdf": _sign_in,
    "html_instead_of_xml": _sign_in,
    "403json": _head("403 Forbidden", len(_refused), "Content-Type: application/json") + _refused,
    "404": _head("404 Not Found", len(_html), _html_type) + _html,
    "410": _head("410 Gone", len(_html), _html_type) + _html,
    "500": _head("500 Internal Server Error", len(_html), _html_type) + _html,
    "503": _head("503 Service Unavailable", 0, "Retry-After: 1"),
    "cut_short": _head("200 OK", 100_000, "Content-Type: application/pdf") + b"%PDF-1.4\n",
    "always304": _head("304 Not Modified", None, 'ETag: "always"'),
}


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(bomb_bytes), compresslevel=6, mtime=0)
