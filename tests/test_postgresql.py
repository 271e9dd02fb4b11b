"""The PostgreSQL that tests start for themselves."""

from contextlib import closing

import psycopg2

from tests.postgresql import PostgresqlServer


def test_a_new_database_is_empty_and_answers(postgresql_server: PostgresqlServer):
    database = postgresql_server.create_database()
    postgresql_server.execute(database, "create table tickets (no bigint)")
    with (
        closing(psycopg2.connect(postgresql_server.url(database))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select count(*) from tickets")
        assert cursor.fetchone() == (0,)
    assert postgresql_server.create_database() != database
