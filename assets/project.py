"""The files every asset is declared from: config, the dbt project and its manifest.

A brand that keeps its own beside a released Siyu names the folders in ``SIYU_CONFIG`` and
``SIYU_DBT_PROJECT``; they decide which assets there are, so they are read once, at the start.
Not here: where the brand's data lies (`assets.stores`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_dbt import DbtProject
from filelock import FileLock

from siyu.audience.spec import load_audiences
from siyu.errors import SiyuError
from siyu.files import replace_file
from siyu.ingest.sources import load_sources
from siyu.pull.declared import load_pulls

READABLE = 0o644  # the service may run as another user than who installed it
ROOT = Path(__file__).resolve().parents[1]
CONFIG = Path(os.environ.get("SIYU_CONFIG") or ROOT / "config")

AUDIENCES = load_audiences(CONFIG / "audiences")
SOURCES = load_sources(CONFIG / "sources")
PULLS = load_pulls(CONFIG / "pulls", SOURCES)
DBT_PROJECT = DbtProject(
    project_dir=Path(os.environ.get("SIYU_DBT_PROJECT") or ROOT / "dbt_project")
)


class DbtProjectError(SiyuError):
    """The dbt project does not parse; the message is dbt's own."""


def manifest_path() -> Path:
    """Return the manifest of the dbt project, parsed anew when a model is newer than it.

    Raises:
        DbtProjectError: The project does not parse.
    """
    manifest = DBT_PROJECT.manifest_path
    if _is_stale(manifest):
        manifest.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(manifest.with_name("parsing.lock")):
            if _is_stale(manifest):  # nobody else parsed it meanwhile
                parsed = _parse_project(manifest.with_name("parsing"))
                replace_file(manifest, parsed, mode=READABLE)
    return manifest


def _is_stale(manifest: Path) -> bool:
    return not manifest.exists() or manifest.stat().st_mtime < _newest_change()


def _newest_change() -> float:
    project = DBT_PROJECT.project_dir
    folders = [project / folder for folder in ("models", "macros", "tests")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return max(file.stat().st_mtime for file in [*files, *project.glob("*.yml")])


def _parse_project(target: Path) -> bytes:
    from dbt.cli.main import dbtRunner

    flags = [
        *("--project-dir", str(DBT_PROJECT.project_dir)),
        *("--profiles-dir", str(DBT_PROJECT.project_dir)),
        *("--target-path", str(target)),
        *("--log-level", "none", "--log-level-file", "none"),
    ]
    with _any_home():
        outcome = dbtRunner().invoke(["parse", *flags])
    if not outcome.success:
        raise DbtProjectError(f"The dbt project does not parse: {outcome.exception}")
    return (target / DBT_PROJECT.manifest_path.name).read_bytes()


@contextmanager
def _any_home() -> Iterator[None]:
    """Name some home for dbt to parse with: which assets there are depends on none."""
    if "SIYU_HOME" in os.environ:
        yield
        return
    os.environ["SIYU_HOME"] = str(ROOT / "data")
    try:
        yield
    finally:
        del os.environ["SIYU_HOME"]
