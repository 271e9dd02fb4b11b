"""How `build.duckdb` is opened: encrypted at rest when `SIYU_BUILD_KEY` holds a key.

The key is read here, at the moment of opening, and nowhere else: it enters no setting, no log, no
message and no file. The database is derived, so one that does not fit the key is made anew.
"""

import os
from importlib.resources import files
from pathlib import Path

import duckdb

from assets.duckdb_files import quote_text
from siyu.errors import SiyuError

VARIABLE = "SIYU_BUILD_KEY"
MAGIC, MAGIC_AT = b"DUCK", 8
FLAGS_AT, ENCRYPTED = 20, 1  # of the file's first page


class BuildKeyError(SiyuError):
    """The build database cannot be opened with the key given, or is encrypted and none is given."""


def has_key() -> bool:
    """Whether a key is given."""
    return bool(os.environ.get(VARIABLE))


def is_encrypted(database: Path) -> bool:
    """Whether a database file is encrypted; one that is not there is not."""
    if not database.exists():
        return False
    with database.open("rb") as file:
        head = file.read(FLAGS_AT + 1)
    is_database = head[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC and len(head) > FLAGS_AT
    return is_database and bool(head[FLAGS_AT] & ENCRYPTED)


def attach_build(
    connection: duckdb.DuckDBPyConnection, database: Path, *, read_only: bool = True
) -> None:
    """Attach the warehouse dbt builds as ``build``.

    Args:
        connection: To whatever database.
        database: The file; made when it does not exist and is not only read.
        read_only: Whether it is only read.

    Raises:
        BuildKeyError: It is encrypted with another key, or no key is given.
    """
    options = ["read_only"] if read_only else []
    if has_key():
        options.append(f"encryption_key {quote_text(os.environ[VARIABLE])}")
        if not read_only:
            _load_cipher(connection)
    chosen = f" ({', '.join(options)})" if options else ""
    try:
        connection.execute(f"attach {quote_text(str(database))} as build{chosen}")
    except (duckdb.InvalidInputException, duckdb.CatalogException) as error:
        if has_key() or is_encrypted(database):
            # the cause may quote the statement
            raise BuildKeyError(_explain(error, database)) from None
        raise


def why_made_anew(database: Path) -> str | None:
    """Why a build database must be made anew to be encrypted with the key given; None if not.

    Raises:
        BuildKeyError: It is encrypted and no key is given: it is not made anew in the clear.
    """
    if not database.exists():
        return None
    if not is_encrypted(database):
        return f"{VARIABLE} is given" if has_key() else None
    if not has_key():
        raise BuildKeyError(_without_key(database))
    return None if _opens(database) else f"{VARIABLE} has changed"


def _opens(database: Path) -> bool:
    with duckdb.connect() as connection:
        try:
            attach_build(connection, database)
        except BuildKeyError:
            return False
    return True


def _load_cipher(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB writes encrypted files with OpenSSL only, which comes with an installed package."""
    package = files("duckdb_extension_httpfs")
    extension = f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
    connection.execute(f"load {quote_text(str(package.joinpath(extension)))}")


def _explain(error: duckdb.Error, database: Path) -> str:
    if not has_key():
        return _without_key(database)
    if "not encrypted" in str(error):
        found = "is not encrypted, though a key is given"
    else:
        found = f"does not open with the key in {VARIABLE}"
    return (
        f"{database} {found}. Run the job `nightly`, which makes it anew with this key "
        "(it is derived), or give the key it was built with."
    )


def _without_key(database: Path) -> str:
    return (
        f"{database} is encrypted and {VARIABLE} is not set. Set it to the key, or delete the "
        "file: it is derived, and the next night makes it anew."
    )
