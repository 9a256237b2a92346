#!/usr/bin/env python3
"""Front-end files of others, unchanged, under static/vendor: fetches them from npm and checks their hashes.

Which ones, and their hashes, stand in static/vendor/VERSIONS.toml. Checking needs no network and no Node.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
LIST = "VERSIONS.toml"


def sha512(data: bytes) -> str:
    """The hash in npm's own spelling, so that it can be compared with what the registry shows."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def packages(folder: Path = VENDOR) -> dict[str, dict]:
    return tomllib.loads((folder / LIST).read_text(encoding="utf-8"))


def problems(folder: Path = VENDOR) -> list[str]:
    """Files that are missing, changed or belong to no package, one sentence each."""
    expected = {
        f"{name}/{Path(member).name}": digest
        for name, package in packages(folder).items()
        for member, digest in package["files"].items()
    }
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    there.pop(LIST, None)
    result = [
        f"static/vendor/{name} is missing; `scripts/vendor.py fetch` brings it." for name in expected - there.keys()
    ]
    for name, path in there.items():
        if name not in expected:
            result.append(f"static/vendor/{name} belongs to no package in {LIST}.")
        elif sha512(path.read_bytes()) != expected[name]:
            result.append(f"static/vendor/{name} differs from the file its package holds.")
    return sorted(result)


def fetch(folder: Path = VENDOR) -> None:
    """Brings every listed file; refuses a package or a file whose hash is not the one listed."""
    for name, package in packages(folder).items():
        with tempfile.TemporaryDirectory() as work:
            wanted = f"{package['package']}@{package['version']}"
            subprocess.run(["npm", "pack", "--silent", wanted], cwd=work, check=True, stdout=subprocess.DEVNULL)
            [archive] = Path(work).glob("*.tgz")
            _expect(package["tarball"], archive.read_bytes(), wanted)
            with tarfile.open(archive) as members:
                for member, digest in package["files"].items():
                    found = members.extractfile(f"package/{member}")
                    data = found.read() if found else b""
                    _expect(digest, data, f"{wanted} {member}")
                    target = folder / name / Path(member).name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)


def _expect(digest: str, data: bytes, what: str) -> None:
    if sha512(data) != digest:
        raise SystemExit(f"{what} has the hash {sha512(data)}, {LIST} says {digest or 'nothing'}: nothing was written.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="example: vendor.py check")
    parser.add_argument("do", choices=["check", "fetch"])
    if parser.parse_args().do == "fetch":
        fetch()
    for problem in (wrong := problems()):
        print(problem, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
