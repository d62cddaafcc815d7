"""The fields of a credential: which values are accepted, how a change is merged, what may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from headrace.credentials.domain.references import read_reference, reference_problem
from headrace.credentials.errors import BadCredential, ReferenceDenied, SecretsNeeded
from headrace.credentials.public import ShownFields
from headrace.sdk.credentials import CredentialType
from headrace.sdk.description import Choice, Parameter

MAX_BYTES = 64 * 1024
"""Of all fields of a credential as JSON."""

TOKEN = "oauthTokenData"  # noqa: S105 - the name of a field
"""The field that an OAuth flow fills, as n8n names it. Nobody else may."""

_REMARKS = frozenset(("notice", "callout", "button"))


def check_fields(given: Mapping[str, Any], type_: CredentialType | None) -> None:
    """Check fields that somebody entered.

    Args:
        type_: None for a type that is not installed, of which any field is kept.

    Raises:
        BadCredential: every field that cannot be accepted is named.
    """
    try:
        size = len(msgspec.json.encode(given))
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        raise BadCredential("the fields are no JSON object of text") from None
    if size > MAX_BYTES:
        raise BadCredential(f"the fields have {size} bytes; the limit is {MAX_BYTES}")
    problems = []
    declared = {field.name: field for field in type_.fields} if type_ is not None else None
    for name, value in given.items():
        if declared is not None:
            field = declared.get(name)
            if field is None:
                known = ", ".join(sorted(one.name for one in declared.values() if one.type not in _REMARKS))
                problems.append(f'there is no field "{name[:60]}"; there are {known}')
                continue
            problem = _problem(field, value)
            if problem:
                problems.append(f'"{name}" {problem}')
        if isinstance(value, str) and (wrong := reference_problem(value)):
            problems.append(f'"{name[:60]}" {wrong}')
    if problems:
        raise BadCredential(*problems)


def check_no_reference(given: Mapping[str, Any]) -> None:
    """Raises: ReferenceDenied: a field refers to a secret that is kept elsewhere."""
    for name, value in given.items():
        if read_reference(value) is not None:
            raise ReferenceDenied(name)


def _problem(field: Parameter, value: Any) -> str:
    match field.type:
        case "boolean":
            return "" if isinstance(value, bool) else "is true or false"
        case "number":
            return "" if isinstance(value, int | float) and not isinstance(value, bool) else "is a number"
        case "options":
            choices = [one.value for one in field.options or () if isinstance(one, Choice)]
            if value in choices:
                return ""
            return f"is one of {', '.join(str(one) for one in choices)}"
        case "json":
            return "" if isinstance(value, str | dict) else "is JSON"
        case _ if not isinstance(value, str):
            return "is text"
        case _:
            return ""


def missing(fields: Mapping[str, Any], type_: CredentialType) -> Sequence[str]:
    """Return the required fields that have no value, of those that count with the values of the others."""
    full = {field.name: field.default for field in type_.fields} | dict(fields)
    return [
        field.name
        for field in type_.fields
        if field.required and fields.get(field.name) in (None, "") and _counts(field, full)
    ]


def _counts(field: Parameter, full: Mapping[str, Any]) -> bool:
    display = field.display_options
    if display is None:
        return True
    return all(full.get(name) in accepted for name, accepted in display.show.items()) and not any(
        full.get(name) in refused for name, refused in display.hide.items()
    )


def merge(held: Mapping[str, Any], change: Mapping[str, Any], type_: CredentialType | None) -> dict[str, Any]:
    """Return the fields after a change: what it leaves out stays, and None takes a field away.

    Raises:
        SecretsNeeded: a field that guards the secrets changes, and one of them is kept.
    """
    merged = {name: value for name, value in {**held, **change}.items() if value is not None}
    if type_ is None:
        return merged
    defaults = {field.name: field.default for field in type_.fields}
    for guard in type_.guards:
        default = defaults.get(guard)
        if merged.get(guard, default) == held.get(guard, default):
            continue
        kept = sorted(name for name in secrets_of(held, type_) if name not in change and name != TOKEN)
        if kept:
            raise SecretsNeeded(guard, kept)
        merged.pop(TOKEN, None)  # the token is a secret, too, and belongs to the old place
    return merged


def secrets_of(fields: Mapping[str, Any], type_: CredentialType | None) -> Sequence[str]:
    """Return the fields that are secret and have a value: those declared so, and all that are not declared."""
    open_ = {field.name for field in type_.fields} - type_.secret_fields if type_ is not None else frozenset()
    return sorted(name for name, value in fields.items() if name not in open_ and value not in ("", None))


def shown(fields: Mapping[str, Any], type_: CredentialType | None) -> ShownFields:
    """Return what may be seen of the fields."""
    secret = secrets_of(fields, type_)
    open_ = {field.name for field in type_.fields} - type_.secret_fields if type_ is not None else frozenset()
    return ShownFields(
        values={name: value for name, value in fields.items() if name in open_},
        filled=[name for name in secret if name != TOKEN],
        connected=TOKEN in secret,
    )


def schema_of(type_: CredentialType) -> dict[str, Any]:
    """Return the JSON schema of a type's fields."""
    properties: dict[str, Any] = {}
    for field in type_.fields:
        if field.type in _REMARKS:
            continue
        match field.type:
            case "boolean" | "number":
                properties[field.name] = {"type": field.type}
            case "options":
                properties[field.name] = {
                    "type": "string",
                    "enum": [one.value for one in field.options or () if isinstance(one, Choice)],
                }
            case _:
                properties[field.name] = {"type": "string"}
    always = [field.name for field in type_.fields if field.required and field.display_options is None]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": always}


def write_fields(fields: Mapping[str, Any]) -> bytes:
    """Return fields as they are sealed."""
    return msgspec.json.encode(fields)


def read_fields(data: bytes) -> dict[str, Any]:
    return msgspec.json.decode(data, type=dict[str, Any])
