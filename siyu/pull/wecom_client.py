"""One corporation's WeCom API: access token, repeated calls, errors told apart.

Which calls are made and what becomes of the answers stands in ``wecom``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siyu.ingest.json_values import parse_json
from siyu.pull.failures import PullInterruptedError, PullRefusedError
from siyu.pull.secrets import Secrets
from siyu.pull.settings import Retry, WecomPull
from siyu.pull.wecom_errors import AskedTooOftenError, TokenEndedError, error_of

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 60
TOKEN = "/cgi-bin/gettoken"
# a token refused right after it was given is refused for another reason
MOST_TOKENS = 3


@dataclass(frozen=True)
class Answer:
    """A successful answer.

    Attributes:
        raw: The body as it came.
        content: The same, parsed.
    """

    raw: bytes
    content: dict[str, Any]


def open_http(settings: WecomPull) -> "httpx.Client":
    """The connections of a pull."""
    import httpx

    return httpx.Client(base_url=settings.base_url, timeout=TIMEOUT_SECONDS)


class WecomClient:
    """Calls the API; tokens live as long as the client and are shown to nobody."""

    def __init__(self, http: "httpx.Client", settings: WecomPull, secrets: Secrets) -> None:
        """Call as one app of a corporation.

        Args:
            http: Connections to the API.
            settings: Corporation and back-off.
            secrets: Holds the app's secret.
        """
        self._http = http
        self._settings = settings
        self._secrets = secrets
        self._token: str | None = None
        self._tokens = 0
        self._wait = _backoff(settings.retry)

    def call(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Post a body to ``/cgi-bin/<path>``, or get it without one, until it answers.

        Raises:
            NoRelationError: The staff asked about have no customers.
            PullRefusedError: A person has to change something first.
            PullInterruptedError: It did not answer after the last attempt.
        """
        import stamina

        retry = self._settings.retry
        for attempt in stamina.retry_context(
            on=self._wait,
            attempts=retry.attempts,
            timeout=None,
            wait_initial=retry.first_wait_seconds,
            wait_max=retry.longest_wait_seconds,
            wait_jitter=min(1.0, retry.first_wait_seconds),
        ):
            with attempt:
                return self._call_with_token(f"/cgi-bin/{path}", body)
        raise AssertionError("unreachable")

    def _call_with_token(self, path: str, body: dict[str, Any] | None) -> Answer:
        while True:
            if self._token is None:
                self._token = self._fetch_token(path)
            try:
                answer = self._ask(path, {"access_token": self._token}, body)
            except TokenEndedError:
                self._token = None
                continue
            self._tokens = 0
            return answer

    def _fetch_token(self, path: str) -> str:
        if self._tokens == MOST_TOKENS:
            raise PullRefusedError(
                f"WeCom {path}: every new access token is refused; another program with the same "
                "secret may be at work"
            )
        way_in = {
            "corpid": self._settings.corp_id,
            "corpsecret": self._secrets[self._settings.secret_env],
        }
        token = self._ask(TOKEN, way_in, None).content.get("access_token")
        if not isinstance(token, str) or not token:
            raise PullInterruptedError(f"WeCom {TOKEN}: the answer holds no access token")
        self._tokens += 1
        return token

    def _ask(self, path: str, query: dict[str, str], body: dict[str, Any] | None) -> Answer:
        """One request. No message holds its address: secret and token stand in it."""
        import httpx

        method = "GET" if body is None else "POST"
        try:
            response = self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as error:
            raise PullInterruptedError(
                f"WeCom {path}: no answer ({type(error).__name__}); check the network"
            ) from None
        if response.status_code != httpx.codes.OK:
            raise _refused_status(path, response.status_code)
        try:
            content = parse_json(response.content)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise PullInterruptedError(f"WeCom {path}: the answer is no JSON object")
        if code := content.get("errcode", 0):
            raise error_of(int(code), str(content.get("errmsg", "")), path)
        return Answer(response.content, content)


def _refused_status(path: str, status: int) -> Exception:
    if status >= 500 or status == 429:
        return PullInterruptedError(f"WeCom {path}: HTTP status {status}; pull again later")
    return PullRefusedError(f"WeCom {path}: HTTP status {status}; check base_url and proxies")


def _backoff(retry: Retry) -> Any:
    """Which errors a call is repeated after, and a wait of its own where WeCom blocks."""

    def wait(error: Exception) -> bool | float:
        if isinstance(error, AskedTooOftenError):
            return retry.blocked_wait_seconds or True
        return isinstance(error, PullInterruptedError)

    return wait
