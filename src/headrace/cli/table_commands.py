"""The commands `headrace table`, and their help."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from headrace.cli.options import DataDir

tables = App(name="table", help="Data tables: rows of typed columns that workflows share.")

Table = Annotated[str, Parameter(help="Id or name of a data table.")]
Json = Annotated[bool, Parameter(help="Print JSON.", negative=())]
Project = Annotated[str, Parameter(help="Id of the project it belongs to.")]


@tables.command(name="list")
def list_(*, json: Json = False, data_dir: DataDir = None) -> int:
    """List data tables."""
    from headrace.cli import tabling

    return asyncio.run(tabling.list_tables(as_json=json, data_dir=data_dir))


@tables.command
def create(
    name: str,
    *columns: Annotated[str, Parameter(help="NAME:TYPE, with a type of string, number, boolean or date.")],
    project: Project = "default",
    data_dir: DataDir = None,
) -> int:
    """Make a data table.

    Examples:
        headrace table create Stock sku:string count:number checked:date
    """
    from headrace.cli import tabling

    return asyncio.run(tabling.create_table(name, columns, project=project, data_dir=data_dir))


@tables.command
def rows(
    table: Table,
    /,
    *,
    where: Annotated[
        list[str] | None,
        Parameter(help="COLUMN=VALUE, or with != < <= > >= or ~ for a pattern; all have to hold.", negative=()),
    ] = None,
    sort: Annotated[str | None, Parameter(help="Column to sort by; with a - in front, downwards.")] = None,
    limit: Annotated[int, Parameter(help="How many at most.", validator=Number(gte=1))] = 50,
    json: Json = False,
    data_dir: DataDir = None,
) -> int:
    """Show rows of a data table.

    Examples:
        headrace table rows Stock
        headrace table rows Stock --where "count<5" --where "sku~A%" --sort=-count
    """
    from headrace.cli import tabling

    return asyncio.run(
        tabling.show_rows(table, tuple(where or ()), sort=sort, limit=limit, as_json=json, data_dir=data_dir)
    )


@tables.command(name="import")
def import_(
    table: Table,
    file: Annotated[Path, Parameter(help="A CSV file in UTF-8 ('-': standard input).", allow_leading_hyphen=True)],
    /,
    *,
    create: Annotated[
        bool, Parameter(help="Make a table of that name, with the types that the values have.", negative=())
    ] = False,
    project: Project = "default",
    data_dir: DataDir = None,
) -> int:
    """Add the rows of a CSV file, whose first line names columns; all of them, or none.

    Examples:
        headrace table import Stock stock.csv
        headrace table import Customers customers.csv --create
    """
    from headrace.cli import tabling

    return asyncio.run(tabling.import_file(table, file, create=create, project=project, data_dir=data_dir))


@tables.command
def export(
    table: Table,
    /,
    *,
    output: Annotated[Path | None, Parameter(help="File to write; standard output without it.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Write a data table as a CSV file."""
    from headrace.cli import tabling

    return asyncio.run(tabling.export_file(table, output, data_dir=data_dir))


@tables.command
def delete(
    table: Table,
    /,
    *,
    yes: Annotated[bool, Parameter(help="Delete it although it has rows.", negative=())] = False,
    data_dir: DataDir = None,
) -> int:
    """Delete a data table."""
    from headrace.cli import tabling

    return asyncio.run(tabling.delete_table(table, yes=yes, data_dir=data_dir))
