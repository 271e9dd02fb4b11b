"""Run the job `pull_exports` once in this process and tell how each pull ended."""

from collections.abc import Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from assets.pulls import pull_key
from assets.stores import HomeStore, make_home
from pipelines.alerts import told_by
from pipelines.definitions import defs
from pipelines.outcomes import QUIET, first_failure
from pipelines.run_logs import open_log
from siyu.plain_text import hide_people


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
        brought: dict[str, object] = {
            label: value.value
            for event in outcome.all_events
            if event.step_key == step and event.is_step_materialization
            for label, value in event.step_materialization_data.materialization.metadata.items()
        }
        yield Ending(name, brought, None if brought else _failure(outcome, step))


def _failure(outcome: dg.ExecuteInProcessResult, step: str) -> str:
    _, error = first_failure(outcome, step=step)
    if error is None:
        return "it did not run"
    # Dagster's word around what the pull said
    return hide_people(told_by(error).removeprefix("Failure: "))
