"""What the program is made of: locking it (`lock`), listing it (`sbom`), and asking what is known against it (`audit`).

For `make lock`, `make sbom` and `make audit`; no part of the program. The tools are in `.venv/audit`, because one of
them brings a detector of encodings that Beautiful Soup would then use instead of ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "constraints.txt"
TOOLS = Path(sys.prefix) / "audit" / "bin"
