"""Pull assets: exports fetched from outside into ``raw/``. The fetching is in siyu.pull.

They stand upstream of landing but are no part of the night: job `pull_exports` runs them before
it. A run in which one of them fails still pulls the others, and the night that follows lands what
is there and says by a check which pull failed.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import dagster as dg
from filelock import FileLock, Timeout

from assets.measuring import measured
from assets.project import PULLS, SOURCES
from assets.stores import HomeStore
from siyu.files import PRIVATE_FOLDER
from siyu.pull.failures import PullRefusedError
from siyu.pull.run import run_pull
from siyu.pull.secrets import Secrets
from siyu.pull.settings import Pull, variables_of
from siyu.pull.state import PullState, read_state

CHECK = "pulled_well"
# a nightly pull that is older has missed a night
LATE_AFTER = timedelta(hours=36)


class SecretStore(dg.ConfigurableResource):
    """Where secrets come from; which place that is, is configured in `pipelines.resources`."""

    @abstractmethod
    def read(self, variables: Iterable[str]) -> Secrets:
        """Values of those of the variables that are set."""


def pull_key(name: str) -> dg.AssetKey:
    """Asset key of a pull."""
    return dg.AssetKey(["pull", name])


def keys_upstream_of(source: str) -> list[dg.AssetKey]:
    """The pulls that fetch exports of a source."""
    return [pull_key(name) for name, pull in PULLS.items() if source in pull.sources]


def build_pull(pull: Pull) -> dg.AssetsDefinition:
    """The asset of one pull."""

    @dg.asset(
        key=pull_key(pull.name),
        group_name="raw",
        description=f"Exports of {', '.join(pull.sources)}, fetched from outside ({pull.kind}).",
        kinds={pull.kind},
        owners=["team:data"],
    )
    @measured
    def pulled(home: HomeStore, secret_store: SecretStore) -> dg.MaterializeResult:
        with _held(home, pull.name), _failures_told():
            brought = run_pull(
                pull,
                home=home.paths,
                sources=SOURCES,
                secrets=secret_store.read(variables_of(pull)),
                pulled_at=home.now(),
            )
        return dg.MaterializeResult(
            metadata={
                "files": brought.files,
                "bytes": brought.bytes,
                "unchanged": brought.unchanged,
                "waiting": brought.waiting,
                "newest": brought.newest or "nothing new",
            }
        )

    return pulled


def build_check(pull: Pull) -> dg.AssetChecksDefinition:
    """The check by which the night says how the last run of a pull ended."""

    @dg.asset_check(
        asset=pull_key(pull.name),
        name=CHECK,
        description="The last pull ended well and is not older than 36 hours.",
    )
    def pulled_well(home: HomeStore) -> dg.AssetCheckResult:
        state = read_state(home.paths, pull.name)
        problem = problem_of(state, now=home.now())
        return dg.AssetCheckResult(
            passed=problem is None,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"problem": problem or "none", "pulled_at": str(state.pulled_at or "never")},
        )

    return pulled_well


def problem_of(state: PullState, *, now: datetime) -> str | None:
    """What is wrong with a pull, in one line; null when nothing is."""
    if state.failure is not None:
        return f"the last run failed: {state.failure}"
    if state.pulled_at is None:
        return "it has never run"
    if now - state.pulled_at > LATE_AFTER:
        return f"it last ended well at {state.pulled_at:%Y-%m-%d %H:%M} UTC"
    return None


@contextmanager
def _failures_told() -> Iterator[None]:
    """What trying again cannot help is not tried again."""
    try:
        yield
    except PullRefusedError as refused:
        raise dg.Failure(str(refused), allow_retries=False) from None


@contextmanager
def _held(home: HomeStore, name: str) -> Iterator[None]:
    """One run of a pull at a time; the night may run beside it."""
    home.paths.pulls.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    lock = FileLock(home.paths.pulls / f".{name}.lock", timeout=0, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise dg.Failure(
            f"{name}: another run of this pull is at work; wait for it to end", allow_retries=False
        ) from None
    try:
        yield
    finally:
        lock.release()


ASSETS = [build_pull(pull) for pull in PULLS.values()]
CHECKS = [build_check(pull) for pull in PULLS.values()]
