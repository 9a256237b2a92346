"""`make bench`: each workload beside its floor in one run, medians of interleaved rounds, ratios against the targets.

Sizes are small enough to end within minutes; the table goes to standard output and bench/results.json. A ratio is the
product's median over its floor's. Figures depend on the machine, ratios hardly.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
ROUNDS, CASES, DUE = 7, 300, 300


@dataclass
class Row:
    """One workload; `target` bounds product/floor from above."""

    id: str
    what: str
    floor: str
    measured: float
    floor_seconds: float
    target: float

    @property
    def ratio(self) -> float:
        return self.measured / self.floor_seconds

    def line(self) -> str:
        mark = "ok" if self.ratio <= self.target else "MISSED"
        return (f"{self.id:4} {self.what:44} {self.measured * 1000:9.2f} ms  {self.floor:34} "
                f"{self.floor_seconds * 1000:9.2f} ms  {self.ratio:6.2f} x  ≤ {self.target:5.2f}  {mark}")  # fmt: skip


def pair(ours: Callable[[], object], floor: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians of both, taken in turn after one warm-up each, so that the machine's moods fall on both."""
    ours(), floor()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, times in zip((ours, floor), taken, strict=True):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


@contextmanager
def world() -> Iterator[str]:
    """Servers, a migrated database and the settings of one benchmark; all of it is gone afterwards."""
    from scripts.services import embedded

    with tempfile.TemporaryDirectory(prefix="recourse-bench-") as folder, embedded(Path(folder)) as env:
        os.environ.update(env, DEMO="1", DEBUG="0")  # DEMO: the test client's host is answered too
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        from config import database

        name = "recourse_bench"
        database.clone(settings.DATABASE_URL, database.template(settings.DATABASE_URL, settings.SECRET_KEY), name)
        connection.settings_dict["NAME"] = name
        yield database.with_name(settings.DATABASE_URL, name)
        connection.close()


def main() -> int:
    with world() as url:
        from bench import workloads

        rows = list(workloads.all_rows(url, cases=CASES, due=DUE, pair=pair, row=Row))
    for row in rows:
        print(row.line())
    (ROOT / "bench" / "results.json").write_text(
        json.dumps([{**row.__dict__, "ratio": round(row.ratio, 3)} for row in rows], ensure_ascii=False, indent=1)
        + "\n"
    )
    missed = [row.id for row in rows if row.ratio > row.target]
    print(f"missed: {', '.join(missed)}" if missed else "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
