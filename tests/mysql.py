"""A real MySQL-speaking server (MariaDB) for tests, where the machine has one."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgresql import free_port

REQUIRED = "SIYU_REQUIRE_MYSQL"
HOST = "127.0.0.1"
USER = "siyu"
DATABASE = "till"
START_SECONDS = 60
READABLE = 0o022  # the server runs as a user of its own


@dataclass(frozen=True)
class MysqlServer:
    """A running server with one database.

    Attributes:
        port: Port on 127.0.0.1.
        password: Of the user `siyu`.
        socket: Where the superuser comes in.
    """

    port: int
    password: str
    socket: Path

    def execute(self, *statements: str) -> None:
        """Run statements in the database."""
        command = ["mariadb", f"--socket={self.socket}", "--user=root", "--protocol=socket"]
        subprocess.run(
            [*command, "--default-character-set=utf8mb4", DATABASE],
            input=";\n".join(statements),
            text=True,
            check=True,
            capture_output=True,
        )


@contextmanager
def run_mysql() -> Iterator[MysqlServer]:
    """Start a server and stop it in the end; skip the test where there is none to start."""
    program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("mariadb-install-db") is None:
        missing = "no MariaDB server on this machine: apt-get install mariadb-server"
        if os.environ.get(REQUIRED):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="siyu-mysql-"))
    own = ["--no-defaults", f"--datadir={folder / 'data'}"]
    as_user = ["--user=mysql"] if os.geteuid() == 0 else []
    # a server that starts clears its folder for temporary tables, which others may be using
    apart = {**os.environ, "TMPDIR": str(folder)}
    try:
        if as_user:
            shutil.chown(folder, "mysql")
        made = subprocess.run(
            ["mariadb-install-db", *own, *as_user, "--skip-test-db"],
            capture_output=True,
            text=True,
            check=False,
            umask=READABLE,
            env=apart,
        )
        if made.returncode:
            raise RuntimeError(f"MariaDB cannot make its folder: {made.stdout}{made.stderr}")
        port, socket = free_port(), folder / "socket"
        listen = [
            f"--port={port}",
            f"--socket={socket}",
            f"--bind-address={HOST}",
            "--skip-name-resolve",
        ]
        small = ["--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=0"]
        with subprocess.Popen(
            [program, *own, *as_user, *listen, *small], umask=READABLE, env=apart
        ) as process:
            try:
                yield _with_database(MysqlServer(port, secrets.token_hex(12), socket))
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with_database(server: MysqlServer) -> MysqlServer:
    ask = ["mariadb", f"--socket={server.socket}", "--user=root", "--execute"]
    until = time.monotonic() + START_SECONDS
    while subprocess.run([*ask, "select 1"], capture_output=True, check=False).returncode:
        if time.monotonic() > until:
            raise RuntimeError("MariaDB does not start")
        time.sleep(0.1)
    statements = (
        f"create database {DATABASE} character set utf8mb4; "
        f"create user {USER}@'{HOST}' identified by '{server.password}'; "
        f"grant select on {DATABASE}.* to {USER}@'{HOST}'"
    )
    subprocess.run([*ask, statements], check=True, capture_output=True)
    return server
