"""`headrace credential` from outside."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.credentials.making import KEK

SECRET = "hunter2-canary"


class CommandLine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")}

    def __call__(self, *arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "headrace.cli", "credential", *arguments, "--data-dir", str(self.folder)],
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
            text=True,
            env={**self.environment, **settings},
        )

    def listed(self, **settings: str) -> list[dict[str, str]]:
        done = self("list", "--json", **settings)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, str]] = json.loads(done.stdout)
        return found


@pytest.fixture
def credential(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "data")


def test_a_credential_is_kept_changed_tried_out_and_deleted(credential: CommandLine) -> None:
    added = credential(
        "add", "Shop", "--type", "httpBasicAuth", "--field", "user=ann", "--secret", "password=-", given=f"{SECRET}\n"
    )
    assert added.returncode == 0, added.stderr
    assert [(one["name"], one["type"]) for one in credential.listed()] == [("Shop", "httpBasicAuth")]
    assert "Shop" in credential("list", "--type", "httpBasicAuth").stdout

    changed = credential("change", "Shop", "--name", "Store", "--field", "user=ben")
    tried = credential("test", "Store", "--url", "http://127.0.0.1:1/")
    deleted = credential("delete", "Store")

    assert changed.stdout == 'changed "Store"\n'
    assert tried.returncode == 1
    assert "may not reach" in tried.stdout
    assert (deleted.returncode, credential.listed()) == (0, [])
    assert SECRET not in "".join(done.stdout + done.stderr for done in (added, changed, tried, deleted))


def test_a_secret_is_no_argument(credential: CommandLine) -> None:
    for arguments in (["--field", f"password={SECRET}"], ["--secret", f"password={SECRET}"], ["--data", SECRET]):
        refused = credential("add", "Shop", "--type", "httpBasicAuth", *arguments)

        assert refused.returncode == 2
        assert SECRET not in refused.stderr
    assert credential.listed() == []


def test_a_reference_is_an_argument_for_it_is_no_secret(credential: CommandLine) -> None:
    added = credential("add", "Shop", "--type", "httpBearerAuth", "--field", "token={{ $secrets.env.SHOP }}")
    missing = credential("test", "Shop")
    there = credential("test", "Shop", HEADRACE_SECRET_SHOP="t")

    assert added.returncode == 0, added.stderr
    assert (missing.returncode, "HEADRACE_SECRET_SHOP" in missing.stdout) == (1, True)
    assert there.returncode == 0


def test_fields_come_from_a_file_and_what_is_wrong_is_named(credential: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "fields.json"
    file.write_text(json.dumps({"token": SECRET, "tokn": 1}))
    wrong = credential("add", "T", "--type", "httpBearerAuth", "--data", f"@{file}")
    file.write_text(f'{{"token": "{SECRET}",')
    broken = credential("add", "T", "--type", "httpBearerAuth", "--data", f"@{file}")
    unknown = credential("add", "T", "--type", "nothingAuth")

    assert '"tokn"' in wrong.stderr
    assert "no JSON object" in broken.stderr
    assert "headrace credential types" in unknown.stderr
    assert {done.returncode for done in (wrong, broken, unknown)} == {2}
    assert SECRET not in wrong.stderr + broken.stderr


def test_what_n8n_exported_decrypted_is_taken_in(credential: CommandLine) -> None:
    exported = [
        {"id": "7", "name": "Shop", "type": "httpBasicAuth", "data": {"user": "ann", "password": SECRET}},
        {"id": "8", "name": "Chat", "type": "slackApi", "data": {"accessToken": SECRET}},
    ]

    taken = credential("import", "-", given=json.dumps(exported))
    again = credential("import", "-", given=json.dumps(exported))
    encrypted = credential("import", "-", given=json.dumps([{**exported[0], "data": "U2FsdGVkX1"}]))
    broken = credential("import", "-", given=f'[{{"data": "{SECRET}"')

    assert taken.returncode == 0, taken.stderr
    assert {one["id"] for one in credential.listed()} == {"7", "8"}
    assert "already" in again.stderr
    assert "--decrypted" in encrypted.stderr
    assert "no list of credentials" in broken.stderr
    assert SECRET not in taken.stdout + again.stderr + broken.stderr


def test_keys_are_rotated_in_the_file_and_from_the_environment(credential: CommandLine) -> None:
    credential("add", "Shop", "--type", "httpBearerAuth", "--secret", "token=-", given=SECRET)
    first = (credential.folder / "keys" / "credentials.key").read_text()

    rotated = credential("rotate-key", "--data-keys")

    assert rotated.returncode == 0, rotated.stderr
    assert (credential.folder / "keys" / "credentials.key").read_text() != first
    assert credential("test", "Shop").returncode == 0
    (credential.folder / "keys" / "credentials.key").unlink()
    lost = credential("test", "Shop")
    assert (lost.returncode, "is missing" in lost.stdout) == (1, True)

    older, newer = base64.b64encode(KEK).decode(), base64.b64encode(KEK[::-1]).decode()
    elsewhere = CommandLine(credential.folder.parent / "elsewhere")
    elsewhere(
        "add", "Shop", "--type", "httpBearerAuth", "--secret", "token=-", given=SECRET, HEADRACE_ENCRYPTION_KEY=older
    )
    assert elsewhere("test", "Shop", HEADRACE_ENCRYPTION_KEY=newer).returncode == 1
    moved = elsewhere("rotate-key", HEADRACE_ENCRYPTION_KEY=newer, HEADRACE_ENCRYPTION_KEY_OLD=older)
    assert moved.returncode == 0, moved.stderr
    assert elsewhere("test", "Shop", HEADRACE_ENCRYPTION_KEY=newer).returncode == 0
    assert not (elsewhere.folder / "keys").exists()


def test_the_kinds_are_listed_and_one_is_explained(credential: CommandLine) -> None:
    def types(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "headrace.cli", "credential", "types", *arguments],
            capture_output=True,
            check=True,
            timeout=60,
            text=True,
        )
        return done.stdout

    assert "oAuth2Api" in types()
    assert "password" in types("httpBasicAuth")
    assert "secret" in types("httpBasicAuth")
    assert json.loads(types("httpBasicAuth", "--json"))[0]["name"] == "httpBasicAuth"
