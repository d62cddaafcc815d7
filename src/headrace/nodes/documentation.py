"""Documentation of node types, generated from their descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from headrace.sdk.description import Choice, Group, NodeDescription, Parameter

_SILENT = ("notice", "callout", "button", "hidden")


def describe_text(description: NodeDescription) -> str:
    """Return a node's documentation as Markdown."""
    versions = ", ".join(f"{version:g}" for version in description.versions)
    lines = [f"# {description.title}", "", f"`{description.type}`, version {versions}", ""]
    if description.summary:
        lines += [description.summary, ""]
    if description.documentation:
        lines += [description.documentation, ""]
    outputs = ", ".join(description.output_names) or str(len(description.outputs))
    lines += [f"Inputs: {len(description.inputs)}. Outputs: {outputs}.", ""]
    if description.credentials:
        lines += [f"Credentials: {', '.join(use.name for use in description.credentials)}.", ""]
    if description.parameters:
        lines += ["## Parameters", "", *_parameters(description.parameters, "")]
    return "\n".join(lines).rstrip()


def _parameters(parameters: Sequence[Parameter], indent: str) -> Iterator[str]:
    for parameter in parameters:
        if parameter.type in _SILENT:
            continue
        required = ", required" if parameter.required else ""
        default = "" if parameter.default in ("", None, {}, []) else f", default {_short(parameter.default)}"
        text = f"{parameter.display_name}. {parameter.description}".rstrip()
        yield f"{indent}- **{parameter.name}** ({parameter.type}{required}{default}): {text}"
        condition = _condition(parameter)
        if condition:
            yield f"{indent}  - only {condition}"
        for option in parameter.options or ():
            match option:
                case Choice():
                    yield f"{indent}  - `{option.value}`: {option.name}"
                case Group():
                    yield f"{indent}  - group **{option.name}**"
                    yield from _parameters(option.values, indent + "    ")
                case Parameter():
                    yield from _parameters([option], indent + "  ")


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _condition(parameter: Parameter) -> str:
    display = parameter.display_options
    if display is None:
        return ""
    parts = [f"when {name} is {_either(values)}" for name, values in display.show.items()]
    parts += [f"unless {name} is {_either(values)}" for name, values in display.hide.items()]
    return " and ".join(parts)


def _either(values: Sequence[Any]) -> str:
    shown = []
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("_cnd"), dict):
            shown += [f"{name} {wanted}" for name, wanted in value["_cnd"].items()]
        else:
            shown.append(_short(value))
    return " or ".join(shown)
