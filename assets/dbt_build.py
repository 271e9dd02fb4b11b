"""dbt run inside this process, its results told to Dagster as they come.

In process, because a dbt subprocess outlives a killed run and then holds the write lock of
`build.duckdb`, and because each one costs five seconds of imports.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import (
    get_asset_check_key_for_test,
    get_manifest_and_translator_from_dbt_assets,
)
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from google.protobuf.json_format import MessageToDict
from pydantic import PrivateAttr

from assets.build_database import why_made_anew
from assets.built_models import BuiltModels, ModelPrints, discard_build, in_order
from assets.project import DBT_PROJECT
from assets.stores import HomeStore, is_whole_parquet
from siyu.errors import SiyuError
from siyu.home import Home
from siyu.plain_text import hide_quoted


class DbtBuildError(SiyuError):
    """dbt could not build or a test failed; the message lists the nodes and their errors."""


class DbtBuild(dg.ConfigurableResource):
    """Builds dbt models of one home.

    Attributes:
        home: The home, held while a run builds.
    """

    home: HomeStore

    _parsed: Any = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["DbtBuild"]:  # noqa: ARG002
        """Hold the home for the run."""
        with self.home.held():
            yield self

    def build(
        self, context: dg.AssetExecutionContext, translator: DagsterDbtTranslator
    ) -> Iterator[Any]:
        """Build the models and run the tests that the context selects and that need it.

        Yields:
            One Dagster event for each model selected and each test run.

        Raises:
            DbtBuildError: A model or a test of severity error failed.
            BuildKeyError: The build database is encrypted and no key is given.
        """
        if reason := why_made_anew(self.home.paths.build_database):
            context.log.info(f"{reason}: the build database is made anew, encrypted.")
            discard_build(self.home.paths)
        manifest, *_ = get_manifest_and_translator_from_dbt_assets([context.assets_def])
        selected = _selected_nodes(context, manifest, translator)
        built, prints = BuiltModels(self.home.paths), ModelPrints(manifest, self.home.paths)
        pending = built.pending(selected, prints)
        yield from _standing(set(selected) - set(pending), manifest, translator)
        if missing := built.missing(pending, prints):
            raise DbtBuildError(
                f"{', '.join(missing)}: not built since the last failure; run the job `nightly`."
            )
        if pending:
            is_anew = built.are_rewritten(pending, prints)
            with built.building(pending, prints):
                yield from self._build(context, translator, manifest, pending, is_anew=is_anew)

    def _build(
        self,
        context: dg.AssetExecutionContext,
        translator: DagsterDbtTranslator,
        manifest: Any,
        pending: list[str],
        *,
        is_anew: bool,
    ) -> Iterator[Any]:
        names = [manifest["nodes"][unique_id]["name"] for unique_id in pending]
        events: SimpleQueue[Any] = SimpleQueue()
        told = (names, is_anew, events)
        worker = Thread(target=self._invoke, args=told, name="dbt", daemon=True)
        worker.start()
        while (message := events.get()) is not None:
            if isinstance(message, SiyuError):
                raise message
            event = DbtCoreCliEventMessage(
                raw_event=MessageToDict(message, preserving_proto_field_name=True),
                event_history_metadata={},
            )
            yield from event.to_default_asset_events(
                manifest=manifest,
                dagster_dbt_translator=translator,
                context=context,
                target_path=self._target,
                project=DBT_PROJECT,
            )
        worker.join()

    @property
    def _target(self) -> Path:
        return self.home.paths.root / ".dbt"

    def _invoke(self, names: list[str], is_anew: bool, events: "SimpleQueue[Any]") -> None:
        from dbt.cli.main import dbtRunner

        flags = [
            *("--project-dir", str(DBT_PROJECT.project_dir)),
            *("--profiles-dir", str(DBT_PROJECT.project_dir)),
            *("--target-path", str(self._target), "--log-path", str(self.home.paths.reports)),
            *("--log-level", "none", "--log-level-file", "info", "--no-write-json"),
        ]
        try:
            if self._parsed is None:
                parse = dbtRunner().invoke(["parse", *flags])
                self._parsed = parse.result
                _raise_failures(parse)
            selection = ["--select", *names, "--indirect-selection", "empty"]
            selection += ["--full-refresh"] if is_anew else []
            outcome = dbtRunner(manifest=self._parsed, callbacks=[events.put]).invoke(
                ["build", *selection, *flags]
            )
            _raise_failures(outcome)
        except SiyuError as error:
            events.put(_with_damaged(error, self.home.paths))
        except BaseException as error:  # the reader waits for the end of the queue
            events.put(DbtBuildError(f"dbt stopped: {hide_quoted(str(error))}"))
        finally:
            _release_database()
            events.put(None)


def _with_damaged(error: SiyuError, home: Home) -> SiyuError:
    """The same error, naming the tables that no reader can read: DuckDB does not say which."""
    damaged = [
        file.relative_to(home.root).as_posix()
        for file in sorted(home.exchange.rglob("[!._]*.parquet"))
        if not is_whole_parquet(file)
    ]
    if not damaged or not isinstance(error, DbtBuildError):
        return error
    return DbtBuildError(
        f"Damaged: {', '.join(damaged)}; delete it and run again, a day before the last one comes "
        f"back with `siyu run --as-of`. {error}"
    )


def _release_database() -> None:
    """Let go of `build.duckdb`, which dbt-duckdb keeps open after a failure."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import FACTORY

    for adapter in FACTORY.adapters.values():
        adapter.connections.cleanup_all()
    DuckDBConnectionManager.close_all_connections()


def _standing(
    unique_ids: Set[str], manifest: Any, translator: DagsterDbtTranslator
) -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
    """Say of models and tests that they stand as they are: what comes after them may go on.

    A test that stood passed, for one that fails stops the build, and nothing counts as built;
    of one that only warns, what it said last goes on to count.
    """
    facts = {"unchanged": True}
    for unique_id in filter(unique_ids.__contains__, in_order(manifest)):
        node = manifest["nodes"][unique_id]
        if node["resource_type"] == "model":
            name = translator.get_asset_key(node).to_python_identifier()
            yield dg.Output(None, output_name=name, metadata=facts)
        elif node["config"]["severity"].lower() == "error" and (
            key := get_asset_check_key_for_test(manifest, translator, unique_id, DBT_PROJECT)
        ):
            yield dg.AssetCheckResult(
                passed=True, asset_key=key.asset_key, check_name=key.name, metadata=facts
            )


def _selected_nodes(
    context: dg.AssetExecutionContext,
    manifest: Any,
    translator: DagsterDbtTranslator,
) -> list[str]:
    """Unique ids of the models and tests that the context selects."""
    models = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and translator.get_asset_key(node) in context.selected_asset_keys
    ]
    tests = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
        and get_asset_check_key_for_test(manifest, translator, unique_id, DBT_PROJECT)
        in context.selected_asset_check_keys
    ]
    return [*models, *tests]


def _first_cause(error: BaseException) -> BaseException:
    """What failed first: what dbt fails at while it cleans up says nothing."""
    while (before := error.__cause__ or error.__context__) is not None:
        error = before
    return error


def _raise_failures(outcome: Any) -> None:
    """Turn dbt's outcome into an error that names each failed node."""
    if outcome.success:
        return
    if outcome.exception is not None:
        cause = hide_quoted(str(_first_cause(outcome.exception)))
        raise DbtBuildError(f"dbt could not run: {cause}")
    failures = [
        f"{result.node.name}: {hide_quoted(str(result.message))}"
        for result in outcome.result.results
        if result.status in ("error", "fail", "runtime error")
    ]
    raise DbtBuildError("dbt failed on " + "; ".join(failures))
