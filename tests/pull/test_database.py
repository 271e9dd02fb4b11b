"""Pulls from a database, against a real PostgreSQL (and MariaDB where there is one)."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from siyu.ingest.landing import admit_exports, stage_exports
from siyu.pull.failures import PullInterruptedError, PullRefusedError
from tests.postgresql import PostgresqlServer
from tests.pull.conftest import NOW, Puller

TICKETS = """
create table "till tickets" (
    no bigint primary key, sold_at timestamptz not null, phone text, item text,
    paid numeric(18, 2) not null, updated_at timestamp
)
"""
FIRST = """
insert into "till tickets" values
    (6917926768823640001, '2026-06-18 20:00:00+08', '19900001001', '面霜, "舒缓"
装', 1299.10, '2026-06-18 20:00:00'),
    (6917926768823640002, '2026-06-18 23:30:00+08', null, '洁面', 0.30, '2026-06-18 23:30:00.5')
"""
COLUMNS = """\
columns:
  流水号: "no"
  销售时间: sold_at
  手机: phone
  商品名称: item
  实收: paid
  updated_at: updated_at
"""
LATER = "(6917926768823640003, '2026-07-01 10:00:00+08', null, '喷雾', 5, '2026-07-01 10:00:00')"


class Till:
    """A till's database."""

    def __init__(self, server: PostgresqlServer) -> None:
        self.server = server
        self.database = server.create_database()
        self.run(TICKETS, FIRST)

    def run(self, *statements: str) -> None:
        self.server.execute(self.database, *statements)

    def declaration(self, extra: str = "", *, columns: str = COLUMNS, **changes: str) -> str:
        settings = {
            "kind": "postgresql",
            "source": "pos_sales",
            "host": self.server.host,
            "port": str(self.server.port),
            "database": self.database,
            "user": self.server.user,
            "password_env": "TILL_PASSWORD",
            "tls": "none",
            "table": "public.till tickets",
            **changes,
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items()) + columns + extra


@pytest.fixture
def till(
    postgresql_server: PostgresqlServer, puller: Puller, shows_no: Callable[[str], None]
) -> Till:
    puller.secrets = {"TILL_PASSWORD": postgresql_server.password}
    shows_no(postgresql_server.password)
    return Till(postgresql_server)


def rows(content: bytes) -> list[str]:
    return sorted(content.decode().splitlines()[1:])


def test_every_digit_arrives_and_lands(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration())
    assert puller.pull(pull).files == 1
    (name,) = puller.raw()
    assert name.startswith("pos_sales/till/20261203010000_")
    staged = stage_exports(puller.home, puller.sources, loaded_at=NOW)
    files = admit_exports(puller.home, puller.sources, staged, {})
    assert files["status"].to_list() == ["landed"], files["reason"].to_list()
    landed = pl.read_parquet(puller.home.landing / "pos_sales" / "[0-9a-f]*.parquet")
    columns = ["ticket_no", "sold_at", "phone", "item_title", "paid_amount"]
    evening = datetime.fromisoformat("2026-06-18T12:00:00")
    night = datetime.fromisoformat("2026-06-18T15:30:00")
    assert landed.sort("ticket_no").select(columns).rows() == [
        ("6917926768823640001", evening, "19900001001", '面霜, "舒缓"\n装', Decimal("1299.10")),
        ("6917926768823640002", night, None, "洁面", Decimal("0.30")),
    ]


def test_the_same_rows_in_any_order_add_nothing(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration())
    puller.pull(pull)
    # a row that is written anew moves to the end of the table
    till.run('update "till tickets" set paid = paid where no = 6917926768823640001')
    assert puller.pull(pull).files == 0
    assert len(puller.raw()) == 1


def test_rows_said_before_and_unsaid_since_are_a_content_of_their_own(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration())
    puller.pull(pull)
    till.run('update "till tickets" set paid = paid + 1')
    puller.pull(pull)
    till.run('update "till tickets" set paid = paid - 1')
    assert puller.pull(pull).files == 1
    first, _, third = puller.raw().values()
    assert (third.strip(), third != first) == (first.strip(), True)


def test_with_a_watermark_only_what_changed_is_asked_for(till: Till, puller: Puller):
    text = till.declaration("watermark: updated_at\nrepeat_hours: 1\n")
    pull = puller.declare("till", text)
    puller.pull(pull)
    assert puller.state(pull).watermark == "2026-06-18T23:30:00.5"
    assert puller.pull(pull).files == 1  # the hour before the watermark, once more
    assert [len(rows(content)) for content in puller.raw().values()] == [3, 1]
    till.run(
        f'insert into "till tickets" values {LATER}',
        """insert into "till tickets" values
            (4, '2026-06-18 23:00:00+08', null, '迟到', 1, '2026-06-18 22:45:00'),
            (5, '2026-06-18 23:00:00+08', null, '无更新时间', 1, null)""",
    )
    puller.pull(pull)
    assert [line.split(",")[0] for line in rows(list(puller.raw().values())[-1])] == [
        '"4"',
        '"5"',
        '"6917926768823640002"',
        '"6917926768823640003"',
    ]
    assert puller.state(pull).watermark == "2026-07-01T10:00:00"


def test_a_number_serves_as_watermark(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration('watermark: "no"\n'))
    puller.pull(pull)
    till.run(f'insert into "till tickets" values {LATER}')
    puller.pull(pull)
    assert [line.split(",")[0] for line in rows(list(puller.raw().values())[-1])] == [
        '"6917926768823640002"',
        '"6917926768823640003"',
    ]


def test_a_text_is_no_watermark(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration("watermark: item\n"))
    with pytest.raises(PullRefusedError, match="neither times nor whole numbers"):
        puller.pull(pull)
    assert puller.raw() == {}


CUT = """
import sys, time, psycopg2
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
while True:
    cursor.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = %s and wait_event = 'PgSleep'",
        [sys.argv[2]],
    )
    time.sleep(0.05)
"""


def test_a_connection_lost_half_way_leaves_no_file_and_no_watermark(till: Till, puller: Puller):
    till.run(
        "create table many as select i as no, now() as sold_at, i as paid, repeat('x', 300) as pad "
        "from generate_series(1, 200000) i",
        "create view slow as select no, sold_at, paid, pad, "
        "case when no = 150000 then pg_sleep(120)::text end as nap from many",
    )
    columns = 'columns: {流水号: "no", 销售时间: sold_at, 实收: paid, pad: pad, nap: nap}\n'
    text = till.declaration('watermark: "no"\n', columns=columns, table="slow")
    pull = puller.declare("till", text)

    # a process of its own: a thread waits for Python while the reader waits for the server
    arguments = [sys.executable, "-c", CUT, till.server.url("postgres"), till.database]
    with subprocess.Popen(arguments) as cutter:
        try:
            with pytest.raises(PullInterruptedError, match=r"till: 127\.0\.0\.1 answers: "):
                puller.pull(pull)
        finally:
            cutter.kill()
    assert puller.raw() == {}
    assert puller.state(pull).watermark is None
    assert "127.0.0.1 answers" in (puller.state(pull).failure or "")


def test_an_unknown_column_is_told_with_the_servers_words(till: Till, puller: Puller):
    columns = 'columns: {流水号: "no", 销售时间: sold_at, 实收: price}\n'
    pull = puller.declare("till", till.declaration(columns=columns))
    with pytest.raises(PullRefusedError, match='column "price" does not exist'):
        puller.pull(pull)


def test_a_server_that_is_not_there_is_told_at_once(till: Till, puller: Puller):
    pull = puller.declare("till", till.declaration(port="1"))
    with pytest.raises(PullInterruptedError, match=r"127\.0\.0\.1:1 cannot be reached"):
        puller.pull(pull)


def test_nothing_is_written_to_the_database(till: Till, puller: Puller):
    till.run(
        "create function spoil() returns text language plpgsql as "
        "$$ begin delete from \"till tickets\"; return 'spoilt'; end $$",
        'create view spoiling as select no, sold_at, paid, spoil() as nap from "till tickets"',
    )
    columns = 'columns: {流水号: "no", 销售时间: sold_at, 实收: paid, nap: nap}\n'
    pull = puller.declare("till", till.declaration(columns=columns, table="spoiling"))
    with pytest.raises(PullInterruptedError, match="read-only transaction"):
        puller.pull(pull)
