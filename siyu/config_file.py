"""Reading one YAML file a brand edits: every refusal names file, line and column.

What the settings mean stands with the topic that uses them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from siyu.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Position = tuple[str | int, ...]
# the safe loader in C, ten times as fast; not every PyYAML is built with it
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class ConfigFile:
    """A YAML file with the place of every setting in it.

    Attributes:
        path: The file.
        content: The settings, as plain Python values.
        places: Path of keys and list positions → 1-based line and column of its value.
        blocks: Settings written as a block of text (``|`` or ``>``), which begins a line later.
    """

    path: Path
    content: Any
    places: dict[Position, tuple[int, int]]
    blocks: frozenset[Position]

    def error(self, position: Position, problem: str, *, text_line: int = 0) -> ConfigError:
        """The error for a setting: ``file:line:column: setting: problem``.

        Args:
            position: Path of keys and list positions.
            problem: What is wrong and what to do.
            text_line: 1-based line within the setting's text, when the problem stands there.
        """
        line, column = self._place_of(position)
        if text_line:
            line, column = line + text_line - (position not in self.blocks), 1
        setting = ".".join(str(part) for part in position)
        return ConfigError(f"{self.path}:{line}:{column}: {setting or 'file'}: {problem}")

    def parse(self, model: type[Model]) -> Model:
        """Check the settings against a model.

        Raises:
            ConfigError: One line per setting that is wrong, missing or unknown.
        """
        try:
            return model.model_validate(self.content)
        except ValidationError as refused:
            problems = [
                str(self.error(tuple(found["loc"]), found["msg"])) for found in refused.errors()
            ]
        raise ConfigError("\n".join(problems))

    def _place_of(self, position: Position) -> tuple[int, int]:
        for length in range(len(position), -1, -1):
            if position[:length] in self.places:
                return self.places[position[:length]]
        return (1, 1)


def load_config(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into its model.

    Raises:
        ConfigError: The file is missing, is no YAML, repeats a key or does not fit the model.
    """
    return read_config_file(path).parse(model)


def read_config_file(path: Path) -> ConfigFile:
    """Read a YAML file with the place of every setting.

    Raises:
        ConfigError: The file is missing, is no UTF-8 YAML or repeats a key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as refused:
        raise ConfigError(f"{path}: cannot be read ({refused.strerror}); restore it") from refused
    except UnicodeDecodeError as refused:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8") from refused
    try:
        nodes, content = _read_yaml(text, path)
    except (yaml.YAMLError, ValueError, RecursionError) as refused:
        told = " ".join(str(refused).split())
        raise ConfigError(f"{path}:{_yaml_place(refused)}: is no YAML: {told}") from refused
    return ConfigFile(
        path=path,
        content={} if content is None else content,
        places={
            at: (node.start_mark.line + 1, node.start_mark.column + 1) for at, node in nodes.items()
        },
        blocks=frozenset(
            at for at, node in nodes.items() if getattr(node, "style", "") in ("|", ">")
        ),
    )


def _read_yaml(text: str, path: Path) -> tuple[dict[Position, yaml.Node], Any]:
    """Places and values of all settings, of one reading."""
    loader = LOADER(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return {}, None
        nodes = dict(_walk(root, (), path))  # first: reading values takes merged keys apart
        return nodes, loader.construct_document(root)
    finally:
        loader.dispose()


def _walk(node: yaml.Node, position: Position, path: Path) -> Iterator[tuple[Position, yaml.Node]]:
    yield position, node
    if isinstance(node, yaml.MappingNode):
        _refuse_repeated_keys(node.value, path)
        for key, value in node.value:
            yield from _walk(value, (*position, key.value), path)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*position, number), path)


def _refuse_repeated_keys(pairs: Sequence[tuple[yaml.Node, yaml.Node]], path: Path) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if str(key.value) in seen:
            mark = key.start_mark
            raise ConfigError(
                f"{path}:{mark.line + 1}:{mark.column + 1}: {key.value}: stands twice; keep one"
            )
        seen.add(str(key.value))


def _yaml_place(refused: Exception) -> str:
    mark = getattr(refused, "problem_mark", None)
    return f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
