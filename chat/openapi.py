"""OpenAPI 3.1 of `/api/v1`, drawn from the route rows and the protocol's types."""

from __future__ import annotations

from typing import Any

import msgspec

from chat.routes.base import PREFIX, Route
from chat.routes.rooms import Ask, Carry
from protocol.codes import CODES

_ALWAYS = ("bad_json", "unknown_field", "invalid", "rate_limited", "internal")
_SIGNED_IN = ("sign_in_needed", "session_ended", "token_invalid", "scope_missing")
_REFS = "#/components/schemas/{name}"


class Problem(msgspec.Struct, kw_only=True):
    """An error (RFC 9457): branch on `code`, draw your own text from it and `params`."""

    type: str
    title: str
    status: int
    code: str
    message: str
    params: dict[str, Any]
    retry_after: float | None = None


def document(rows: tuple[Route, ...], version: str) -> dict[str, Any]:
    """The whole description."""
    kinds: list[Any] = [Problem]
    for row in rows:
        kinds += [k for k in (row.body, row.reply) if k is not None]
        if isinstance(row.handler, Carry | Ask):
            kinds.append(row.handler.kind)
    unique = list(dict.fromkeys(kinds))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REFS)
    known = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        operation = _operation(row, known, components)
        paths.setdefault(PREFIX + row.path, {})[row.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tertulia", "version": version},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(row: Route, known: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    names = [part[1:-1] for part in row.path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    operation: dict[str, Any] = {
        "summary": (row.handler.__doc__ or "").strip().split("\n")[0],
        "parameters": parameters,
        "responses": _responses(row, known),
    }
    if not row.public:
        operation["security"] = [{"bearer": []}]
    handler = row.handler
    if isinstance(handler, Ask):
        parameters += _query_parameters(components[handler.kind.__name__], names)
    elif isinstance(handler, Carry):
        body = _without(components[handler.kind.__name__], {*names, "type", "ref", "client_id"})
        parameters.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}})
        if body["properties"]:
            operation["requestBody"] = _json(body)
    elif row.body is not None:
        operation["requestBody"] = _json(known[row.body])
    return operation


def _json(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _without(schema: dict[str, Any], names: set[str]) -> dict[str, Any]:
    properties = {k: v for k, v in schema["properties"].items() if k not in names}
    required = [k for k in schema.get("required", ()) if k not in names]
    plain = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**plain, "required": required} if required else plain


def _query_parameters(schema: dict[str, Any], names: list[str]) -> list[dict[str, Any]]:
    rest = _without(schema, {*names, "type", "ref"})
    required = set(rest.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": of}
        for name, of in rest["properties"].items()
    ]


def _responses(row: Route, known: dict[Any, Any]) -> dict[str, Any]:
    reply = known[row.reply] if row.reply is not None else {"type": "object"}
    responses: dict[str, Any] = {"200": {"description": "Done", **_json(reply)}}
    codes = (*row.codes, *_ALWAYS, *(() if row.public else _SIGNED_IN))
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(CODES[code].status, []).append(code)
    problem = {"application/problem+json": {"schema": known[Problem]}}
    for status, found in sorted(by_status.items()):
        responses[str(status)] = {"description": ", ".join(found), "content": problem}
    return responses
