"""Run the job `pull_exports` once in this process and tell how each pull ended."""

from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from assets.pulls import pull_key
from assets.stores import HomeStore, make_home
from pipelines.definitions import defs
from pipelines.outcomes import QUIET
from pipelines.run_logs import open_log


@dataclass(frozen=True)
class Ending:
    """How one pull ended.

    Attributes:
        name: Name of the pull.
        brought: Metadata of the asset; empty when it failed.
        failure: Why it failed, null when it did not.
    """

    name: str
    brought: dict[str, object]
    failure: str | None


def run_pulls(home: Path, names: Sequence[str]) -> list[Ending]:
    """Run pulls one after another; one that fails does not stop the others.

    Args:
        home: The home, already entered (`pipelines.environment`).
        names: Pulls to run, all declared.

    Returns:
        One ending per pull, in the order of the names.
    """
    make_home(HomeStore(root=str(home)).paths)
    job = defs.resolve_job_def("pull_exports")
    log = home / "reports" / "pulls.log"
    with (
        dg.DagsterInstance.get() as instance,
        open_log(log) as lines,
        redirect_stdout(lines),
        redirect_stderr(lines),
    ):
        outcome = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            asset_selection=[pull_key(name) for name in names],
            raise_on_error=False,
        )
    return list(_endings(outcome, names))


def _endings(outcome: dg.ExecuteInProcessResult, names: Sequence[str]) -> Iterable[Ending]:
    for name in names:
        step = "__".join(pull_key(name).path)
        failure: str | None = "it did not run"
        brought: dict[str, object] = {}
        for event in outcome.all_events:
            if event.step_key != step:
                continue
            if event.is_step_failure:
                failure = _reason(event)
            if event.is_step_materialization:
                metadata = event.step_materialization_data.materialization.metadata
                brought = {label: value.value for label, value in metadata.items()}
                failure = None
        yield Ending(name, brought, failure)


def _reason(event: dg.DagsterEvent) -> str:
    """The innermost cause, in one line."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return " ".join(error.message.split()) if error else "no stated reason"
