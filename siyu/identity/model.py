"""Settings of the probabilistic option, and a lint of what fails quietly in such models.

Scores are made in `siyu.identity.probabilistic`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Use = Literal["messages", "analysis"]
Kind = Literal["exact", "text", "birthday", "joint"]
Probability = Annotated[float, Field(ge=0, le=1)]
Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Level = dict[str, object]

TEXT_LIKENESS = (0.92, 0.80)  # Jaro-Winkler; Splink's own for names


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ComparisonRule(_Settings):
    """How one thing about two people compares.

    Attributes:
        columns: What is compared; several only when they are one thing (surname and address).
        kind: ``exact``; ``text`` = by likeness; ``birthday`` = as one field of which two of
            three parts may agree; ``joint`` = several columns together.
    """

    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    kind: Kind

    @model_validator(mode="after")
    def _one_column_unless_joint(self) -> Self:
        if (self.kind == "joint") != (len(self.columns) > 1):
            raise ValueError("several columns make a comparison of kind joint, one column does not")
        return self


class Thresholds(_Settings):
    """Mean probability from which two clusters are one, per use; between review and it: review.

    Attributes:
        messages: For whatever reaches a person.
        analysis: For counting.
        review: Pairs from here on are shown to people.
    """

    messages: Probability = 0.95
    analysis: Probability = 0.3
    review: Probability = 0.2


class ProbabilisticModel(_Settings):
    """The model of ``config/identity_model.yml``.

    Attributes:
        enabled: Whether nights use it; off unless a brand turns it on.
        comparisons: What is compared.
        correlated: Groups of columns that mostly agree or differ together.
        blocking: Which pairs are compared at all: columns that must be equal.
        largest_block: Rows that may have a blocking value in common; a more common one says as
            little as a shared phone.
        thresholds: Where pairs become one, per use.
        seed: Of the random sample the model is trained on.
    """

    enabled: bool = False
    comparisons: Annotated[tuple[ComparisonRule, ...], Field(min_length=2)]
    correlated: tuple[tuple[Column, ...], ...] = ()
    blocking: Annotated[tuple[tuple[Column, ...], ...], Field(min_length=1)]
    largest_block: Annotated[int, Field(ge=2)] = 300
    thresholds: Thresholds = Thresholds()
    seed: int = 1

    @property
    def columns(self) -> set[str]:
        """Every column the model looks at."""
        compared = (rule.columns for rule in self.comparisons)
        return {column for columns in (*compared, *self.blocking) for column in columns}

    @model_validator(mode="after")
    def _pass_lint(self) -> Self:
        problems = lint_model(self)
        if problems:
            raise ValueError("; ".join(problems))
        return self


def lint_model(model: ProbabilisticModel) -> list[str]:
    """Find settings with which a model runs and gives wrong answers.

    Args:
        model: The settings.

    Returns:
        One sentence per problem.
    """
    problems = []
    for group in model.correlated:
        apart = [rule for rule in model.comparisons if set(rule.columns) & set(group)]
        if len(apart) > 1:
            problems.append(
                f"{' and '.join(group)} agree together, so their weights would count twice; "
                "make them one comparison of kind joint"
            )
    seen: set[str] = set()
    for rule in model.comparisons:
        twice = seen & set(rule.columns)
        if twice:
            problems.append(f"{', '.join(sorted(twice))} is compared twice; compare it once")
        seen |= set(rule.columns)
        problems += lint_levels(rule.columns, comparison_levels(rule))
        if not any(_is_free(rule, blocked) for blocked in model.blocking):
            problems.append(
                f"{', '.join(rule.columns)} stands in every blocking rule, so its weight cannot be "
                "learned; add a rule without it"
            )
    return problems


def training_rules(model: ProbabilisticModel) -> list[int]:
    """The first blocking rules that together let every comparison be learned.

    Args:
        model: The settings.
    """
    chosen: list[int] = []
    waiting = list(model.comparisons)
    for number, blocked in enumerate(model.blocking):
        left = [rule for rule in waiting if not _is_free(rule, blocked)]
        if len(left) < len(waiting):
            chosen.append(number)
        waiting = left
    return chosen


def _is_free(rule: ComparisonRule, blocked: tuple[str, ...]) -> bool:
    return not set(rule.columns) & set(blocked)


def lint_levels(columns: tuple[str, ...], levels: list[Level]) -> list[str]:
    """Find a comparison that takes a missing value for a contradiction, or has no last level.

    Args:
        columns: What is compared.
        levels: Its levels in Splink's words.
    """
    name = ", ".join(columns)
    problems = []
    if not any(level.get("is_null_level") for level in levels):
        problems.append(f"{name} has no null level: unknown would count as different")
    if not levels or levels[-1].get("sql_condition") != "ELSE":
        problems.append(f"{name} has no last level ELSE")
    return problems


def comparison_levels(rule: ComparisonRule) -> list[Level]:
    """The levels of a comparison in Splink's words, from full agreement to none.

    Args:
        rule: What is compared and how.
    """
    missing = " and ".join(_missing(column) for column in rule.columns)
    levels = [_level(missing, "missing", is_null_level=True)]
    if len(rule.columns) > 1:
        levels += [_level(condition, label) for condition, label in _joint(rule.columns)]
    else:
        column = rule.columns[0]
        levels += [_level(condition, label) for condition, label in _single(column, rule.kind)]
    return [*levels, _level("ELSE", "differs")]


def _level(condition: str, label: str, **also: object) -> Level:
    return {"sql_condition": condition, "label_for_charts": label, **also}


def _missing(column: str) -> str:
    return f"({column}_l is null or {column}_r is null)"


def _equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def _alike(column: str, likeness: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {likeness}"


def _joint(columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Several columns as one thing; one that is missing leaves the others to speak."""
    known = [f"({_missing(column)} or {_alike(column, TEXT_LIKENESS[0])})" for column in columns]
    missing = " or ".join(_missing(column) for column in columns)
    return [
        (" and ".join(_equal(column) for column in columns), "all equal"),
        (" and ".join(_alike(column, TEXT_LIKENESS[-1]) for column in columns), "all alike"),
        (f"({missing}) and {' and '.join(known)}", "alike as far as known"),
        *((_alike(column, TEXT_LIKENESS[0]), f"only {column} alike") for column in columns),
    ]


def _single(column: str, kind: Kind) -> list[tuple[str, str]]:
    equal = (_equal(column), "equal")
    if kind == "text":
        return [equal, *((_alike(column, x), f"like {x}") for x in TEXT_LIKENESS)]
    if kind == "birthday":
        parts = [
            f"(substr({column}_l, {at}, {long}) = substr({column}_r, {at}, {long}))::int"
            for at, long in ((1, 4), (6, 2), (9, 2))
        ]
        return [equal, (f"{' + '.join(parts)} = 2", "two of three parts")]
    return [equal]
