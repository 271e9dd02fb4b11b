"""How Dagster runs steps: in this process; a run for a past day answers it as its night did.

Dagster gives an executor the run before it makes resources, which name the home the steps work in.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.system_config.objects import ResolvedRunConfig

from assets.partitions import PARTITION_TAG
from pipelines.past_days import ANSWERS, BUILDING, PastDay, bring_home, entered, past_day, strangers
from pipelines.resources import held_home
from pipelines.tags import ANSWERED_FROM, KIND

STEPS = frozenset(asset.node_def.name for asset in BUILDING if asset.partitions_def is not None)


class NightExecutor(InProcessExecutor):
    """Runs the steps of a night; of a run for a past day only those that answer it."""

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """Run the steps and tell of each."""
        steps = [key for key in execution_plan.step_keys_to_execute if key in STEPS]
        past = _past_day(plan_context.dagster_run) if steps else None
        if past is None:
            yield from super().execute(plan_context, execution_plan)
            return
        run = plan_context.dagster_run
        plan_context.instance.add_run_tags(run.run_id, {ANSWERED_FROM: str(past.night.as_of_date)})
        for line in past.told():
            plan_context.log.info(line)
        narrowed = _narrowed(plan_context, execution_plan, steps)
        with entered(past, _wanted(plan_context)) as then:
            failed = False
            for event in super().execute(narrowed, narrowed.execution_plan):
                failed = failed or event.is_failure
                yield event
            if not failed:
                bring_home(past, then)
                for line in strangers(then):
                    plan_context.log.warning(line)


@dg.executor(name="night", requirements=[])
def night_executor(context: dg.InitExecutorContext) -> NightExecutor:  # noqa: ARG001
    """All steps in this process, one after the other: DuckDB allows one writing process."""
    return NightExecutor(retries=RetryMode.ENABLED)


def _past_day(run: dg.DagsterRun) -> PastDay | None:
    day = run.tags.get(PARTITION_TAG)
    if day is None:
        return None
    return past_day(held_home(), date.fromisoformat(day), kind=run.tags.get(KIND))


def _wanted(plan_context: PlanOrchestrationContext) -> list[dg.AssetKey]:
    """The answers the run is to make."""
    layer = plan_context.job.get_definition().asset_layer
    return sorted(ANSWERS & layer.selected_asset_keys)


def _narrowed(
    plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan, steps: list[str]
) -> PlanOrchestrationContext:
    """The same run, of some steps alone."""
    job = plan_context.job.get_definition()
    config = ResolvedRunConfig.build(job, plan_context.run_config)
    plan = execution_plan.build_subset_plan(steps, job, config)
    data: Any = plan_context.plan_data
    return PlanOrchestrationContext(
        plan_data=data._replace(execution_plan=plan),
        log_manager=plan_context.log,
        executor=plan_context.executor,
        output_capture=plan_context.output_capture,
    )
