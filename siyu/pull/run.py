"""One pull from beginning to end: fetch, put into ``raw/``, remember how it ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from siyu.errors import SiyuError
from siyu.home import Home
from siyu.ingest.sources import Source
from siyu.pull.database import pull_table
from siyu.pull.failures import PullError, PullInterruptedError, PullRefusedError
from siyu.pull.filesystems import open_s3, open_sftp
from siyu.pull.quiet import quiet_libraries
from siyu.pull.raw_folder import Pulled, RawFolder, stamp_of
from siyu.pull.remote_folder import pull_files
from siyu.pull.secrets import Secrets
from siyu.pull.settings import DatabasePull, Pull, S3Pull, SftpPull, WecomPull
from siyu.pull.state import PullState, read_state, write_state
from siyu.pull.wecom import pull_answers
from siyu.pull.wecom_calls import WECOM_SOURCES
from siyu.pull.wecom_client import WecomClient, open_http

# what the libraries raise when the other side fails; the rest is a mistake of ours
LIBRARIES = ("aiobotocore", "aiohttp", "botocore", "httpx", "paramiko", "s3fs", "urllib3")
REFUSED = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError)
LONGEST_SHOWN = 600
ONE_SECOND = timedelta(seconds=1)


def run_pull(
    pull: Pull,
    *,
    home: Home,
    sources: Mapping[str, Source],
    secrets: Secrets,
    pulled_at: datetime,
) -> Pulled:
    """Run one pull once.

    Killed at any moment, the next run repeats what did not take its place: nothing is lost, and
    nothing that ``raw/`` holds is written twice.

    Args:
        pull: What to fetch from where.
        home: The home.
        sources: Declared sources by name.
        secrets: Values of the variables the pull names.
        pulled_at: Start of the run, naive UTC.

    Raises:
        PullRefusedError: A person has to change something first.
        PullInterruptedError: Trying again may help.
    """
    quiet_libraries()
    state = read_state(home, pull.name)
    state.tried_at = pulled_at
    # with a clock set back, what is fetched now would count as older than what is there
    moment = max(pulled_at, state.pulled_at + ONE_SECOND) if state.pulled_at else pulled_at
    pulled = Pulled()
    try:
        _fetch(pull, home, sources, secrets, moment, state, pulled)
        state.pulled_at, state.failure = moment, None
    except Exception as error:
        failure = _failure(pull, error, secrets)
        if failure is None:
            state.failure = f"{pull.name}: {type(error).__name__}, a mistake of Siyu: report it"
            raise
        state.failure = str(failure)
        raise failure from None
    finally:
        write_state(home, pull.name, state)
    return pulled


def _fetch(
    pull: Pull,
    home: Home,
    sources: Mapping[str, Source],
    secrets: Secrets,
    moment: datetime,
    state: PullState,
    pulled: Pulled,
) -> None:
    folders = [RawFolder(home, source, pull.name, pulled) for source in pull.sources]
    for folder in folders:
        folder.begin()
    if isinstance(pull, WecomPull):
        _fetch_answers(pull, folders, home, secrets, moment, state)
    elif isinstance(pull, DatabasePull):
        pull_table(
            pull,
            folders[0],
            state,
            secrets=secrets,
            stamp=stamp_of(moment),
            as_lines=sources[pull.source].is_document,
        )
    else:
        files = _open_folder(pull, secrets)
        pull_files(files, pull, folders[0], state, pulled_at=moment)


def _open_folder(pull: S3Pull | SftpPull, secrets: Secrets) -> Any:
    return open_s3(pull, secrets) if isinstance(pull, S3Pull) else open_sftp(pull, secrets)


def _fetch_answers(
    pull: WecomPull,
    folders: list[RawFolder],
    home: Home,
    secrets: Secrets,
    moment: datetime,
    state: PullState,
) -> None:
    by_source = dict(zip(pull.sources, folders, strict=True))
    with open_http(pull) as http:
        client = WecomClient(http, pull, secrets)
        for call in pull.calls:
            pull_answers(
                call,
                client,
                pull,
                by_source[WECOM_SOURCES[call]],
                state,
                stamp=stamp_of(moment),
                keep_state=lambda: write_state(home, pull.name, state),
            )


def _failure(pull: Pull, error: Exception, secrets: Secrets) -> PullError | None:
    """The error to tell, without secrets; None for a mistake of ours."""
    text = secrets.hide(" ".join(str(error).split()))[:LONGEST_SHOWN]
    if isinstance(error, SiyuError):
        kind = PullInterruptedError if isinstance(error, PullInterruptedError) else PullRefusedError
        return kind(text if text.startswith(f"{pull.name}:") else f"{pull.name}: {text}")
    is_theirs = isinstance(error, OSError | EOFError) or _library_of(error) in LIBRARIES
    if not is_theirs and secrets.hide(str(error)) == str(error):
        return None  # with its trace, which shows no secret
    reason = f"{pull.name}: {type(error).__name__}: {text or 'no reason given'}"
    if isinstance(error, REFUSED):
        return PullRefusedError(f"{reason}; check names and rights, then pull again")
    return PullInterruptedError(f"{reason}; pull again")


def _library_of(error: Exception) -> str:
    return type(error).__module__.partition(".")[0]
