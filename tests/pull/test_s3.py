"""Pulls from an object store, against a server that speaks S3."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from siyu.pull.failures import PullInterruptedError, PullRefusedError
from siyu.pull.remote_folder import pull_files
from tests.pull.conftest import NOW, Puller

KEY_ID, SECRET = "AKIDSIYUTEST", "s3-secret/+=Tk9"
buckets = (f"brand-{number}" for number in count())


class Store:
    """A bucket of the server, written to as an uploader does."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self.bucket = next(buckets)
        self.files = S3FileSystem(
            key=KEY_ID, secret=SECRET, endpoint_url=endpoint_url, use_listings_cache=False
        )
        self.files.call_s3("create_bucket", Bucket=self.bucket)

    def upload(self, key: str, content: bytes, *, at: datetime = NOW) -> None:
        self.files.pipe(f"{self.bucket}/{key}", content)
        kept = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[self.bucket].keys[key]
        kept.last_modified = at

    def declaration(self, **changes: str) -> str:
        settings = {
            "kind": "s3",
            "source": "taobao_order",
            "bucket": self.bucket,
            "prefix": "exports/",
            "files": '["*.csv"]',
            "endpoint_url": self.endpoint_url,
            "region": "us-east-1",
            "access_key_id_env": "OSS_KEY_ID",
            "secret_access_key_env": "OSS_SECRET",
            **changes,
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items())


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint_url: str, puller: Puller, shows_no: Callable[[str], None]) -> Store:
    puller.secrets = {"OSS_KEY_ID": KEY_ID, "OSS_SECRET": SECRET}
    shows_no(SECRET)
    return Store(endpoint_url)


def test_new_files_are_fetched_once_under_their_names(store: Store, puller: Puller):
    store.upload("exports/ExportOrderList202606200900.csv", b"first")
    store.upload("exports/2026/shop.csv", b"second")
    store.upload("exports/notes.txt", b"not asked for")
    store.upload("exports/.hidden.csv", b"hidden")
    store.upload("exports/growing.csv.part", b"unfinished")
    store.upload("other/ExportOrderList202606200900.csv", b"elsewhere")
    pull = puller.declare("taobao", store.declaration())
    assert puller.pull(pull).files == 2
    expected = {
        "taobao_order/taobao/ExportOrderList202606200900.csv": b"first",
        # no time in its name: that of its last change, in Shanghai
        "taobao_order/taobao/2026/20261202010000_shop.csv": b"second",
    }
    assert puller.raw() == expected
    again = puller.pull(pull)
    assert (again.files, again.unchanged) == (0, 2)
    assert puller.raw() == expected


def test_a_changed_file_becomes_a_new_file_and_a_touched_one_does_not(store: Store, puller: Puller):
    name = "exports/ExportOrderList202606200900.csv"
    store.upload(name, b"old")
    pull = puller.declare("taobao", store.declaration())
    puller.pull(pull)
    store.upload(name, b"new", at=NOW + timedelta(hours=5))
    assert puller.pull(pull).files == 1
    store.upload(name, b"new", at=NOW + timedelta(hours=9))
    assert puller.pull(pull).files == 0
    assert puller.raw() == {
        "taobao_order/taobao/20261202060000_ExportOrderList202606200900.csv": b"new",
        "taobao_order/taobao/ExportOrderList202606200900.csv": b"old",
    }


def test_another_content_of_the_same_time_replaces_no_raw_file(store: Store, puller: Puller):
    pull = puller.declare("taobao", store.declaration())
    for content in (b"one", b"two", b"three"):
        store.upload("exports/shop.csv", content)
        assert puller.pull(pull).files == 1
    assert sorted(puller.raw().values()) == [b"one", b"three", b"two"]
    assert all("/20261202010000_" in name for name in puller.raw())


def test_without_its_state_a_pull_fetches_again_and_writes_nothing_twice(
    store: Store, puller: Puller
):
    store.upload("exports/ExportOrderList202606200900.csv", b"first")
    store.upload("exports/shop.csv", b"second")
    pull = puller.declare("taobao", store.declaration())
    puller.pull(pull)
    before = puller.raw()
    (puller.home.pulls / "taobao.json").write_text("{broken")
    assert puller.pull(pull).files == 0
    assert puller.raw() == before


def test_a_file_that_is_still_written_waits(store: Store, puller: Puller):
    store.upload("exports/a.csv", b"1", at=NOW + timedelta(days=1, seconds=-30))
    pull = puller.declare("taobao", store.declaration())
    assert (puller.pull(pull).waiting, puller.raw()) == (1, {})
    assert puller.pull(pull).files == 1


class _Interfering:
    """The store, while somebody does something at the moment a file is fetched."""

    def __init__(self, files: S3FileSystem, interfere: Callable[[str], None]) -> None:
        self._files, self._interfere = files, interfere

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)

    def get_file(self, rpath: str, lpath: str) -> None:
        self._files.get_file(rpath, lpath)
        self._interfere(lpath)


@pytest.mark.parametrize("what", ["changed", "cut"])
def test_a_file_that_changes_or_is_cut_while_it_is_fetched_is_not_kept(
    store: Store, puller: Puller, what: str, monkeypatch: pytest.MonkeyPatch
):
    def interfere(fetched: str) -> None:
        if what == "changed":
            store.upload("exports/a.csv", b"three", at=NOW + timedelta(hours=1))
        else:
            Path(fetched).write_bytes(b"o")

    store.upload("exports/a.csv", b"one")
    pull = puller.declare("taobao", store.declaration())
    with monkeypatch.context() as patch:
        patch.setattr(
            "siyu.pull.run.pull_files",
            lambda files, *rest, **named: pull_files(
                _Interfering(files, interfere), *rest, **named
            ),
        )
        if what == "changed":
            assert puller.pull(pull).waiting == 1
        else:
            with pytest.raises(PullInterruptedError, match="ended early"):
                puller.pull(pull)
    assert puller.raw() == {}
    assert list(puller.home.raw.rglob("*.partial")) == []
    assert puller.pull(pull).files == 1


def test_a_killed_download_leaves_nothing_that_lands(store: Store, puller: Puller):
    store.upload("exports/a.csv", b"whole")
    pull = puller.declare("taobao", store.declaration())
    left = puller.home.raw / "taobao_order" / "taobao" / ".a.csv.partial"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"wh")
    puller.pull(pull)
    assert list(puller.raw().values()) == [b"whole"]
    assert not left.exists()


def test_a_bucket_that_is_not_there_is_no_empty_folder(store: Store, puller: Puller):
    pull = puller.declare("taobao", store.declaration(bucket="nobody-has-this"))
    with pytest.raises(PullRefusedError, match="taobao: FileNotFoundError: The specified bucket"):
        puller.pull(pull)
    state = puller.state(pull)
    assert state.pulled_at is None
    assert "bucket" in (state.failure or "")


def test_a_store_that_cannot_be_reached_may_be_tried_again(puller: Puller, store: Store):
    pull = puller.declare("taobao", store.declaration(endpoint_url="http://127.0.0.1:1"))
    with pytest.raises(PullInterruptedError, match="Could not connect"):
        puller.pull(pull)


def test_a_name_that_leaves_the_folder_is_refused(puller: Puller, store: Store):
    store.upload("exports/a\\..\\evil.csv", b"x")
    pull = puller.declare("taobao", store.declaration())
    with pytest.raises(PullRefusedError, match="rename the file"):
        puller.pull(pull)


def test_the_moment_of_a_change_is_read_in_utc(store: Store, puller: Puller):
    store.upload(
        "exports/a.csv", b"1", at=datetime(2026, 6, 18, 12, tzinfo=UTC).replace(tzinfo=None)
    )
    puller.pull(puller.declare("taobao", store.declaration()))
    assert list(puller.raw()) == ["taobao_order/taobao/20260618200000_a.csv"]
