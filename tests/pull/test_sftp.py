"""Pulls from an SFTP folder, against a real server in this process."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest

from siyu.pull.failures import PullRefusedError
from tests.pull.conftest import NOW, Puller

USER, PASSWORD, PASSPHRASE = "brand", "sftp-secret-9#z", "key-passphrase-7"
CLIENT_KEY = asyncssh.generate_private_key("ssh-ed25519")


class _Login(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return bool(username)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == CLIENT_KEY.convert_to_public()


class Server:
    """An SFTP server that shows one folder as its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        listener = await asyncssh.create_server(
            _Login,
            "127.0.0.1",
            0,
            server_host_keys=[self.key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(self.root)),
        )
        self.port = listener.sockets[0].getsockname()[1]
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._end.wait()
        listener.close()

    def __enter__(self) -> "Server":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)

    def upload(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = NOW.timestamp() + 8 * 3600  # naive UTC read as local time of the test machine
        os.utime(path, (moment, moment))

    def declaration(self, **changes: str) -> str:
        settings = {
            "kind": "sftp",
            "source": "jd_order",
            "host": "127.0.0.1",
            "port": str(self.port),
            "user": USER,
            "folder": "/exports",
            "files": "'*.csv'",
            "host_key": self.key.export_public_key().decode().strip(),
            "password_env": "SFTP_PASSWORD",
            **changes,
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items() if value)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("sftp")) as running:
        running.upload("exports/2026/orders_20260620.csv", b"first")
        running.upload("exports/orders_20260621.csv", b"second")
        running.upload("exports/readme.txt", b"not asked for")
        yield running


def test_files_are_fetched_with_a_password(
    server: Server, puller: Puller, shows_no: Callable[[str], None]
):
    shows_no(PASSWORD)
    puller.secrets = {"SFTP_PASSWORD": PASSWORD}
    pull = puller.declare("jd", server.declaration())
    assert puller.pull(pull).files == 2
    assert puller.raw() == {
        "jd_order/jd/2026/orders_20260620.csv": b"first",
        "jd_order/jd/orders_20260621.csv": b"second",
    }
    assert (puller.pull(pull).files, len(puller.raw())) == (0, 2)


def test_files_are_fetched_with_a_private_key(
    server: Server, puller: Puller, shows_no: Callable[[str], None]
):
    text = CLIENT_KEY.export_private_key(passphrase=PASSPHRASE, rounds=1).decode()
    shows_no(PASSPHRASE)
    shows_no(text.splitlines()[2])
    puller.secrets = {"SFTP_KEY": text, "SFTP_PASSPHRASE": PASSPHRASE}
    key = {"private_key_env": "SFTP_KEY", "passphrase_env": "SFTP_PASSPHRASE", "password_env": ""}
    assert puller.pull(puller.declare("jd", server.declaration(**key))).files == 2


def test_a_wrong_password_is_refused_and_not_shown(
    server: Server, puller: Puller, shows_no: Callable[[str], None]
):
    shows_no("wrong-secret-1")
    puller.secrets = {"SFTP_PASSWORD": "wrong-secret-1"}
    with pytest.raises(PullRefusedError, match="refuses the log-in of brand"):
        puller.pull(puller.declare("jd", server.declaration()))


def test_a_server_with_another_key_is_refused(server: Server, puller: Puller):
    puller.secrets = {"SFTP_PASSWORD": PASSWORD}
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with pytest.raises(PullRefusedError, match="not the declared host_key"):
        puller.pull(puller.declare("jd", server.declaration(host_key=other)))
    assert puller.raw() == {}


def test_a_folder_that_is_not_there_is_no_empty_folder(server: Server, puller: Puller):
    puller.secrets = {"SFTP_PASSWORD": PASSWORD}
    with pytest.raises(PullRefusedError, match="there is no folder /export on"):
        puller.pull(puller.declare("jd", server.declaration(folder="/export")))


def test_a_text_that_is_no_key_is_told_by_its_variable(server: Server, puller: Puller):
    puller.secrets = {"SFTP_KEY": "no key"}
    settings = server.declaration(private_key_env="SFTP_KEY", password_env="")
    with pytest.raises(PullRefusedError, match="SFTP_KEY holds no private key"):
        puller.pull(puller.declare("jd", settings))
