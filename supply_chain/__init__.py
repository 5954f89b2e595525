"""The program's dependencies: locking them (`lock`), listing them (`sbom`), and finding vulnerabilities (`audit`).

For `make lock`, `make sbom` and `make audit`; not part of the program. The tools are in `.venv/audit`, because one of
them installs an encoding detector that Beautiful Soup would then use instead of ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "constraints.txt"
TOOLS = Path(sys.prefix) / "audit" / "bin"
