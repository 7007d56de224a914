"""The synthetic street of any size in constant memory: the command as a process, and its largest memory."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from tests.bench.rows import Options, Row


@dataclass(frozen=True, slots=True)
class _Made:
    records: int
    seconds: float
    rss_mb: float


def rows(options: Options) -> Iterator[Row]:
    """`gridclient demo-data` for a million residents; its floor is the memory for a thousand."""
    small, large = _make(1000), _make(20_000 if options.quick else 1_000_000)
    yield Row("demo_data_1m_rss_mb", large.rss_mb, "MB", small.rss_mb)
    yield Row("demo_data_per_s", large.records / large.seconds, "records/s")


def _make(residents: int) -> _Made:
    command = [sys.executable, "-m", "gridclient", "demo-data", "--residents", str(residents),
               "--cases", str(residents // 5)]  # fmt: skip
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        output = process.stdout
        assert output is not None
        records = sum(piece.count(b"\n") for piece in iter(lambda: output.read(1 << 20), b""))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return _Made(records, perf_counter() - began, usage.ru_maxrss / 1024)
