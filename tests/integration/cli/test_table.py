"""`headrace table` from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


class CommandLine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")}

    def __call__(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "headrace.cli", "table", *arguments, "--data-dir", str(self.folder / "data")],
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
            text=True,
            env=self.environment,
            cwd=self.folder,
        )


@pytest.fixture
def table(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_a_table_is_made_filled_looked_at_and_deleted(table: CommandLine, tmp_path: Path) -> None:
    assert table("create", "Stock", "sku:string", "count:number", "sold:boolean").returncode == 0
    filled = table("import", "Stock", "-", given="sku,count,sold\nlamp,3,true\nbulb,40,false\nfuse,,\n")
    assert (filled.returncode, filled.stderr) == (0, 'added 3 rows to "Stock"\n')

    assert table("rows", "Stock").stdout.splitlines() == [
        "id  sku   count  sold",
        "1   lamp  3      true",
        "2   bulb  40     false",
        "3   fuse",
    ]
    found = json.loads(table("rows", "Stock", "--where", "count>=3", "--sort=-count", "--json").stdout)
    assert [row["sku"] for row in found] == ["bulb", "lamp"]
    assert [row["sku"] for row in json.loads(table("rows", "Stock", "--where", "count=", "--json").stdout)] == ["fuse"]
    assert [row["sku"] for row in json.loads(table("rows", "Stock", "--where", "sku~L%", "--json").stdout)] == ["lamp"]

    assert table("export", "Stock", "--output", "stock.csv").returncode == 0
    assert (tmp_path / "stock.csv").read_text().splitlines()[0] == "id,createdAt,updatedAt,sku,count,sold"

    refused = table("delete", "Stock")
    assert (refused.returncode, refused.stderr) == (2, 'headrace: "Stock" has 3 rows, which go with it; add --yes\n')
    assert table("delete", "Stock", "--yes").returncode == 0
    assert json.loads(table("list", "--json").stdout) == []


def test_a_table_is_made_of_a_file(table: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,placed,total\n7,2026-01-01,19.9\n")

    assert table("import", "Orders", "orders.csv", "--create").returncode == 0

    (only,) = json.loads(table("list", "--json").stdout)
    assert only["columns"] == [{"name": "placed", "type": "date"}, {"name": "total", "type": "number"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rows", "Nothing"), 'there is no one data table "Nothing"; `headrace table list` shows all'),
        (("create", "Stock", "sku"), "sku: write a column as NAME:TYPE"),
        (("create", "Stock", "id:number"), 'there is a column "id" already, or every table has it'),
        (("import", "Nothing", "missing.csv"), "missing.csv: No such file or directory"),
        (("rows", "Stock", "--where", "?"), '--where "?": write COLUMN=VALUE'),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(table: CommandLine, arguments: tuple[str, ...], message: str) -> None:
    failed = table(*arguments)

    assert failed.returncode == 2
    assert failed.stderr.startswith(f"headrace: {message}")
    assert len(failed.stderr.splitlines()) == 1
