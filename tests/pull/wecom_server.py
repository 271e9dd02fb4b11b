"""A local server that answers as WeCom does, see channels.md."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SAMPLES = Path(__file__).parents[1] / "samples"
SECRET = "wecom-secret-Zk9_x"
GET_BY_USER = "externalcontact/batch/get_by_user"


def sample(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


class Wecom:
    """A corporation with two guides who have customers and one who has none."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.staff = ["guide_zhang", "guide_li", "guide_new"]
        self.pages = {
            "": sample("wecom_batch_get_by_user.p1.json"),
            "r9FqSqsI8fgNbHLHE5QoCP50UIg2cFQbfma3l2QsmwI": sample(
                "wecom_batch_get_by_user.p2.json"
            ),
        }
        self.messages: dict[str, dict[str, Any]] = {}
        self.customers: Callable[[Any], Any] = self._customers
        self.token = 0
        self.calls: Counter[str] = Counter()
        self.bodies: list[tuple[str, Any]] = []
        self.failures: dict[str, list[Any]] = {}
        server.expect_request("/cgi-bin/gettoken").respond_with_handler(self._give_token)
        server.expect_request("/cgi-bin/", method="GET").respond_with_data(status=404)
        for path, answer in {
            "externalcontact/get_follow_user_list": self._staff,
            GET_BY_USER: lambda body: self.customers(body),
            "externalcontact/groupchat/list": lambda _: sample("wecom_groupchat_list.json"),
            "externalcontact/groupchat/get": self._group,
            "externalcontact/get_corp_tag_list": lambda _: sample("wecom_get_corp_tag_list.json"),
            "externalcontact/customer_acquisition/customer": lambda _: sample(
                "wecom_customer_acquisition_customer.json"
            ),
            "kf/sync_msg": lambda body: self.messages[body["cursor"]],
        }.items():
            server.expect_request(f"/cgi-bin/{path}").respond_with_handler(
                lambda request, path=path, answer=answer: self._answer(request, path, answer)
            )

    def fail(self, path: str, *failures: Any) -> None:
        """Let the next calls of a path fail: an error code, an HTTP status, or a text as body."""
        self.failures[path] = list(failures)

    def _give_token(self, request: Request) -> Response:
        self.calls["gettoken"] += 1
        if request.args["corpsecret"] != SECRET:
            return _json({"errcode": 40001, "errmsg": "invalid credential, hint: [1781748000_1]"})
        self.token += 1
        return _json({"errcode": 0, "errmsg": "ok", "access_token": f"token-{self.token}-y"})

    def _answer(self, request: Request, path: str, answer: Callable[[Any], Any]) -> Response:
        self.calls[path] += 1
        body = request.get_json(silent=True)
        self.bodies.append((path, body))
        if request.args.get("access_token") != f"token-{self.token}-y":
            return _json({"errcode": 40014, "errmsg": "invalid access_token, more info at …"})
        failures = self.failures.get(path, [])
        if failures:
            return _failure(failures.pop(0))
        return _json(answer(body))

    def _staff(self, _: Any) -> dict[str, Any]:
        return {"errcode": 0, "errmsg": "ok", "follow_user": self.staff}

    def _customers(self, body: dict[str, Any]) -> dict[str, Any]:
        assert len(body["userid_list"]) <= 100
        assert body["limit"] <= 100
        if body["userid_list"] == ["guide_new"]:
            return {"errcode": 84061, "errmsg": "not external contact relation"}
        return self.pages[body["cursor"]]

    def _group(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["need_name"] == 1
        answer = sample("wecom_groupchat_get.json")
        answer["group_chat"]["chat_id"] = body["chat_id"]
        return answer

    def declaration(self, *calls: str, **changes: str) -> str:
        settings = {
            "kind": "wecom",
            "corp_id": "wwSYNTHCORP",
            "secret_env": "WECOM_SECRET",
            "calls": json.dumps(calls),
            "base_url": self.server.url_for("").rstrip("/"),
            "retry": "{attempts: 4, first_wait_seconds: 0, blocked_wait_seconds: 0.01}",
            **changes,
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items())


def _json(content: Any) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, content_type="application/json; charset=UTF-8")


def _failure(failure: Any) -> Response:
    if isinstance(failure, str):
        return Response(failure)
    if failure >= 400 and failure < 600:
        return Response(status=failure)
    return _json({"errcode": failure, "errmsg": "api freq out of limit, hint: [1781748000_2]"})
