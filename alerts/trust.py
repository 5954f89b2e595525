"""Certificates for mail servers and webhooks: the public authorities, and those that `SSL_CERT_FILE` adds.

The libraries beneath Apprise take a file in the place of the public authorities, not beside them, and requests reads a
variable of its own. So both are given one file with all of them, and a company's authority can be named alone.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import certifi

log = logging.getLogger(__name__)


def trust_company(home: Path) -> None:
    """Trust what `SSL_CERT_FILE` names beside the public authorities, in this process; without it nothing changes."""
    named, both = os.environ.get("SSL_CERT_FILE"), home / "certificates.pem"
    if not named or Path(named) == both:
        return
    try:
        content = Path(certifi.where()).read_bytes() + b"\n" + Path(named).read_bytes()
        if not both.exists() or both.read_bytes() != content:
            home.mkdir(parents=True, exist_ok=True)
            aside = both.with_name(f".{both.name}.{os.getpid()}")
            aside.write_bytes(content)
            aside.replace(both)
    except OSError as error:
        log.warning("SSL_CERT_FILE: %s cannot be used: %s", named, error.strerror or error)
        return
    os.environ["SSL_CERT_FILE"] = str(both)
    os.environ.setdefault("REQUESTS_CA_BUNDLE", str(both))
