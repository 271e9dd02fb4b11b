"""What a pull remembers from run to run: where it stopped and how it ended.

Nothing here is a source of truth: without it the next pull asks for everything again, and what
``raw/`` already holds is not written twice.
"""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.home import Home


class RemoteVersion(BaseModel):
    """One remote file as it was when it was fetched.

    Attributes:
        size: Bytes.
        changed_at: Last change, as the server says.
        tag: The server's mark of the content ('' when it gives none).
        sha256: Of the content.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    changed_at: datetime
    tag: str
    sha256: str


class Stated(BaseModel):
    """The newest word on a call.

    Attributes:
        stamp: Moment of the pull that heard it, as it stands in names.
        digests: Hashes of the answers, whether they were written then or earlier.
    """

    model_config = ConfigDict(frozen=True)

    stamp: str
    digests: tuple[str, ...]


class PullState(BaseModel):
    """State of one pull.

    Attributes:
        tried_at: Start of the last run, naive UTC.
        pulled_at: Start of the last run that ended well, naive UTC.
        failure: Why the last run did not end well, null when it did.
        remote_files: Path below the remote folder → what was fetched last.
        watermark: Largest value of the watermark column seen.
        cursors: Subject → cursor up to which its messages were fetched.
        stated: Call → what its answers say, as far as it was heard.
    """

    tried_at: datetime | None = None
    pulled_at: datetime | None = None
    failure: str | None = None
    remote_files: dict[str, RemoteVersion] = Field(default_factory=dict)
    watermark: str | None = None
    cursors: dict[str, str] = Field(default_factory=dict)
    stated: dict[str, Stated] = Field(default_factory=dict)


def read_state(home: Home, pull: str) -> PullState:
    """State of a pull; that of a new one when there is none or it cannot be read."""
    try:
        return PullState.model_validate_json(_path(home, pull).read_bytes())
    except (OSError, ValidationError):
        return PullState()


def write_state(home: Home, pull: str, state: PullState) -> None:
    """Keep the state of a pull for the next run."""
    home.pulls.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    replace_file(_path(home, pull), state.model_dump_json(indent=1).encode())


def _path(home: Home, pull: str) -> Path:
    return home.pulls / f"{pull}.json"
