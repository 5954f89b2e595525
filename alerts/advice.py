"""What is wrong with an address that Apprise does not take: an unknown service, or a known one with a part missing.

Nothing of the address itself is repeated but the name of its service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from config.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_SCHEME = re.compile(r"([a-z0-9+.-]{2,20})://", re.IGNORECASE)
_MAIL = frozenset({"mailto", "mailtos"})


def advice(url: str, services: Mapping[str, Any]) -> str:
    """Why `url` cannot be used, and what to write. `services` are Apprise's plugins by their schemes."""
    scheme = _SCHEME.match(url)
    if scheme is None:
        is_mail = url.startswith("mailto:") or ("@" in url and ":" not in url)
        return "it has no scheme; for mail, write mailto://…" if is_mail else "it has no scheme, such as mailto://"
    name = scheme[1].lower()
    if name not in services:
        return f"{name}:// is not a known service{_meant(name, services)}"
    if name in _MAIL and not _has_sender(url):
        return f"it has no sender; write for example {name}://HOST:PORT?from=mandates@example.org"
    template = next(iter(getattr(services[name], "templates", ())), None)
    form = f"; expected, for example: {template.replace('{schema}', name)}" if template else ""
    return f"{name}:// is known, but the rest is incomplete{form}"


def _meant(name: str, services: Collection[str]) -> str:
    hint = did_you_mean(name, services)
    return re.sub(r"(\w)(?= or |\?)", r"\1://", hint)


def _has_sender(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.username) or any(key == "from" for key, _ in parse_qsl(parts.query))
