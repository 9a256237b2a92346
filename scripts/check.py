#!/usr/bin/env python3
"""All checks of `make check`, each as a row: what it is called and what runs it. Tests are not here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = str(BIN / "python")
CHECKS: dict[str, list[str]] = {
    "types": [str(BIN / "mypy")],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "."],
    "import directions": [str(BIN / "lint-imports"), "--no-cache", "--no-logo"],
    "house rules": [PYTHON, "scripts/house.py"],
    "boot checks": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [PYTHON, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [PYTHON, "scripts/messages.py", "check"],
    "generated documents": [PYTHON, "scripts/docs.py", "check"],
    "vendored files": [PYTHON, "scripts/vendor.py", "check"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
}


def run(name: str) -> tuple[str, int, str, float]:
    """One check: its name, its exit code, what it said, its seconds."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as nowhere:  # no check may depend on the data of an installation
        env = {**os.environ, "DATA_DIR": nowhere, "SECRET_KEY": "checks"}
        done = subprocess.run(CHECKS[name], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return name, done.returncode, (done.stdout + done.stderr).strip(), time.monotonic() - begun


def main() -> int:
    wanted = [name for name in CHECKS if not sys.argv[1:] or name in sys.argv[1:]]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(run, wanted))
    failed = [name for name, code, _, _ in results if code]
    for name, code, said, seconds in results:
        print(f"{'FAILED' if code else 'ok    '} {name} ({seconds:.1f} s)")
        if code:
            print(said)
    print(f"{len(failed)} of {len(results)} checks failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
