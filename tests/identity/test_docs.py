"""The page about identity says what the code does."""

from pathlib import Path

from siyu.identity.explain import EXPLAIN_SQL


def test_the_documented_query_is_the_tested_one():
    page = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
    assert f"```sql\n{EXPLAIN_SQL.strip()}\n```" in page
