"""Every error that callers of data tables may catch."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound


class TableNotFound(NotFound):
    """There is no such table for this tenant, or not in this project."""

    code = "table_not_found"

    def __init__(self, key: str) -> None:
        super().__init__(f'there is no data table "{key}"')


class TableExists(Conflict):
    """Another table of the project has this name."""

    code = "table_exists"

    def __init__(self, name: str) -> None:
        super().__init__(f'there is a data table "{name}" already')


class TableChanged(Conflict):
    """Somebody else gave the table another name or other columns first. Nothing was written."""

    code = "table_changed"

    def __init__(self, name: str) -> None:
        super().__init__(f'the data table "{name}" was changed by somebody else just now; look at it again')


class BadTable(Invalid):
    """A name, a column or a type of a table cannot be accepted; the message says which and why."""

    code = "table_invalid"


class ColumnNotFound(Invalid):
    """The table has no such column."""

    code = "table_column_not_found"

    def __init__(self, column: str, known: str) -> None:
        super().__init__(f'the table has no column "{column[:80]}"; it has {known}')


class BadValue(Invalid):
    """A value does not fit its column; the message names the column."""

    code = "table_value_invalid"


class BadCsv(Invalid):
    """A CSV file cannot be taken in; the message names the line."""

    code = "table_csv_invalid"


class TableLimit(LimitExceeded):
    """A table, or all tables of a tenant, would be larger than they may be; nothing was written."""

    code = "table_limit_exceeded"


class BadFilter(Invalid):
    """What says which rows are wanted, and in which order, cannot be read."""

    code = "table_filter_invalid"


class TableProjectNeeded(Invalid):
    """The caller may see several projects, and has to name one."""

    code = "table_project_needed"

    def __init__(self, projects: Sequence[str]) -> None:
        super().__init__(f"name a project with projectId; you may see {', '.join(projects) or 'none'}")
