"""Finding elements by CSS selectors, with the additions that jQuery made to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

from headrace.nodes.builtin.html.documents import Comment, Element
from headrace.sdk.errors import NodeError

_MAX_SELECTOR = 2_000

_Test = Callable[[Element], bool]


def select(root: Element, selector: str) -> list[Element]:
    """Return the elements that match, in document order.

    Besides CSS: `:contains("text")`, `:first`, `:last`, `:eq(2)`, `:gt(2)`, `:lt(2)`, `:even`, `:odd`, `:parent`,
    `:header`, `:input`, and the kinds of inputs.

    Raises:
        NodeError: it is no selector, or one that is not known.
    """
    if not selector.strip():
        return []
    everything = list(root.descendants())
    found: dict[int, Element] = {}
    for part in _parsed(selector):
        found.update((id(element), element) for element in _matching(part.parsed_tree, everything))
    return [element for element in everything if id(element) in found]


@lru_cache(maxsize=256)
def _parsed(selector: str) -> Sequence[Any]:
    from cssselect import SelectorError
    from cssselect.parser import parse

    if len(selector) > _MAX_SELECTOR:
        raise NodeError(f"The CSS selector is longer than the limit of {_MAX_SELECTOR} characters")
    try:
        parts = parse(selector)
    except (SelectorError, RecursionError) as wrong:
        raise NodeError(f'"{selector[:200]}" is not a CSS selector: {wrong}') from wrong
    if any(part.pseudo_element for part in parts):
        raise NodeError(f'"{selector[:200]}" names a part of an element, which cannot be selected')
    return parts


def _matching(node: Any, among: Sequence[Element]) -> list[Element]:
    """Return those of some elements that match a part of a selector; they keep their order."""
    kind = type(node).__name__
    if kind == "CombinedSelector":
        return _combined(node, among)
    if kind == "Element":
        if node.element is None:
            return list(among)
        name = node.element.lower()
        return [element for element in among if element.tag.lower() == name]
    if kind in ("Pseudo", "Function"):
        position = _position(node)
        if position is not None:
            return position(_matching(node.selector, among))
    test = _test(node, kind, among)
    return [element for element in _matching(node.selector, among) if test(element)]


def _combined(node: Any, among: Sequence[Element]) -> list[Element]:
    positions, last = _without_positions(node.subselector)
    related = _after({id(element) for element in _matching(node.selector, among)}, node.combinator, among)
    found = [element for element in _matching(last, among) if id(element) in related]
    for position in positions:
        found = position(found)
    return found


def _without_positions(node: Any) -> tuple[list[Callable[[list[Element]], list[Element]]], Any]:
    """Return what follows on all matches together, such as :first, and the rest of the part."""
    positions: list[Callable[[list[Element]], list[Element]]] = []
    while type(node).__name__ in ("Pseudo", "Function"):
        position = _position(node)
        if position is None:
            break
        positions.insert(0, position)
        node = node.selector
    return positions, node


def _after(before: Set[int], combinator: str, everything: Sequence[Element]) -> set[int]:
    """Return the elements that stand to one of *before* as the combinator says: below it, or beside it."""
    related: set[int] = set()
    previous: dict[int, Element] = {}
    """The last child of each element so far."""

    for element in everything:
        if element.parent is None:
            continue
        parent = id(element.parent)
        beside = previous.get(parent)
        previous[parent] = element
        if combinator == ">":
            holds = parent in before
        elif combinator == " ":
            holds = parent in before or parent in related
        elif combinator == "+":
            holds = beside is not None and id(beside) in before
        else:
            holds = beside is not None and (id(beside) in before or id(beside) in related)
        if holds:
            related.add(id(element))
    return related


def _position(node: Any) -> Callable[[list[Element]], list[Element]] | None:
    """Return what a pseudo-class that goes by the place among all matches leaves of them; None for others."""
    name = (node.ident if type(node).__name__ == "Pseudo" else node.name).lower()
    if type(node).__name__ == "Pseudo":
        return {
            "first": lambda found: found[:1],
            "last": lambda found: found[-1:],
            "even": lambda found: found[::2],
            "odd": lambda found: found[1::2],
        }.get(name)
    if name not in ("eq", "nth", "gt", "lt"):
        return None
    place = _whole(_argument(node), name)
    if name == "gt":
        return lambda found: found[place + 1 :] if place >= 0 else found[len(found) + place + 1 :]
    if name == "lt":
        return lambda found: found[:place]
    return lambda found: found[place : place + 1] if place != -1 else found[-1:]


def _argument(node: Any) -> str:
    return "".join(str(token.value) if token.value is not None else "" for token in node.arguments).strip()


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise NodeError(f"The selector :{name}() takes a whole number")
    return int(text)


def _test(node: Any, kind: str, among: Sequence[Element]) -> _Test:
    match kind:
        case "Class":
            wanted = node.class_name
            return lambda element: wanted in element.attributes.get("class", "").split()
        case "Hash":
            return lambda element: element.attributes.get("id") == node.id
        case "Attrib":
            return _attribute(node)
        case "Negation":
            refused = {id(element) for element in _matching(node.subselector, among)}
            return lambda element: id(element) not in refused
        case "Matching" | "SpecificityAdjustment":
            accepted = {id(element) for part in node.selector_list for element in _matching(part, among)}
            return lambda element: id(element) in accepted
        case "Relation":
            return _having(node, among)
        case "Pseudo":
            name = node.ident.lower()
            test = _at_edge(name, among) or _PSEUDO.get(name)
        case _:
            test = _function(node, among)
    if test is None:
        raise NodeError(f"The selector :{getattr(node, 'ident', None) or node.name} is not known")
    return test


def _attribute(node: Any) -> _Test:
    name, operator = node.attrib.lower(), node.operator
    value = node.value.value if node.value is not None and hasattr(node.value, "value") else node.value
    if operator == "exists":
        return lambda element: name in element.attributes
    compare: Callable[[str, str], bool] | None = _OPERATORS.get(operator)
    if compare is None:
        raise NodeError(f"The selector [{name}{operator}…] is not known")
    any_case = str(node.flag or "").lower() == "i"
    wanted = str(value).lower() if any_case else str(value)

    def test(element: Element) -> bool:
        found = element.attributes.get(name)
        if found is None:
            return bool(operator == "!=")
        return bool(compare(found.lower() if any_case else found, wanted))

    return test


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda found, wanted: found == wanted,
    "!=": lambda found, wanted: found != wanted,
    "~=": lambda found, wanted: wanted in found.split(),
    "|=": lambda found, wanted: found == wanted or found.startswith(f"{wanted}-"),
    "^=": lambda found, wanted: wanted != "" and found.startswith(wanted),
    "$=": lambda found, wanted: wanted != "" and found.endswith(wanted),
    "*=": lambda found, wanted: wanted != "" and wanted in found,
}


def _having(node: Any, among: Sequence[Element]) -> _Test:
    """Return the test of :has(): whether something that matches lies below, or beside for "+" and "~"."""
    holders: set[int] = set()
    for leading, inner in node.arguments:
        combinator = leading.value
        found = {id(element) for element in _matching(inner.parsed_tree, among)}
        following: dict[int, Element] = {}
        held: set[int] = set()
        # Backwards, what is below an element, or after it, comes first.
        for element in reversed(among):
            if element.parent is None:
                continue
            parent = id(element.parent)
            beside = following.get(parent)
            following[parent] = element
            if combinator in (" ", ">"):
                if id(element) in found or (combinator == " " and id(element) in held):
                    held.add(parent)
            elif beside is not None and (id(beside) in found or (combinator == "~" and id(beside) in held)):
                held.add(id(element))
        holders |= held
    return lambda element: id(element) in holders


def _function(node: Any, among: Sequence[Element]) -> _Test | None:
    from cssselect.parser import parse_series

    name = node.name.lower()
    if name in ("contains", "icontains"):
        wanted = _argument(node)
        if name == "icontains":
            return lambda element: wanted.lower() in element.text().lower()
        return lambda element: wanted in element.text()
    counted = {
        "nth-child": (False, False),
        "nth-last-child": (False, True),
        "nth-of-type": (True, False),
        "nth-last-of-type": (True, True),
    }.get(name)
    if counted is None:
        return None
    same_type, from_end = counted
    try:
        step, first = parse_series(node.arguments)
    except ValueError as wrong:
        raise NodeError(f"The selector :{name}() takes a number or a form such as 2n+1") from wrong

    places = _places(among, same_type=same_type, from_end=from_end)

    def test(element: Element) -> bool:
        place = places[id(element)] - first
        return place == 0 if step == 0 else place % step == 0 and place // step >= 0

    return test


def _places(everything: Sequence[Element], *, same_type: bool, from_end: bool) -> dict[int, int]:
    """Return each element's place among its siblings, from 1."""
    counts: dict[tuple[int, str], int] = {}
    places: dict[int, int] = {}
    for element in reversed(everything) if from_end else everything:
        group = (id(element.parent), element.tag if same_type else "")
        places[id(element)] = counts[group] = counts.get(group, 0) + 1
    return places


def _at_edge(name: str, among: Sequence[Element]) -> _Test | None:
    """Return the test of :first-child and its like; None for other names."""
    edge, _, kind = name.partition("-")
    if edge not in ("first", "last", "only") or kind not in ("child", "of-type"):
        return None
    ends = {"first": (False,), "last": (True,), "only": (False, True)}[edge]
    counted = [_places(among, same_type=kind == "of-type", from_end=end) for end in ends]
    return lambda element: all(places[id(element)] == 1 for places in counted)


def _is_empty(element: Element) -> bool:
    return all(isinstance(child, Comment) for child in element.children)


def _has(attribute: str, *tags: str) -> _Test:
    return lambda element: attribute in element.attributes and (not tags or element.tag in tags)


def _input(kind: str) -> _Test:
    return lambda element: element.tag == "input" and element.attributes.get("type", "").lower() == kind


def _is_selected(element: Element) -> bool:
    if element.tag != "option":
        return False
    if "selected" in element.attributes:
        return True
    parent = element.parent
    if parent is None or parent.tag != "select" or "multiple" in parent.attributes:
        return False
    options = [one for one in parent.elements() if one.tag == "option"]
    return options[0] is element and not any("selected" in one.attributes for one in options)


_CONTROLS = ("button", "input", "select", "textarea", "optgroup", "option", "fieldset")

_PSEUDO: Mapping[str, _Test] = {
    "empty": _is_empty,
    "parent": lambda element: not _is_empty(element),
    "root": lambda element: element.parent is None,
    "checked": lambda element: (element.tag == "input" and "checked" in element.attributes) or _is_selected(element),
    "selected": _is_selected,
    "disabled": _has("disabled", *_CONTROLS),
    "enabled": lambda element: element.tag in _CONTROLS and "disabled" not in element.attributes,
    "required": _has("required"),
    "optional": lambda element: "required" not in element.attributes and element.tag in _CONTROLS,
    "link": _has("href", "a", "area", "link"),
    "any-link": _has("href", "a", "area", "link"),
    "header": lambda element: element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"),
    "input": lambda element: element.tag in ("button", "input", "select", "textarea"),
    "button": lambda element: element.tag == "button" or _input("button")(element),
    "text": lambda element: element.tag == "input" and element.attributes.get("type", "text").lower() == "text",
    **{kind: _input(kind) for kind in ("checkbox", "file", "image", "password", "radio", "reset", "submit", "hidden")},
}
