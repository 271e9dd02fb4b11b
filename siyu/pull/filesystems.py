"""File systems of pulled folders: S3 and its kin, SFTP. The libraries load when they are used."""

import io
from typing import TYPE_CHECKING, Any

from siyu.pull.failures import PullRefusedError
from siyu.pull.secrets import Secrets
from siyu.pull.settings import S3Pull, SftpPull

if TYPE_CHECKING:
    import paramiko

CONNECT_SECONDS = 20
READ_SECONDS = 120
S3_ATTEMPTS = 4


def open_s3(settings: S3Pull, secrets: Secrets) -> Any:
    """The object store of a pull."""
    from s3fs import S3FileSystem

    token = settings.session_token_env
    return S3FileSystem(
        key=secrets[settings.access_key_id_env],
        secret=secrets[settings.secret_access_key_env],
        token=secrets[token] if token else None,
        endpoint_url=settings.endpoint_url,
        client_kwargs={"region_name": settings.region} if settings.region else {},
        config_kwargs={
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "retries": {"max_attempts": S3_ATTEMPTS, "mode": "standard"},
            "s3": {"addressing_style": settings.addressing},
        },
        # neither the secret nor yesterday's listing is to stay in this process
        skip_instance_cache=True,
        use_listings_cache=False,
    )


def open_sftp(settings: SftpPull, secrets: Secrets) -> Any:
    """The SFTP server of a pull.

    Raises:
        PullRefusedError: The server shows another key, or the log-in is refused.
    """
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    way_in: dict[str, Any] = {}
    if settings.password_env:
        way_in["password"] = secrets[settings.password_env]
    if settings.private_key_env:
        passphrase = secrets[settings.passphrase_env] if settings.passphrase_env else None
        way_in["pkey"] = _private_key(secrets[settings.private_key_env], passphrase, settings)
    try:
        server = SFTPFileSystem(
            settings.host,
            port=settings.port,
            username=settings.user,
            host_key_policy=_only(settings),
            allow_agent=False,
            look_for_keys=False,
            timeout=CONNECT_SECONDS,
            banner_timeout=CONNECT_SECONDS,
            auth_timeout=CONNECT_SECONDS,
            skip_instance_cache=True,
            **way_in,
        )
    except paramiko.AuthenticationException:
        raise PullRefusedError(
            f"{settings.name}: {settings.host} refuses the log-in of {settings.user}; "
            "check user and secret"
        ) from None
    # without it a server that falls silent is waited for for ever
    server.ftp.get_channel().settimeout(READ_SECONDS)
    return server


def _only(settings: SftpPull) -> "paramiko.MissingHostKeyPolicy":
    """Accept the declared host key and no other: nobody can stand in between."""
    import paramiko

    class OnlyDeclaredKey(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
            del client
            if settings.host_key.split()[:2] != [key.get_name(), key.get_base64()]:
                raise PullRefusedError(
                    f"{settings.name}: {hostname} shows the key {key.get_name()} "
                    f"{key.get_base64()}, not the declared host_key; ask the server's owner"
                )

    return OnlyDeclaredKey()


def _private_key(text: str, passphrase: str | None, settings: SftpPull) -> "paramiko.PKey":
    import paramiko

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text.strip() + "\n"), password=passphrase)
        except (paramiko.SSHException, ValueError):
            continue
    raise PullRefusedError(
        f"{settings.name}: {settings.private_key_env} holds no private key that can be read; "
        "put the whole text of the key file into it, and name passphrase_env if it has one"
    )
