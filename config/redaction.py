"""THE one place that takes keys and passwords out of addresses, wherever these are printed, logged or stored.

What Apprise's addresses hold is learned when they are read (`alerts.secrecy`); here are the forms by which a secret is
known without knowing it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PARAMETER = re.compile(r"([?&;]([\w.-]++)=)([^&;#\s\"]*+)")
# Whole words of a parameter's name: "author" and "design" hold no secret.
_SECRET = re.compile(
    r"(?<![^-_.])(?:token|authtoken|secret|passw(?:or)?d|pwd|api[-_]?key|access[-_]?key|signature|sig|auth|"
    r"authorization|credential|appname)(?![^-_.])",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(?<=://)[^/?#@\s]*@")
_ADDRESS = re.compile(r"\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,19})://(?P<rest>[^\s'\"<>`]++)")


def public(words: str) -> str:
    """An address, or a sentence with some in it, without user names, passwords and keys."""
    return without_secrets(words, lambda _: "…")


def without_secrets(words: str, put: Callable[[str], str]) -> str:
    """The same with something of one's own in the place of each key."""
    return _PARAMETER.sub(
        lambda found: f"{found[1]}{put(found[3])}" if _SECRET.search(found[2]) else found[0], _USERINFO.sub("", words)
    )


def hosts_only(words: str) -> str:
    """A sentence in which web addresses end with their host, and others with their scheme.

    For what is written in a wrong place of a configuration: the address of a webhook is a secret as a whole.
    """
    return _ADDRESS.sub(_shortened, words)


def _shortened(found: re.Match[str]) -> str:
    scheme, rest = found["scheme"], found["rest"]
    if scheme.lower() not in {"http", "https"}:
        return f"{scheme}://…"
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{host}" + ("/…" if path or "?" in authority else slash)
