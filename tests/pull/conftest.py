"""A home to pull into, and pulls written as a brand would write them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from siyu.home import Home
from siyu.ingest.sources import Source, load_sources
from siyu.pull.declared import load_pulls
from siyu.pull.raw_folder import Pulled
from siyu.pull.run import run_pull
from siyu.pull.secrets import Secrets
from siyu.pull.settings import Pull
from siyu.pull.state import PullState, read_state

ROOT = Path(__file__).resolve().parents[2]
# the test's own servers log what they are asked
SERVERS = ("werkzeug", "asyncssh", "moto")
NOW = datetime.fromisoformat("2026-12-01T17:00:00")  # 01:00 of the next day in Shanghai


@dataclass
class Puller:
    """One home and what is pulled into it; every pull happens a day later than the one before."""

    home: Home
    sources: dict[str, Source]
    config: Path
    pulls: int = 0
    secrets: dict[str, str] = field(default_factory=dict)

    def declare(self, name: str, text: str) -> Pull:
        self.config.mkdir(exist_ok=True)
        (self.config / f"{name}.yml").write_text(f"pull: {name}\n{text}", encoding="utf-8")
        return load_pulls(self.config, self.sources)[name]

    def pull(self, pull: Pull) -> Pulled:
        self.pulls += 1
        return run_pull(
            pull,
            home=self.home,
            sources=self.sources,
            secrets=Secrets(self.secrets),
            pulled_at=NOW + timedelta(days=self.pulls),
        )

    def raw(self) -> dict[str, bytes]:
        """Files in ``raw/`` that landing would see, and their content."""
        return {
            path.relative_to(self.home.raw).as_posix(): path.read_bytes()
            for path in sorted(self.home.raw.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    def state(self, pull: Pull) -> PullState:
        return read_state(self.home, pull.name)


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    return load_sources(ROOT / "config" / "sources")


@pytest.fixture
def puller(tmp_path: Path, sources: dict[str, Source]) -> Puller:
    return Puller(Home(tmp_path / "home"), sources, tmp_path / "pulls")


@pytest.fixture
def shows_no(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> Iterator[Callable[[str], None]]:
    """Everything is logged; in the end a secret must stand nowhere: no log, no file, no name."""
    caplog.set_level(0)
    secrets: list[str] = []
    yield secrets.append
    assert secrets
    said = "".join(capfd.readouterr())
    for record in (*caplog.get_records("setup"), *caplog.get_records("call")):
        if not record.name.startswith(SERVERS):
            said += f"{record.getMessage()} {record.exc_info} {record.args}"
    for path in tmp_path.rglob("*"):
        said += str(path)
        if path.is_file():
            said += path.read_bytes().decode("utf-8", "replace")
    for secret in secrets:
        assert secret not in said
