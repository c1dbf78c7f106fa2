"""Exceptions in the log: where and what kind, never what somebody wrote."""

from __future__ import annotations

import ast
import asyncio
import json
import sqlite3
from pathlib import Path

import msgspec
import psycopg
import pytest
import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError

from chat.cli import logs
from chat.cli.described import described, formatted
from tests.unit.test_floors import ROOT, sources

TEXT = "kanarienvogel"


def _sqlite(statement: str) -> DBAPIError:
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(":memory:").execute(statement)
    return DBAPIError.instance(statement, [TEXT], caught.value, sqlite3.Error)  # type: ignore[return-value]


def _postgres(kind: type[psycopg.Error], says: str) -> DBAPIError:
    return IntegrityError(f"INSERT {TEXT}", {"body": TEXT}, kind(says), hide_parameters=True)


def _quoting(what: object) -> Exception:
    try:
        msgspec.json.decode(b'{"a": ' + what) if isinstance(what, bytes) else int(str(what))
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError(what)


@pytest.mark.attack
@pytest.mark.parametrize(
    ("error", "says"),
    [
        (_sqlite(f"SELECT {TEXT}"), "OperationalError SQLITE_ERROR"),
        (
            _postgres(
                psycopg.errors.UniqueViolation, f"duplicate key\nDETAIL: Key (body)=({TEXT})"
            ),
            "UniqueViolation 23505: duplicate key",
        ),
        (
            _postgres(psycopg.errors.InvalidTextRepresentation, f'invalid input: "{TEXT}"'),
            "InvalidTextRepresentation 22P02",
        ),
        (
            _postgres(psycopg.OperationalError, "connection refused"),
            "OperationalError: connection refused",
        ),
        (_quoting(TEXT), "ValueError"),
        (_quoting(TEXT.encode()), "DecodeError"),
        (KeyError(TEXT), "KeyError"),
        (ConnectionResetError("reset by peer"), "ConnectionResetError: reset by peer"),
    ],
)
def test_an_error_is_named_without_what_it_quotes(error: Exception, says: str) -> None:
    assert described(error) == says
    assert TEXT not in formatted(error)


def test_a_traceback_says_where_and_what_led_to_it() -> None:
    def inner() -> None:
        raise KeyError(TEXT)

    def outer() -> None:
        try:
            inner()
        except KeyError as error:
            raise ExceptionGroup("several", [OSError("disk full"), ValueError(TEXT)]) from error

    with pytest.raises(ExceptionGroup) as caught:
        outer()
    text = formatted(caught.value)
    assert text.index("in inner") < text.index("which led to:") < text.index("disk full")
    assert f'"{TEXT}"' not in text
    assert f"'{TEXT}'" not in text


@pytest.mark.parametrize("form", ["json", "console"])
async def test_both_forms_and_the_libraries_keep_to_it(
    form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import logging

    before = (structlog.get_config(), logging.root.handlers[:], logging.root.level)
    try:
        logs.configure("debug", form)
        log = structlog.get_logger()
        log.warning("lost", error=ValueError(TEXT))
        try:
            json.loads(f'"{TEXT}')
        except ValueError:
            log.exception("failed")
            logging.getLogger("uvicorn.error").exception("library")
        from chat.cli.described import unhandled

        loop = asyncio.get_running_loop()
        unhandled(loop, {"message": "never retrieved", "exception": KeyError(TEXT)})
    finally:
        structlog.configure(**before[0])
        logging.root.handlers[:], logging.root.level = before[1], before[2]
    said = capfd.readouterr().err
    assert TEXT not in said
    for word in ("lost", "failed", "library", "never retrieved", "JSONDecodeError", "KeyError"):
        assert word in said
    if form == "json":
        assert [json.loads(line)["level"] for line in said.splitlines()][:2] == ["warning", "error"]


def _turned_into_text(source: str) -> list[int]:
    """Lines where a log call is given `repr(error)` or `str(error)`: past the processor."""
    return [
        node.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(("log.", "_logger."))
        for node in ast.walk(call)
        if isinstance(node, ast.Call) and ast.unparse(node) in ("repr(error)", "str(error)")
    ]


def test_exceptions_are_handed_to_the_log_as_they_are() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for module, path in sources().items()
        if module.split(".")[0] in ("chat", "storage", "jobs", "presence")
        and (lines := _turned_into_text(Path(path).read_text()))
    }
    assert found == {}, "log.warning(..., error=error): chat/cli/described.py decides what is said"
