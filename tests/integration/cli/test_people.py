"""`headrace user`, `key` and `tenant`, as whoever has the data directory uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GOOD = "four words nobody joins\n"


class Cli:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, given: str = "") -> str:
        done = self.tried(*arguments, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tried(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "headrace.cli", *arguments, "--data-dir", str(self.folder)]
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)

    def refusal(self, *arguments: str, given: str = "") -> str:
        done = self.tried(*arguments, given=given)
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "data")


def test_the_first_user_owns_the_installation_and_the_next_gets_a_role(cli: Cli) -> None:
    assert "no users yet" in cli.tried("user", "list").stderr

    assert "owner of this installation" in cli("user", "add", "ann@example.com", given=GOOD)
    assert "is viewer" in cli("user", "add", "ben@example.com", "--role", "viewer", "--name", "Ben", given=GOOD)

    found = cli.json("user", "list")
    assert [(one["user"]["email"], one["user"]["name"], one["tenants"]) for one in found] == [
        ("ann@example.com", "ann", ["default"]),
        ("ben@example.com", "Ben", ["default"]),
    ]


def test_no_password_and_no_key_can_be_read_from_the_data_directory(cli: Cli) -> None:
    cli("user", "add", "ann@example.com", given=GOOD)
    token = cli("key", "create", "laptop").strip()

    kept = b"".join(path.read_bytes() for path in cli.folder.rglob("*") if path.is_file())

    assert token.startswith("hr_")
    assert b"ann@example.com" in kept
    assert token.encode() not in kept
    assert GOOD.strip().encode() not in kept


def test_a_key_is_made_listed_and_revoked(cli: Cli) -> None:
    cli("user", "add", "ann@example.com", given=GOOD)
    cli("key", "create", "ci", "--scope", "workflow.read", "--expires-in-days", "3")

    (key,) = cli.json("key", "list")
    assert (key["name"], key["scopes"], key["used_at"]) == ("ci", ["workflow.read"], None)
    assert "ann@example.com" in cli("key", "list")
    cli("key", "revoke", key["id"])

    assert cli.json("key", "list") == []
    assert "there is no API key" in cli.refusal("key", "revoke", key["id"])
    assert "there is no scope everything" in cli.refusal("key", "create", "x", "--scope", "everything")


def test_where_there_are_several_users_a_key_is_somebodys(cli: Cli) -> None:
    for name in ("ann", "ben"):
        cli("user", "add", f"{name}@example.com", given=GOOD)

    assert "--user EMAIL" in cli.refusal("key", "create", "x")
    cli("key", "create", "x", "--user", "ben@example.com")


def test_what_makes_no_sense_is_refused_in_one_line(cli: Cli) -> None:
    assert "at least 10 characters" in cli.refusal("user", "add", "ann@example.com", given="short\n")
    cli("user", "add", "ann@example.com", given=GOOD)

    assert "looks like" in cli.refusal("user", "add", "nobody", given=GOOD)
    assert "there is a user ann@example.com" in cli.refusal("user", "add", "ANN@example.com", given=GOOD)
    assert "there is no role king" in cli.refusal("user", "add", "x@example.com", "--role", "king", given=GOOD)
    assert "last owner" in cli.refusal("user", "disable", "ann@example.com")
    assert "there is no user" in cli.refusal("user", "password", "nobody@example.com", given=GOOD)
    assert "cannot be suspended" in cli.refusal("tenant", "suspend", "default")
    assert "at least 1" in cli.refusal("tenant", "quotas", "default", "--executions-per-minute", "0")


def test_a_user_is_disabled_and_enabled(cli: Cli) -> None:
    for name in ("ann", "ben"):
        cli("user", "add", f"{name}@example.com", given=GOOD)

    cli("user", "disable", "ben@example.com")
    assert [bool(one["user"]["disabled_at"]) for one in cli.json("user", "list")] == [False, True]
    cli("user", "enable", "ben@example.com")
    cli("user", "password", "ben@example.com", given="five other words for it\n")

    assert [bool(one["user"]["disabled_at"]) for one in cli.json("user", "list")] == [False, False]


def test_a_tenant_is_made_limited_suspended_and_resumed(cli: Cli) -> None:
    cli("user", "add", "ann@example.com", given=GOOD)
    acme = cli("tenant", "create", "Acme", "--owner", "ann@example.com").strip()

    cli("tenant", "quotas", acme, "--payload-bytes", "1000")
    cli("tenant", "suspend", acme, "--reason", "unpaid")
    (found,) = (one for one in cli.json("tenant", "list") if one["id"] == acme)
    assert (found["name"], found["suspended_why"], found["quotas"]["payload_bytes"]) == ("Acme", "unpaid", 1000)
    cli("tenant", "resume", acme)

    assert "suspended" not in cli("tenant", "list")
