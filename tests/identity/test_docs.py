"""The page about identity says what the code does."""

from pathlib import Path

from siyu.identity.explain import EXPLAIN_SQL, NEIGHBOURHOOD_SQL


def test_the_documented_queries_are_the_tested_ones():
    page = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
    for query in (EXPLAIN_SQL, NEIGHBOURHOOD_SQL):
        assert f"```sql\n{query.strip()}\n```" in page
