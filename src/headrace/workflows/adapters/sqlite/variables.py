"""Variables in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.workflows.domain.variables import check_count
from headrace.workflows.errors import VariableExists, VariableNotFound
from headrace.workflows.public import Variable


class SqliteVariables:
    """A `VariableStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, variable: Variable) -> None:
        project = variable.project or ""

        def work(db: apsw.Connection) -> None:
            row: Any = db.execute(
                "SELECT count(*) FROM variable WHERE tenant = ? AND project = ?", (variable.tenant, project)
            ).fetchone()
            check_count(row[0])
            try:
                db.execute(
                    "INSERT INTO variable (tenant, id, project, key, value) VALUES (?, ?, ?, ?, ?)",
                    (variable.tenant, variable.id, project, variable.key, variable.value),
                )
            except apsw.ConstraintError as exists:
                raise VariableExists(variable.key) from exists

        await self._db.write(work)

    async def replace(self, variable: Variable) -> None:
        def work(db: apsw.Connection) -> None:
            try:
                db.execute(
                    "UPDATE variable SET project = ?, key = ?, value = ? WHERE tenant = ? AND id = ?",
                    (variable.project or "", variable.key, variable.value, variable.tenant, variable.id),
                )
            except apsw.ConstraintError as exists:
                raise VariableExists(variable.key) from exists
            if not db.changes():
                raise VariableNotFound(variable.id)

        await self._db.write(work)

    async def get(self, tenant: TenantId, variable_id: str) -> Variable:
        row = await self._db.read(
            lambda db: db.execute(
                "SELECT id, project, key, value FROM variable WHERE tenant = ? AND id = ?", (tenant, variable_id)
            ).fetchone()
        )
        if row is None:
            raise VariableNotFound(variable_id)
        return _variable(tenant, row)

    async def list(self, tenant: TenantId) -> Sequence[Variable]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT id, project, key, value FROM variable WHERE tenant = ? ORDER BY key, project", (tenant,)
            ).fetchall()
        )
        return [_variable(tenant, row) for row in rows]

    async def list_for(self, tenant: TenantId, project: str) -> Sequence[Variable]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT id, project, key, value FROM variable WHERE tenant = ? AND project IN ('', ?)"
                " ORDER BY key, project",
                (tenant, project),
            ).fetchall()
        )
        return [_variable(tenant, row) for row in rows]

    async def remove(self, tenant: TenantId, variable_id: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM variable WHERE tenant = ? AND id = ?", (tenant, variable_id))
            if not db.changes():
                raise VariableNotFound(variable_id)

        await self._db.write(work)


def _variable(tenant: TenantId, row: Sequence[Any]) -> Variable:
    id_, project, key, value = row
    return Variable(id=id_, tenant=tenant, project=project or None, key=key, value=value)
