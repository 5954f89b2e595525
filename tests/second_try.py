"""Try again, alone, what failed in the whole suite, and name it: a very busy machine may fail one test of thousands.

python -m tests.second_try

More failures than a machine can be blamed for fail at once, and what fails again fails. What passes only now is named
as unsteady, for somebody to look at: such a test has found a fault before that shows only on a busy machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

AT_MOST = 3
FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main() -> str | int:
    """0 if all of the few that failed pass now; otherwise why not, or pytest's exit code."""
    tests = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not tests:
        return "the suite ended without the name of a test that failed: nothing to try again"
    if len(tests) > AT_MOST:
        return f"{len(tests)} tests failed: too many to try them again"
    done = subprocess.run([sys.executable, "-m", "pytest", *tests], check=False)
    if done.returncode == 0:
        sys.stderr.write("\n  ".join(["UNSTEADY, passed only when tried again alone:", *tests]) + "\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
