"""JSON objects as code sees them."""

from __future__ import annotations

from typing import Any


class Record(dict[str, Any]):
    """A JSON object, whose fields can be read and set as attributes too: `item["json"]["name"]`, `item.json.name`.

    A field that is named as a method of dictionaries is, such as `items`, is reached with brackets only.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        # Whoever looks for a special method, such as copy and pickle do, must not be given data.
        if not name.startswith("__") and name in self:
            return self[name]
        raise AttributeError(f"there is no field '{name}' here; there is: {', '.join(map(str, self)) or 'nothing'}")

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self:
            raise AttributeError(name)
        del self[name]

    def copy(self) -> Record:
        return Record(self)

    def to_py(self) -> dict[str, Any]:
        """Return it as plain dictionaries and lists; code for Pyodide asks for that."""
        plain: dict[str, Any] = _to_py(self)
        return plain


def _to_py(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_py(part) for key, part in value.items()}
    return [_to_py(part) for part in value] if isinstance(value, list) else value
