"""What holds over many nights: ids, overrides, increments, and undoing."""

import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from identity_histories import (
    ACCOUNTS,
    QUIET,
    RULES,
    SECRET,
    Brand,
    histories,
    lives,
    node,
    partition,
    phone,
    words,
    written,
)

from siyu.identity.changes import Input, find_changes
from siyu.identity.incremental import resolve_changes
from siyu.identity.ledger import translate
from siyu.identity.packing import TABLES
from siyu.identity.reach import find_reach
from siyu.identity.resolution import Ledger


@QUIET
@given(lives())
def test_ids_change_only_with_a_log_row_and_ended_ones_never_return(nights):
    brand, run_date = Brand(), date(2026, 6, 1)
    owners: dict[str, str] = {}
    ended: set[str] = set()
    for records, orders in nights:
        for stated in records:
            brand.record(**stated)
        for action, left, right in orders:
            brand.order(action, left, right)
        known = brand.log.height
        names = list(owners)
        bore = translate(pl.Series([owners[name] for name in names], dtype=pl.String), brand.log)
        # an identifier that was nobody's for a while comes back under the heir of its customer
        owners = dict(zip(names, bore.to_list(), strict=True))
        resolution = brand.resolve(run_date)
        run_date += timedelta(days=1)
        events = resolution.log.slice(known)
        moves = set(
            events.filter(pl.col("event").is_in(["merged", "moved"]))
            .select("customer_id", "other_customer_id")
            .iter_rows()
        ) | set(events.filter(event="split").select("other_customer_id", "customer_id").iter_rows())
        now = dict(
            resolution.nodes.drop_nulls("customer_id")
            .select("identifier_hash", "customer_id")
            .iter_rows()
        )
        for name, customer in now.items():
            before = owners.get(name) or customer
            assert before == customer or (before, customer) in moves
        ended |= set(events.filter(event="merged")["customer_id"])
        assert not ended & set(now.values())
        # any id ever given leads to a living one, or to nobody when its evidence is all blocked
        all_ids = pl.Series(sorted((set(owners.values()) | ended) - {None}), dtype=pl.String)
        alive = set(now.values()) | set(resolution.records["customer_id"].drop_nulls())
        assert set(translate(all_ids, resolution.log).drop_nulls()) <= alive
        owners.update(now)


@QUIET
@given(lives())
def test_a_rebuild_from_raw_with_the_ledger_gives_the_same_ids(nights):
    brand = Brand()
    for records, orders in nights:
        for stated in records:
            brand.record(**stated)
        for action, left, right in orders:
            brand.order(action, left, right)
        last = brand.resolve()
    rebuilt = brand.resolve(date(2027, 1, 1), shuffle=5)
    assert rebuilt.entry.is_empty()
    assert rebuilt.nodes.equals(last.nodes)


@QUIET
@given(histories(), words(ACCOUNTS, 4), words(ACCOUNTS, 4))
def test_never_link_parts_and_always_link_joins(history, left, right):
    parted = written(history).order("never_link", left, right).resolve()
    joined = written(history).order("always_link", left, right).resolve()
    for resolution, may_share in ((parted, False), (joined, True)):
        owners = [owner_of(resolution, word) for word in (left, right)]
        if left == right or None in owners:
            continue
        assert (owners[0] == owners[1]) == may_share


FILES = 16
AGAIN = 10_000  # lines of sights that are no first ones
# which record is seen again, how many days later, whether its former last sight is forgotten
SIGHTS = st.lists(st.tuples(st.integers(0, 20), st.integers(-20, 20), st.booleans()), max_size=6)


# which record another file tells one more identifier of, as a bill does of an order, or a name
LEARNT = st.lists(
    st.tuples(
        st.integers(0, 20), st.one_of(words(ACCOUNTS, 4), st.sampled_from(["王晓彤", "李建国"]))
    ),
    max_size=3,
)


def learn(brand: Brand, learnt: list[tuple[int, str]]) -> None:
    """Add identifiers and names to records that are there."""
    for place, word in learnt:
        if not brand.rows:
            return
        record, *_, rule, seen_at, source, _, _ = brand.rows[place % len(brand.rows)]
        place = (seen_at, source, "more.csv", AGAIN + len(brand.rows))
        if ":" in word:
            brand.rows.append((record, *node(word), "strong", rule, *place))
        else:
            brand.stated.append((record, "name", word, True, *place))


def see_again(brand: Brand, sights: list[tuple[int, int, bool]]) -> None:
    """Add sights of records that are there."""
    for place, days, forgets in sights:
        records = sorted({row[0] for row in brand.rows})
        if not records:
            return
        seen = records[place % len(records)]
        rows = [row for row in brand.rows if row[0] == seen]
        first = [row for row in rows if row[-1] < AGAIN]
        if forgets:
            brand.rows = [row for row in brand.rows if row[0] != seen] + first
        line = AGAIN + len(brand.rows)
        brand.rows += [(*row[:6], row[6] + timedelta(days=days), *row[7:-1], line) for row in first]


def news(before: Input, now: Input) -> tuple[Input, Input]:
    """Two nights without the files they have in common; rows of one record lie in several files."""
    file = pl.col("identifier").hash() % FILES
    differing = [
        number
        for number in range(FILES)
        if not before.identifiers.filter(file == number).equals(
            now.identifiers.filter(file == number)
        )
    ]
    one, other = (
        Input(night.identifiers.filter(file.is_in(differing)), night.attributes, night.overrides)
        for night in (before, now)
    )
    return one, other


def resolved_from_news(previous, before, now, ledger, run_date):
    """A night that reads only the files that are not as they were to find what changed."""
    changes = find_changes(*news(before, now), RULES)
    return resolve_changes(
        {table: getattr(previous, table) for table in TABLES},
        find_reach(changes, now, previous.nodes, RULES),
        now,
        rules=RULES,
        ledger=ledger,
        run_date=run_date,
        secret=SECRET,
    )


@settings(QUIET, max_examples=40)
@given(histories(), LEARNT.filter(bool))
def test_what_one_file_tells_of_a_record_reaches_what_others_told_of_it(history, learnt):
    brand = written(history)
    before, previous = brand.input(), brand.resolve()
    ledger = Ledger(brand.registry, brand.log)
    learn(brand, learnt)
    incremental = resolved_from_news(previous, before, brand.input(), ledger, date(2026, 7, 1))
    whole = brand.resolve(date(2026, 7, 1))
    assert partition(incremental) == partition(whole)
    assert incremental.links.equals(whole.links)


@QUIET
@given(lives(), st.lists(SIGHTS, min_size=5, max_size=5), st.lists(LEARNT, min_size=5, max_size=5))
def test_incremental_equals_from_scratch_at_every_step(nights, sights, learnt):
    """Also when a record goes away, is seen again, a row changes or an override comes."""
    scratch = Brand()
    before = scratch.input()
    incremental = scratch.resolve()
    run_date = date(2026, 6, 1)
    for night, (records, orders) in enumerate(nights):
        ledger = Ledger(scratch.registry, scratch.log)
        for stated in records:
            scratch.record(**stated)
        for action, left, right in orders:
            scratch.order(action, left, right)
        if night % 2:
            gone = {row[0] for row in scratch.rows[::5]}
            scratch.rows = [row for row in scratch.rows if row[0] not in gone]
        see_again(scratch, sights[night])
        learn(scratch, learnt[night])
        now = scratch.input()
        incremental = resolved_from_news(incremental, before, now, ledger, run_date)
        whole = scratch.resolve(run_date)
        assert partition(incremental) == partition(whole)
        assert incremental.links.equals(whole.links)
        assert incremental.shared.equals(whole.shared)
        assert incremental.nodes.drop("customer_id").equals(whole.nodes.drop("customer_id"))
        before, run_date = now, run_date + timedelta(days=1)
        scratch.registry, scratch.log = incremental.registry, incremental.log


def owner_of(resolution, word):
    namespace, scope, identifier = node(word)
    found = resolution.nodes.filter(namespace=namespace, scope=scope, identifier=identifier)
    return found["customer_id"].item() if found.height else None


@QUIET
@given(histories(8), histories(8))
def test_unlink_then_rebuild_equals_two_people_built_apart(mine, theirs):
    """One wrong record joins two histories without common identifiers; unlink undoes it."""
    left = [shifted(stated, "m", 0) for stated in mine] + [stated_as("m:hub", "unionid:M mp@wxA:M")]
    right = [shifted(stated, "t", 50) for stated in theirs] + [stated_as("t:hub", "jd:T")]
    apart = written(left + right).resolve()
    wrong = stated_as("wrong", "unionid:M jd:T")
    brand = written([*left, *right, wrong])
    brand.resolve()
    undone = brand.order("never_link", "unionid:M", "jd:T").resolve(date(2026, 7, 1))
    assert partition_without(undone, "record wrong") == partition_without(apart, "")


def stated_as(name, strong):
    return {"record": name, "strong": strong}


def shifted(stated, prefix, by):
    """The same record about other identifiers."""

    def moved(word):
        kind, _, value = word.partition(":")
        if kind == "phone":
            return phone(int(value[3:]) + by)
        if kind == "email":
            return f"email:{prefix}{value}"
        return f"{kind}:{prefix}{value}"

    changed = {key: " ".join(map(moved, stated[key].split())) for key in ("strong", "typed")}
    return {**stated, **changed, "record": f"{stated['record']}{prefix}"}


def partition_without(resolution, record):
    return {cluster - {record} for cluster in partition(resolution)}
