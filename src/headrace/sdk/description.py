"""Descriptions: what a node is, declared beside the code that does its work.

One description serves four readers: the engine (defaults, which parameters count), the editor
(forms), the documentation, and the importer of n8n workflows. Its JSON form uses the property
names of n8n's workflow format (`displayOptions`, `typeOptions`, ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import msgspec

ParameterType: TypeAlias = Literal[
    "string",
    "number",
    "boolean",
    "options",
    "multiOptions",
    "json",
    "dateTime",
    "color",
    "hidden",
    "notice",
    "callout",
    "button",
    "collection",
    "fixedCollection",
    "resourceLocator",
    "resourceMapper",
    "assignmentCollection",
    "filter",
    "credentialsSelect",
    "workflowSelector",
    "curlImport",
]


class Display(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a parameter counts: every `show` entry must match and no `hide` entry may.

    Keys are parameter names (beside this one, or from the root with a leading "/"), or
    "@version" for the node's typeVersion. Values are the accepted values; an element may be
    `{"_cnd": {"gte": 2}}` (gte, lte, gt, lt, eq, not, between, includes, startsWith, endsWith, regex, exists).
    """

    show: dict[str, list[Any]] = {}
    hide: dict[str, list[Any]] = {}


class Choice(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One value of an `options` or `multiOptions` parameter."""

    value: str | int | float | bool
    name: str
    """The label people see."""

    description: str = ""
    display_options: Display | None = None


class Group(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One named group of a `fixedCollection`."""

    name: str
    display_name: str
    values: list[Parameter] = []


class Mode(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One way to name a thing in a `resourceLocator`."""

    name: str
    display_name: str
    type: Literal["string", "list"] = "string"
    extract_value: dict[str, Any] | None = None


class Parameter(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One parameter. Make one with the functions below, which set what its type needs."""

    name: str
    display_name: str
    type: ParameterType
    default: Any = None
    description: str = ""
    placeholder: str = ""
    hint: str = ""
    required: bool = False
    no_data_expression: bool = False
    """True: the value is never evaluated as an expression."""

    options: list[Any] | None = None
    """`Choice`s of (multi)options, `Group`s of a fixedCollection, `Parameter`s of a collection."""

    modes: list[Mode] | None = None
    type_options: dict[str, Any] = {}
    display_options: Display | None = None
    extract_value: dict[str, Any] | None = None
    validate_type: str | None = None
    ignore_validation_during_execution: bool = False


def read_parameter(raw: Mapping[str, Any]) -> Parameter:
    """Read one parameter from its JSON form, as the editor and n8n's node descriptions write it.

    Raises:
        msgspec.ValidationError: it is none.
    """
    fields = dict(raw)
    listed = fields.pop("options", None)
    parameter = msgspec.convert({"type": "string", "displayName": fields.get("name", ""), **fields}, Parameter)
    if not isinstance(listed, list):
        return parameter
    options: list[Any]
    if parameter.type == "fixedCollection":
        options = [
            Group(
                name=group["name"],
                display_name=group.get("displayName", group["name"]),
                values=[read_parameter(value) for value in group.get("values", ())],
            )
            for group in listed
        ]
    elif parameter.type == "collection":
        options = [read_parameter(option) for option in listed]
    else:
        options = msgspec.convert(listed, list[Choice])
    return msgspec.structs.replace(parameter, options=options)


def _display(show: Mapping[str, Sequence[Any]] | None, hide: Mapping[str, Sequence[Any]] | None) -> Display | None:
    if not show and not hide:
        return None
    return Display(
        show={key: list(values) for key, values in (show or {}).items()},
        hide={key: list(values) for key, values in (hide or {}).items()},
    )


def _parameter(
    type_: ParameterType,
    name: str,
    label: str | None,
    default: Any,
    *,
    show: Mapping[str, Sequence[Any]] | None,
    hide: Mapping[str, Sequence[Any]] | None,
    type_options: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Parameter:
    return Parameter(
        name=name,
        display_name=label if label is not None else _label_of(name),
        type=type_,
        default=default,
        display_options=_display(show, hide),
        type_options=dict(type_options or {}),
        **rest,
    )


def _label_of(name: str) -> str:
    """Return "fieldToSplitOut" as "Field To Split Out"."""
    spaced = "".join(f" {char}" if char.isupper() else char for char in name)
    return spaced[:1].upper() + spaced[1:]


def String(  # noqa: N802 - reads as a type in a description
    name: str,
    label: str | None = None,
    default: str = "",
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    rows: int | None = None,
    password: bool = False,
    multiple: bool = False,
    **rest: Any,
) -> Parameter:
    """Text. `multiple` makes it a list of texts."""
    type_options: dict[str, Any] = dict(rest.pop("type_options", {}))
    if rows is not None:
        type_options["rows"] = rows
    if password:
        type_options["password"] = True
    if multiple:
        type_options["multipleValues"] = True
    return _parameter("string", name, label, default, show=show, hide=hide, type_options=type_options, **rest)


def Number(  # noqa: N802
    name: str,
    label: str | None = None,
    default: float = 0,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """A number."""
    type_options: dict[str, Any] = dict(rest.pop("type_options", {}))
    if minimum is not None:
        type_options["minValue"] = minimum
    if maximum is not None:
        type_options["maxValue"] = maximum
    return _parameter("number", name, label, default, show=show, hide=hide, type_options=type_options, **rest)


def Boolean(  # noqa: N802
    name: str,
    label: str | None = None,
    default: bool = False,
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """True or false."""
    return _parameter("boolean", name, label, default, show=show, hide=hide, **rest)


def Options(  # noqa: N802
    name: str,
    choices: Mapping[Any, str] | Sequence[Choice],
    label: str | None = None,
    default: Any = "",
    *,
    many: bool = False,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """One of several values ({value: label}), or several of them with `many`."""
    listed = (
        [Choice(value=value, name=title) for value, title in choices.items()]
        if isinstance(choices, Mapping)
        else list(choices)
    )
    type_: ParameterType = "multiOptions" if many else "options"
    return _parameter(
        type_, name, label, [] if many and default == "" else default, show=show, hide=hide, options=listed, **rest
    )


def Json(  # noqa: N802
    name: str,
    label: str | None = None,
    default: Any = "",
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """JSON as text, or a JSON value from an expression."""
    return _parameter("json", name, label, default, show=show, hide=hide, **rest)


def DateTime(  # noqa: N802
    name: str,
    label: str | None = None,
    default: str = "",
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """A moment: ISO text, or a date from an expression."""
    return _parameter("dateTime", name, label, default, show=show, hide=hide, **rest)


def Collection(  # noqa: N802
    name: str,
    members: Sequence[Parameter],
    label: str | None = None,
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """A flat object that holds only the members the person added: the "options" of most nodes."""
    return _parameter("collection", name, label, {}, show=show, hide=hide, options=list(members), **rest)


def FixedCollection(  # noqa: N802
    name: str,
    groups: Sequence[Group],
    label: str | None = None,
    *,
    multiple: bool = False,
    default: Any = None,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """Named groups of parameters; with `multiple`, each group is a list of such objects."""
    type_options: dict[str, Any] = dict(rest.pop("type_options", {}))
    if multiple:
        type_options["multipleValues"] = True
    return _parameter(
        "fixedCollection",
        name,
        label,
        {} if default is None else default,
        show=show,
        hide=hide,
        options=list(groups),
        type_options=type_options,
        **rest,
    )


def Filter(  # noqa: N802
    name: str = "conditions",
    label: str | None = None,
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """Conditions: {combinator, conditions, options}. See `headrace.sdk.conditions`."""
    return _parameter("filter", name, label, {}, show=show, hide=hide, **rest)


def Assignments(  # noqa: N802
    name: str = "assignments",
    label: str | None = None,
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
    **rest: Any,
) -> Parameter:
    """Fields to set: {assignments: [{id, name, value, type}]}."""
    return _parameter("assignmentCollection", name, label, {}, show=show, hide=hide, **rest)


def Notice(  # noqa: N802
    name: str,
    text: str,
    *,
    show: Mapping[str, Sequence[Any]] | None = None,
    hide: Mapping[str, Sequence[Any]] | None = None,
) -> Parameter:
    """A remark in the form; holds no value."""
    return _parameter("notice", name, text, "", show=show, hide=hide)


class Effects(StrEnum):
    """What a node does to the world outside its outputs; decides how carefully its success is committed."""

    NONE = "none"
    """Nothing: running it again gives the same result. Its commit may be grouped with later ones."""

    READS = "reads"
    """It reads the outside (clock, files, network); running it again harms nobody but may give another result."""

    WRITES = "writes"
    """It may change the outside. Everything before it is durable before it starts, and its success
    is durable before anything after it starts."""


class CredentialUse(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A kind of credential that the node can use."""

    name: str
    """The credential type, such as "httpBasicAuth"."""

    required: bool = False
    display_options: Display | None = None


class NodeDescription(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel", kw_only=True):
    """What a node type is.

    `works` decides what the node module must define:

    * "item": `run_item(ctx, item, index)` is called for each input item in turn and returns an Item,
      a list of Items, `Routed`, or None to drop the item. Pairing, errors of single items
      (`onError`), lazy reading and batches of expressions are done around it.
    * "list": `run(ctx)` gets all inputs and returns one sequence of items per output.
    """

    type: str
    """The full type name, such as "n8n-nodes-base.set"; `headrace.` is the prefix of node types of our own."""

    versions: Sequence[float]
    """Every typeVersion this description (and its module) serves, ascending."""

    title: str
    summary: str = ""
    """One or two sentences: what it does and when to use it. The first thing the documentation shows."""

    group: Literal["trigger", "flow", "transform", "files", "input", "output", "code", "core"] = "transform"
    icon: str = ""
    color: str = ""
    works: Literal["item", "list"] = "item"
    remembers: bool = False
    """Whether it reads or writes static data, which outlives the execution; others are spared the reading."""

    parameters: Sequence[Parameter] = ()
    credentials: Sequence[CredentialUse] = ()
    inputs: Sequence[str] = ("main",)
    """Connection type of each input; () for triggers."""

    outputs: Sequence[str] = ("main",)
    """Connection type of each output; a node with a number of outputs that depends on its
    parameters names them with a function `outputs(parameters) -> list[str]` in its module."""

    output_names: Sequence[str] = ()
    effects: Effects = Effects.NONE
    trigger: Literal["", "manual", "event", "schedule", "webhook", "poll", "form", "error", "subworkflow"] = ""
    """Why it starts a run; empty for nodes that are not triggers."""

    required_inputs: int | Sequence[int] | None = None
    """v1 order: how many inputs (a number), or which (indexes), must have data before a node with several
    inputs runs at the end of the run; None means none need to. A module may define
    `required_inputs(parameters)` instead when it depends on parameters."""

    per_item_parameters: bool | None = None
    """Whether parameters are evaluated for each item (the default of "item" nodes) or only for item 0
    (the default of "list" nodes)."""

    documentation: str = ""
    aliases: Sequence[str] = ()
    """Words that people search for."""

    @property
    def evaluates_per_item(self) -> bool:
        if self.per_item_parameters is None:
            return self.works == "item"
        return self.per_item_parameters
