"""Alerts reach a webhook and a mailbox, once, and never show their addresses."""

import json
import logging
import socketserver
import threading
from datetime import date

import dagster as dg
import polars as pl
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster_shared.error import SerializableErrorInfo
from werkzeug import Response

from pipelines.alert_sensors import alert_on_failure, alert_on_refused_files
from pipelines.alerts import (
    ADDRESSES,
    describe_error,
    failures_told,
    send_alert,
    tell_refused_files,
)
from pipelines.night import NightFailedError
from siyu.home import Home
from siyu.ingest.export_files import EXPORT_FILES_SCHEMA


class Mailbox(socketserver.StreamRequestHandler):
    """As much SMTP as it takes to be given a message."""

    messages: list[str] = []  # noqa: RUF012

    def handle(self):
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.messages.append(b"".join(lines).decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def mailbox():
    Mailbox.messages = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def webhook(httpserver, monkeypatch):
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    monkeypatch.setenv(ADDRESSES, f"json://:s3cret@127.0.0.1:{httpserver.port}/hook")
    return httpserver


def told(webhook) -> list[dict]:
    return [json.loads(request.data) for request, _ in webhook.log]


def test_a_webhook_and_a_mailbox_are_told(webhook, mailbox, monkeypatch):
    mail = f"mailto://127.0.0.1:{mailbox}/?from=siyu@brand.example&to=ops@brand.example"
    monkeypatch.setenv(ADDRESSES, f"json://127.0.0.1:{webhook.port}/hook, {mail}")
    assert send_alert("A night failed", "The disk is full.") == []
    (message,) = told(webhook)
    assert (message["title"], message["message"]) == ("A night failed", "The disk is full.")
    (letter,) = Mailbox.messages
    assert "A night failed" in letter and "The disk is full." in letter


def test_an_address_that_fails_is_named_by_number_and_never_shown(
    webhook, monkeypatch, caplog, capsys
):
    webhook.expect_request("/broken").respond_with_handler(lambda _: Response(status=500))
    broken = f"json://user:s3cret@127.0.0.1:{webhook.port}/broken"
    monkeypatch.setenv(
        ADDRESSES, f"nonsense://s3cret {broken} json://127.0.0.1:{webhook.port}/hook"
    )
    with caplog.at_level(logging.DEBUG):
        assert send_alert("title", "body") == [1, 2]
    shown = capsys.readouterr()
    assert "s3cret" not in caplog.text + shown.out + shown.err


def test_without_addresses_nothing_is_sent(monkeypatch, tmp_path):
    monkeypatch.delenv(ADDRESSES, raising=False)
    assert send_alert("title", "body") == [] and tell_refused_files(tmp_path) == []


def test_a_failed_command_is_told_and_still_fails(webhook, tmp_path):
    with pytest.raises(NightFailedError), failures_told(tmp_path, date(2026, 10, 31)):
        raise NightFailedError("identity: cell 13912345678", outside="identity: ValueError")
    (message,) = told(webhook)
    assert "2026-10-31" in message["title"] and "identity: ValueError" in message["message"]
    assert "13912345678" not in json.dumps(message)


def test_only_own_errors_are_quoted():
    def error(name: str) -> SerializableErrorInfo:
        return SerializableErrorInfo("what was found", [], name, cause=None, context=None)

    assert describe_error("landing", error("ConfigError")) == "landing: ConfigError: what was found"
    assert "what was found" not in describe_error("landing", error("ValueError"))


def test_what_a_message_quotes_of_a_person_stays_in_the_machine(webhook):
    send_alert("title", "replies_13958214073.csv: zhang.san@example.com is no heading")
    (message,) = told(webhook)
    assert message["message"] == "replies_….csv: … is no heading"


def test_a_run_that_was_told_to_end_says_so():
    inside = SerializableErrorInfo("found", [], "ValueError", cause=None, context=None)
    stopped = SerializableErrorInfo("", [], DagsterExecutionInterruptedError.__name__, inside, None)
    assert describe_error("landing", stopped) == (
        "landing: the run was stopped by the system or a person; run again"
    )


def refuse(home: Home, *files: str) -> None:
    for folder in (home.exchange, home.reports):
        folder.mkdir(exist_ok=True)
    rows = [
        {"source": "jd_order", "file": file, "sha256": "ab", "status": "refused", "reason": "html"}
        for file in files
    ]
    pl.DataFrame(rows, schema=EXPORT_FILES_SCHEMA).write_parquet(
        home.exchange / "export_files.parquet"
    )


def test_a_refused_file_is_told_once_and_again_when_telling_failed(webhook, tmp_path, monkeypatch):
    home = Home(tmp_path)
    refuse(home, "a.csv", "b.csv")
    assert tell_refused_files(tmp_path) == []
    assert tell_refused_files(tmp_path) == []
    refuse(home, "a.csv", "b.csv", "c.csv")
    with monkeypatch.context() as broken:
        broken.setenv(ADDRESSES, "json://127.0.0.1:1/hook")
        assert tell_refused_files(tmp_path) == [1]
    assert tell_refused_files(tmp_path) == []
    first, second = told(webhook)
    assert "2 export files refused" in first["title"] and "jd_order/a.csv: html" in first["message"]
    assert "jd_order/c.csv" in second["message"] and "a.csv" not in second["message"]


@dg.op
def stumble():
    raise ValueError("cell 13912345678")


@dg.job
def stumbling():
    stumble()


@dg.job
def walking():
    pass


def ending(run: dg.ExecuteInProcessResult) -> dg.DagsterEvent:
    """The event that ended a run."""
    ends = (dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE)
    return next(event for event in run.all_events if event.event_type in ends)


@pytest.mark.parametrize(("tags", "messages"), [({}, 1), ({"siyu/kind": "command"}, 0)])
def test_the_daemon_tells_of_its_own_failed_runs(webhook, tmp_path, monkeypatch, tags, messages):
    monkeypatch.setenv("SIYU_HOME", str(tmp_path))
    with dg.instance_for_test() as instance:
        run = stumbling.execute_in_process(
            instance=instance, raise_on_error=False, tags={"siyu/as_of": "2026-10-31", **tags}
        )
        context = dg.build_run_status_sensor_context(
            "alert_on_failure",
            dagster_event=ending(run),
            dagster_instance=instance,
            dagster_run=run.dagster_run,
        ).for_run_failure()
        alert_on_failure(context)
    assert len(told(webhook)) == messages
    for message in told(webhook):
        assert "stumbling: stumble: ValueError" in message["message"]
        assert "13912345678" not in message["message"]


def test_the_daemon_tells_of_files_its_runs_refused(webhook, tmp_path, monkeypatch):
    monkeypatch.setenv("SIYU_HOME", str(tmp_path))
    refuse(Home(tmp_path), "a.csv")
    with dg.instance_for_test() as instance:
        run = walking.execute_in_process(instance=instance)
        context = dg.build_run_status_sensor_context(
            "alert_on_refused_files",
            dagster_event=ending(run),
            dagster_instance=instance,
            dagster_run=run.dagster_run,
        )
        alert_on_refused_files(context)
    assert len(told(webhook)) == 1
