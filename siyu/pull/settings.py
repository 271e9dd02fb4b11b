"""What one file in ``config/pulls/`` may say, kind by kind.

Secrets never stand there, only the names of the environment variables that hold them.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from siyu.ingest.columns import Texts
from siyu.pull.wecom_calls import WECOM_SOURCES, WecomCall

Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Filled = Annotated[str, Field(min_length=1)]


def _no_credentials(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must start with https:// or http://")
    if "@" in url:
        raise ValueError("holds credentials; name the environment variables instead")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_no_credentials)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Retry(_Settings):
    """How often and how long a busy service is asked again, within one pull.

    Attributes:
        attempts: Calls in all, the first included.
        first_wait_seconds: Wait before the second one; it doubles from call to call.
        longest_wait_seconds: No wait is longer.
        blocked_wait_seconds: Wait when the service says that the limit of calls is reached;
            WeCom blocks for 60 seconds.
    """

    attempts: Annotated[int, Field(ge=1, le=20)] = 6
    first_wait_seconds: Annotated[float, Field(ge=0)] = 2
    longest_wait_seconds: Annotated[float, Field(ge=0)] = 120
    blocked_wait_seconds: Annotated[float, Field(ge=0)] = 61


class _Pull(_Settings):
    """What every pull has.

    Attributes:
        name: Name of the pull = name of its file.
        enabled: Whether it is run; false keeps the file as a note.
    """

    name: Annotated[str, Field(alias="pull", pattern=r"^[a-z][a-z0-9_]*$")]
    enabled: bool = True


class _FolderPull(_Pull):
    """Files of a folder elsewhere.

    Attributes:
        source: Source the files are exports of.
        files: Names to take, with ``*``, below the folder; sub-folders are looked through.
        quiet_seconds: A file changed less than so long ago may still be written and waits.
    """

    source: str
    files: Annotated[Texts, Field(min_length=1)] = ("*",)
    quiet_seconds: Annotated[int, Field(ge=0)] = 60

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources it writes exports of."""
        return (self.source,)


class S3Pull(_FolderPull):
    """A folder of an object store that speaks S3: Amazon, Alibaba OSS, Tencent COS, MinIO.

    Attributes:
        bucket: Bucket.
        prefix: Folder in it, '' for all of it.
        endpoint_url: Address of the store; null: Amazon's.
        region: Region, as the store names it.
        addressing: Where the bucket stands in the address; OSS and COS want ``virtual``.
        access_key_id_env: Variable that holds the key's id.
        secret_access_key_env: Variable that holds the key's secret.
        session_token_env: Variable that holds the token of a temporary key.
    """

    kind: Literal["s3"]
    bucket: Filled
    prefix: str = ""
    endpoint_url: Url | None = None
    region: str | None = None
    addressing: Literal["auto", "virtual", "path"] = "auto"
    access_key_id_env: Variable
    secret_access_key_env: Variable
    session_token_env: Variable | None = None

    @property
    def root(self) -> str:
        """Path of the folder."""
        return "/".join(part for part in (self.bucket, self.prefix.strip("/")) if part)


class SftpPull(_FolderPull):
    """A folder of an SFTP server.

    Attributes:
        host: Name or address.
        port: Port.
        user: User who logs in.
        folder: Absolute path on the server.
        host_key: The server's public key (``ssh-keyscan HOST``); another key is refused.
        password_env: Variable that holds the password.
        private_key_env: Variable that holds the private key, the whole text of its file.
        passphrase_env: Variable that holds the private key's passphrase.
    """

    kind: Literal["sftp"]
    host: Filled
    port: Port = 22
    user: Filled
    folder: Annotated[str, Field(pattern=r"^/")]
    host_key: Annotated[str, Field(pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$")]
    password_env: Variable | None = None
    private_key_env: Variable | None = None
    passphrase_env: Variable | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.password_env is None) == (self.private_key_env is None):
            raise ValueError("name either password_env or private_key_env")
        return self

    @property
    def root(self) -> str:
        """Path of the folder."""
        return self.folder.rstrip("/") or "/"


def _headings(value: Any) -> Any:
    return {name: name for name in value} if isinstance(value, list | tuple) else value


class DatabasePull(_Pull):
    """A table or view of a database.

    Attributes:
        source: Source the rows are an export of.
        host: Name or address of the server.
        port: Port; by default the usual one.
        database: Database.
        user: User who logs in; give one that may only read.
        password_env: Variable that holds the password.
        tls: Whether the connection must be encrypted; ``none`` only within one machine or network.
        table: Table or view, with its schema where it has one.
        columns: Heading in the raw file → column; a list takes the columns' names.
        watermark: Column that grows with every change (time or number); only rows from the last
            one on are asked for. Null: the whole table each time.
        repeat_hours: For a watermark that is a time: rows of so many hours before the last one
            are asked for again, for those who were committed late.
    """

    kind: Literal["postgresql", "mysql"]
    source: str
    host: Filled
    port: Port | None = None
    database: Filled
    user: Filled
    password_env: Variable
    tls: Literal["required", "none"] = "required"
    table: Filled
    columns: Annotated[dict[str, str], BeforeValidator(_headings), Field(min_length=1)]
    watermark: str | None = None
    repeat_hours: Annotated[int, Field(ge=0, le=24 * 31)] = 24

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources it writes exports of."""
        return (self.source,)

    @model_validator(mode="after")
    def _watermark_is_read(self) -> Self:
        if self.watermark is not None and self.watermark not in self.columns.values():
            raise ValueError(f"watermark {self.watermark} is none of the columns; add it to them")
        return self


class WecomPull(_Pull):
    """The customer-contact API of one WeCom corporation.

    Attributes:
        corp_id: Id of the corporation.
        secret_env: Variable that holds the secret of the app that may use customer contact.
        calls: What to ask for.
        staff: Staff whose customers are asked for; empty: all who have the right to contact.
        links: Ids of acquisition links, for ``acquisition_customers``.
        service_accounts: Ids (``open_kfid``) of service accounts, for ``service_messages``.
        base_url: Address of the API.
        retry: How often and how long it is asked again.
    """

    kind: Literal["wecom"]
    corp_id: Filled
    secret_env: Variable
    calls: Annotated[tuple[WecomCall, ...], Field(min_length=1)]
    staff: tuple[Filled, ...] = ()
    links: tuple[Filled, ...] = ()
    service_accounts: tuple[Filled, ...] = ()
    base_url: Url = "https://qyapi.weixin.qq.com"
    retry: Retry = Retry()

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources it writes exports of."""
        return tuple(WECOM_SOURCES[call] for call in self.calls)

    @model_validator(mode="after")
    def _subjects_are_named(self) -> Self:
        if len(set(self.calls)) < len(self.calls):
            raise ValueError("a call stands twice in calls; keep one")
        for call, subjects in (
            ("acquisition_customers", "links"),
            ("service_messages", "service_accounts"),
        ):
            if call in self.calls and not getattr(self, subjects):
                raise ValueError(f"{call} needs {subjects}")
        return self


Pull = S3Pull | SftpPull | DatabasePull | WecomPull


def variables_of(pull: Pull) -> tuple[str, ...]:
    """Names of the environment variables a pull needs."""
    return tuple(
        value
        for setting in type(pull).model_fields
        if setting.endswith("_env") and (value := getattr(pull, setting)) is not None
    )
