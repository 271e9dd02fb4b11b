"""A command as a whole process: its seconds, and the memory of it and its children over time."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from pipelines.environment import enter_home

SAMPLE_SECONDS = 0.1


@dataclass
class Run:
    """What one command cost.

    Attributes:
        seconds: Wall time.
        cpu_seconds: User and system time of the process and its children.
        samples: Moment (seconds since 1970), megabytes of the process and its children.
        stages: Stage → seconds, most megabytes while it ran.
    """

    seconds: float
    cpu_seconds: float
    samples: list[tuple[float, float]]
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def peak_megabytes(self) -> float:
        """The most memory at any sampled moment."""
        return max(megabytes for _, megabytes in self.samples)


def measure_command(command: list[str]) -> Run:
    """Run a command to its end.

    Raises:
        SystemExit: It failed; its error output is the message.
    """
    begun, samples = time.perf_counter(), [(time.time(), 0.0)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # its children are found by the session
    )
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, samples, ended))
    watcher.start()
    errors = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)}: {errors}")
    return Run(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, samples)


def _watch(session: int, samples: list[tuple[float, float]], ended: threading.Event) -> None:
    while not ended.wait(SAMPLE_SECONDS):
        samples.append((time.time(), sum(map(_megabytes, _members(session)))))


def _members(session: int) -> list[Path]:
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            try:
                # the fields after the command, which may hold spaces: state, parent, group, session
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                found.append(place)
    return found


def _megabytes(place: Path) -> float:
    """Memory that is the process's own; shared pages count once, with whoever made them."""
    try:
        pages = (place / "statm").read_text().split()
    except OSError:
        return 0.0
    return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE") / 2**20


def stages_of(home: Path, run: Run) -> dict[str, tuple[float, float]]:
    """Seconds and most megabytes of each step of the newest night of a home."""
    enter_home(home)
    with dg.DagsterInstance.get() as instance:
        (newest,) = instance.get_runs(limit=1)
        steps = instance.get_run_step_stats(newest.run_id)
    stages = {}
    for step in sorted(steps, key=lambda step: step.start_time or 0):
        if step.start_time is None or step.end_time is None:
            sys.exit(f"step {step.step_key} of {home} has no end")
        inside = [mb for at, mb in run.samples if step.start_time <= at <= step.end_time]
        stages[step.step_key] = (step.end_time - step.start_time, max(inside, default=0.0))
    return stages
