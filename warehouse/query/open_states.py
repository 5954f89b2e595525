"""Which states of the ledger are open: in them something is still to be done, and nobody can call it late."""

from __future__ import annotations

OPEN_STATES = ("open", "due_soon", "partly_answered", "corrected")
IS_OPEN = f"state IN {OPEN_STATES}"
