"""The certificates that a company adds to the public authorities, which come with the program.

`SSL_CERT_FILE` names a PEM file, `SSL_CERT_DIR` a folder with names as `openssl rehash` makes them. They are added, not
put in the place of the others: an operator behind an inspecting proxy names the company's authority and nothing else.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from scrapers.publication import ScraperError


def trust_company(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, which now also trusts what the environment names.

    Raises:
        ScraperError: a variable names what cannot be read or holds no certificate; it says which.
    """
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        try:
            context.load_verify_locations(cafile=file)
        except ssl.SSLError as error:
            raise ScraperError(f"SSL_CERT_FILE: {file} holds no certificates in PEM format") from error
        except OSError as error:
            raise ScraperError(f"SSL_CERT_FILE: {file} cannot be read: {error.strerror}") from error
    for folder in folders.split(os.pathsep) if folders else ():
        # It is looked into when a server is checked, so a missing one would show as a publisher's fault.
        if not Path(folder).is_dir():
            raise ScraperError(f"SSL_CERT_DIR: {folder} is not a folder")
        context.load_verify_locations(capath=folder)
    return context
