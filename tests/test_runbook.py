"""The runbook knows every message, and the deploy files name what is there."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml

import assets.project
import expectations
import pipelines
import siyu
from assets.project import ROOT
from siyu.errors import SiyuError

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ROOMS = (siyu, expectations, assets, pipelines)
UNITS = sorted((ROOT / "deploy" / "systemd").glob("siyu-*.service"))


def errors(base: type[Exception] = SiyuError) -> Iterator[type[Exception]]:
    for error in base.__subclasses__():
        yield error
        yield from errors(error)


def test_every_error_has_a_row_in_the_runbook():
    for room in ROOMS:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    ours = {error.__name__ for error in errors() if error.__module__.split(".")[0] != "tests"}
    rows = set(re.findall(r"`(\w+Error)`", RUNBOOK))
    assert ours - rows == set(), "errors without a row"
    assert rows - ours == set(), "rows without an error"


def rows() -> Iterator[tuple[list[str], str]]:
    """The errors of each row and what their messages say."""
    for row in re.findall(r"^\| (`\w+Error`[^|]*) \| ([^|]+) \|", RUNBOOK, flags=re.MULTILINE):
        yield re.findall(r"\w+Error", row[0]), row[1]


def texts_of(name: str) -> list[str]:
    """Every text in the modules that name an error; what is put into it at run time as ``…``."""
    found = []
    for room in ROOMS:
        for file in (ROOT / room.__name__).rglob("*.py"):
            code = file.read_text(encoding="utf-8")
            nodes = list(ast.walk(ast.parse(code))) if name in code else []
            docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
            for node in nodes:
                if id(node) in docstrings:
                    continue
                if isinstance(node, ast.JoinedStr):
                    parts = (getattr(part, "value", "") for part in node.values)
                    found.append("".join(part if isinstance(part, str) else "…" for part in parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return found


@pytest.mark.parametrize(("names", "says"), rows(), ids=lambda value: value[0])
def test_the_words_the_runbook_quotes_are_those_of_the_message(names, says):
    texts = [text for name in names for text in texts_of(name)]
    for quoted in re.split(r"…|\*\w+\*|[,;] |`", says):
        words = quoted.strip(" .:/").removeprefix("StepError: ComputeError")
        assert not words or any(words in text for text in texts), words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_start_commands_that_exist(unit):
    started = re.search(r"\.venv/bin/siyu (\w+)", unit.read_text())
    assert started
    command = "from pipelines.cli import main; main()"
    python = ROOT / ".venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", command, started[1], "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "--home" in done.stdout


def test_the_image_copies_files_that_exist():
    lines = (ROOT / "deploy" / "container" / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY req") for name in line.split()[1:-1]]
    assert copied and all((ROOT / name).exists() for name in copied)
    assert "USER siyu" in lines and "--require-hashes" in "".join(lines)


def test_the_compose_file_runs_daemon_webserver_and_postgresql():
    compose = yaml.safe_load((ROOT / "deploy" / "container" / "compose.yml").read_text())
    assert set(compose["services"]) == {"webserver", "daemon", "postgres"}
    assert "siyu-" not in str(compose["services"]["postgres"]["environment"])


@pytest.mark.parametrize("service", ["webserver", "daemon"])
def test_the_containers_get_secrets_of_pulls_and_the_config_of_the_machine(service):
    compose = yaml.safe_load((ROOT / "deploy" / "container" / "compose.yml").read_text())
    started = compose["services"][service]
    assert started["env_file"] == [{"path": "/etc/siyu/pulls.env", "required": False}]
    mounted = started["environment"]["SIYU_CONFIG"]
    assert f"${{SIYU_CONFIG:-../../config}}:{mounted}:ro" in started["volumes"]
    assert "SIYU_CONFIG" in inspect.getsource(assets.project)
