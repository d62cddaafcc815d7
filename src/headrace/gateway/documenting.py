"""The OpenAPI document, with what every operation has in common."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from headrace.infra.http.problems import MEDIA_TYPE

_PROBLEMS = {
    "400": "The request makes no sense; `problems` says every reason.",
    "401": "Nothing says who calls, or nothing that still counts.",
    "403": "The caller may not do this.",
    "404": "There is no such thing for this caller.",
    "409": "Somebody else was first, or it is not in a state for this.",
    "412": "It is not as `If-Match` says.",
    "413": "The body is too large.",
    "429": "A limit was reached; `Retry-After` says how long to wait.",
    "503": "A part that is needed does not answer now.",
}

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Problem details, as RFC 9457 has them.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "`urn:headrace:problem:` and the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "Stable: what clients match on."},
        "requestId": {"type": "string", "description": "Under it, the server's log knows more."},
        "problems": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Every reason, if there are several.",
        },
    },
}

_METHODS = ("get", "put", "post", "delete", "patch")


def documented(schema: Mapping[str, Any], *, public: Set[str]) -> dict[str, Any]:
    """Return the document with the problems that every operation may answer, and the header for repeated POSTs.

    Args:
        public: Ids of operations that anybody may call.
    """
    paths = {
        path: {key: _operation(key, value, public) if key in _METHODS else value for key, value in operations.items()}
        for path, operations in schema["paths"].items()
    }
    components = schema.get("components", {})
    schemas = {**components.get("schemas", {}), "Problem": _PROBLEM}
    return {**schema, "paths": paths, "components": {**components, "schemas": schemas}}


def _operation(method: str, operation: Mapping[str, Any], public: Set[str]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {status: {"description": text, "content": content} for status, text in _PROBLEMS.items()}
    answers = dict(operation.get("responses", {}))
    if "204" in answers:
        answers["204"] = {key: value for key, value in answers["204"].items() if key != "content"}
    made = {**operation, "responses": {**answers, **problems}}
    if operation.get("operationId") in public:
        made["security"] = []
    if method == "post":
        key = {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "Sent again with the same key within a day, the request is not carried out again.",
        }
        made["parameters"] = [*operation.get("parameters", ()), key]
    return made
