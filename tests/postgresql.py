"""A real PostgreSQL for tests: a cluster in a folder of its own, gone when the session ends.

`.ci/run` installs the server and sets SIYU_REQUIRE_POSTGRESQL, so that there its absence is a
failure; on a developer's machine the tests that need it are skipped.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg2
import pytest

REQUIRED = "SIYU_REQUIRE_POSTGRESQL"
DEBIAN = Path("/usr/lib/postgresql")
USER = "siyu"
HOST = "127.0.0.1"
# speed over safety: the cluster lives as long as the session
SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=30 -c shared_buffers=16MB"
ATTEMPTS = 5  # another process may take the free port first


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server; log in with a password over TCP.

    Attributes:
        port: Port on 127.0.0.1.
        password: Of the superuser `siyu`.
        host: Address it listens on.
        user: Name of the superuser.
    """

    port: int
    password: str
    host: str = HOST
    user: str = USER
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    def url(self, database: str) -> str:
        """Address of a database, with user and password."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def create_database(self) -> str:
        """Name of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self.execute("postgres", f"create database {name}")
        return name

    def execute(self, database: str, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        with closing(psycopg2.connect(self.url(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)


@contextmanager
def run_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server and stop it in the end; skip the test where there is none to start."""
    programs = _find_programs()
    if programs is None:
        missing = "no PostgreSQL server on this machine: apt-get install postgresql"
        if os.environ.get(REQUIRED):
            pytest.fail(missing)
        pytest.skip(missing)
    # not below pytest's folder: that is closed to the user the server runs as
    folder = Path(tempfile.mkdtemp(prefix="siyu-postgresql-"))
    try:
        password = secrets.token_hex(12)
        data = _make_cluster(programs, folder, password)
        port = _start(programs, folder, data)
        try:
            yield PostgresqlServer(port=port, password=password)
        finally:
            _run(programs / "pg_ctl", "stop", "-D", data, "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _find_programs() -> Path | None:
    """Debian keeps the server's programs out of PATH, a folder per version."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _make_cluster(programs: Path, folder: Path, password: str) -> Path:
    password_file = folder / "password"
    password_file.write_text(password)
    if os.geteuid() == 0:
        for path in (folder, password_file):
            shutil.chown(path, "postgres")
    data = folder / "data"
    _run(
        programs / "initdb",
        *("-D", data, "-U", USER, "--pwfile", password_file, "--auth-host=scram-sha-256"),
        *("--auth-local=reject", "--encoding=UTF8", "--no-locale", "--no-sync"),
    )
    return data


def _start(programs: Path, folder: Path, data: Path) -> int:
    log = folder / "log"
    for _ in range(ATTEMPTS):
        port = free_port()
        options = f"-p {port} -c listen_addresses={HOST} -k {folder} {SETTINGS}"
        start = (programs / "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)
        if _run(*start, check=False) == 0:
            return port
    raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text()}")


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _run(*command: object, check: bool = True) -> int:
    """Run one of the server's programs; it refuses to run as root."""
    runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin") or "runuser"
    as_postgres = [runuser, "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # a server that inherits a pipe would keep it open: its output goes to a file
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*as_postgres, *map(str, command)],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
        )
        if check and done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{output.read().decode()}")
        return done.returncode
