"""Rows of a database table into one raw file: CSV, or JSON lines for a source of documents."""

import socket
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import polars as pl

from siyu.pull.failures import PullInterruptedError, PullRefusedError
from siyu.pull.raw_folder import HASH_SHOWN, RawFolder
from siyu.pull.secrets import Secrets
from siyu.pull.settings import DatabasePull
from siyu.pull.sql import DEFAULT_PORTS, SESSION, select_rows, watermark_key
from siyu.pull.state import PullState

BATCH_ROWS = 50_000
CONNECT_SECONDS = 20
# what servers answer when a person has to act
REFUSALS = (
    "authentication failed",
    "access denied",
    "permission denied",
    "denied to user",
    "does not exist",
    "doesn't exist",
    "unknown column",
    "unknown database",
    "no pg_hba.conf entry",
    "does not support tls",
)


def pull_table(
    settings: DatabasePull,
    folder: RawFolder,
    state: PullState,
    *,
    secrets: Secrets,
    stamp: str,
    as_lines: bool,
) -> None:
    """Write what a table holds, or what changed in it, as one raw file.

    Rows that say what the newest file says already add nothing, in whatever order they come.

    Args:
        settings: Database, table, columns, watermark.
        folder: Where the file goes.
        state: Holds the watermark; raised once the file is in its place.
        secrets: Holds the password.
        stamp: Moment the rows are read, as it stands in names.
        as_lines: JSON lines instead of CSV.

    Raises:
        PullRefusedError: The log-in, the table or a column is refused.
        PullInterruptedError: The server cannot be reached or stopped answering.
    """
    query = select_rows(settings, state.watermark)
    partial = folder.partial("rows")
    rows = _RowFile(partial, settings, as_lines=as_lines)
    for batch in read_batches(settings, query, secrets=secrets):
        rows.add(batch)
    before = folder.stated()
    if not rows.count or (before and before[-1].digest == rows.digest()):
        partial.unlink(missing_ok=True)
        folder.pulled.unchanged += 1
    else:
        # said before and unsaid since: a line feed more makes it a content of its own
        again = sum(file.digest == rows.digest() for file in before)
        with partial.open("ab") as file:
            file.write(b"\n" * again)
        form = "jsonl" if as_lines else "csv"
        folder.put(f"{stamp}_{rows.digest()}.{form}", partial)
    if rows.watermark is not None:
        state.watermark = _larger(state.watermark, rows.watermark, settings)


def read_batches(settings: DatabasePull, query: str, *, secrets: Secrets) -> Iterator[pl.DataFrame]:
    """Rows of a query as text, some thousand at a time.

    Raises:
        PullRefusedError: The server refuses the log-in or the query.
        PullInterruptedError: It cannot be reached or stopped answering.
    """
    port = settings.port or DEFAULT_PORTS[settings.kind]
    _knock(settings, port)
    import connectorx

    try:
        batches = connectorx.read_sql(
            _url(settings, port, secrets),
            query,
            return_type="arrow_stream",
            batch_size=BATCH_ROWS,
            pre_execution_query=SESSION[settings.kind],
        )
        for batch in batches:
            yield pl.DataFrame(pl.from_arrow(batch)).cast(pl.String)
    except BaseException as error:
        # its reader panics, which is no Exception, when the server goes away in the middle
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _failure(settings, secrets.hide(str(error))) from None


class _RowFile:
    """Rows on their way into a file, with what is to be known of them."""

    def __init__(self, path: Path, settings: DatabasePull, *, as_lines: bool) -> None:
        self._path = path
        self._settings = settings
        self._as_lines = as_lines
        self._sum = 0
        self.count = 0
        self.watermark: str | None = None
        path.write_bytes(b"")

    def add(self, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        content = self._written(rows, is_first=not self.count)
        for line in content.split(b"\n"):
            self._sum += int.from_bytes(blake2b(line, digest_size=16).digest(), "big")
        with self._path.open("ab") as file:
            file.write(content)
        self.count += rows.height
        if self._settings.watermark is not None:
            self._raise_watermark(rows)

    def digest(self) -> str:
        """Hash of the lines in no order: a database promises none."""
        total = blake2b(str((self._sum, self.count)).encode(), digest_size=HASH_SHOWN // 2)
        return total.hexdigest()

    def _written(self, rows: pl.DataFrame, *, is_first: bool) -> bytes:
        if self._as_lines:
            return rows.write_ndjson().encode()
        return rows.write_csv(include_header=is_first, quote_style="always").encode()

    def _raise_watermark(self, rows: pl.DataFrame) -> None:
        headings = {column: heading for heading, column in self._settings.columns.items()}
        values: Iterable[str] = rows[headings[self._settings.watermark or ""]].drop_nulls().unique()
        for value in values:
            self.watermark = _larger(self.watermark, value, self._settings)


def _larger(left: str | None, right: str, settings: DatabasePull) -> str:
    if left is None or watermark_key(right, settings) > watermark_key(left, settings):
        return right
    return left


def _knock(settings: DatabasePull, port: int) -> None:
    """Tell at once that nobody answers; the reader itself would try for half a minute."""
    try:
        socket.create_connection((settings.host, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        raise PullInterruptedError(
            f"{settings.name}: {settings.host}:{port} cannot be reached "
            f"({error.strerror or error}); check host, port and firewall"
        ) from None


def _url(settings: DatabasePull, port: int, secrets: Secrets) -> str:
    user = quote(settings.user, safe="")
    password = quote(secrets[settings.password_env], safe="")
    database = quote(settings.database, safe="")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"{settings.kind}://{user}:{password}@{host}:{port}/{database}"
    options = {
        ("postgresql", "required"): "?sslmode=require",
        ("postgresql", "none"): "?sslmode=disable",
        ("mysql", "required"): "?ssl-mode=required",
        ("mysql", "none"): "?ssl-mode=disabled",
    }
    return url + options[settings.kind, settings.tls]


def _failure(settings: DatabasePull, text: str) -> Exception:
    reason = " ".join(text.split())[:300]
    message = f"{settings.name}: {settings.host} answers: {reason}"
    if any(words in text.lower() for words in REFUSALS):
        return PullRefusedError(f"{message}; correct it and pull again")
    return PullInterruptedError(f"{message}; pull again")
