"""Secrets that are kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from headrace.credentials.adapters.secret_sources.environment import EnvironmentSecrets
from headrace.credentials.adapters.secret_sources.files import MAX_BYTES, FileSecrets
from headrace.credentials.domain.references import SecretReference
from headrace.credentials.errors import ReferenceDenied, SecretUnavailable
from headrace.credentials.service.external_secrets import REMEMBERED, ExternalSecrets
from tests.unit.credentials.making import MINE, OTHER, Clock, Service


class TestTheEnvironment:
    SOURCE = EnvironmentSecrets({"HEADRACE_SECRET_KEY": "canary", "HEADRACE_SECRET_": "x", "HOME": "/root", "A_B": "x"})

    async def test_a_variable_of_the_prefix_is_read(self) -> None:
        assert await self.SOURCE.read(["KEY"]) == "canary"

    @pytest.mark.parametrize("path", [["HOME"], ["../HOME"], ["A", "B"], ["NONE"], []])
    async def test_no_other_is(self, path: Sequence[str]) -> None:
        with pytest.raises(SecretUnavailable):
            await self.SOURCE.read(path)


class TestFiles:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "secrets"
        (root / "shop").mkdir(parents=True)
        (root / "shop" / "password").write_text("pass word\n")
        (root / "..data").mkdir()
        (root / "..data" / "token").write_text("t")
        (root / "token").symlink_to(root / "..data" / "token")
        (root / "out").symlink_to(tmp_path / "outside")
        (root / "loop").symlink_to(root / "loop")
        (root / "bytes").write_bytes(b"\xff\xfe")
        (root / "large").write_bytes(b"x" * (MAX_BYTES + 1))
        (tmp_path / "outside").write_text("canary")
        return root

    async def test_a_file_is_read_without_the_line_break_at_its_end(self, root: Path) -> None:
        assert await FileSecrets(root).read(["shop", "password"]) == "pass word"
        assert await FileSecrets(root).read(["token"]) == "t"

    @pytest.mark.parametrize(
        "path",
        [
            ["..", "outside"],
            ["shop", "..", "..", "outside"],
            ["../outside"],
            ["out"],
            ["loop"],
            ["shop"],
            ["none"],
            ["bytes"],
            ["large"],
            ["..data", "token"],
            ["/etc/passwd"],
            ["a\x00b"],
            [""],
            [],
        ],
    )
    async def test_nothing_else_is(self, root: Path, path: Sequence[str]) -> None:
        with pytest.raises(SecretUnavailable) as caught:
            await FileSecrets(root).read(path)

        assert "canary" not in str(caught.value)


class Counting:
    def __init__(self) -> None:
        self.reads = 0

    async def read(self, path: Sequence[str]) -> str:
        self.reads += 1
        return f"{path[-1]}{self.reads}"


async def test_an_answer_counts_for_a_short_while() -> None:
    clock, source = Clock(), Counting()
    secrets = ExternalSecrets({MINE: {"vault": source}}, clock)
    reference = SecretReference("vault", ("a", "key"))

    assert [await secrets.resolve(MINE, reference) for _ in range(2)] == ["key1", "key1"]
    clock.now += REMEMBERED - timedelta(microseconds=1)
    assert await secrets.resolve(MINE, reference) == "key1"
    clock.now += timedelta(microseconds=1)
    assert await secrets.resolve(MINE, reference) == "key2"


async def test_another_tenant_has_no_source_and_sees_no_answer() -> None:
    secrets = ExternalSecrets({MINE: {"vault": Counting()}}, Clock())
    reference = SecretReference("vault", ("key",))
    await secrets.resolve(MINE, reference)

    with pytest.raises(SecretUnavailable):
        await secrets.resolve(OTHER, reference)
    with pytest.raises(SecretUnavailable):
        await secrets.resolve(MINE, SecretReference("env", ("key",)))


async def test_who_may_not_name_secrets_that_are_kept_elsewhere_cannot_guess_at_them() -> None:
    service, reference = Service(), "={{ $secrets.vault.key }}"
    made = await service.basic()

    with pytest.raises(ReferenceDenied, match="password"):
        await service.credentials.create(
            MINE, name="A", type_="httpBasicAuth", fields={"password": reference}, by="eve", may_refer=False
        )
    with pytest.raises(ReferenceDenied, match="user"):
        await service.credentials.change(MINE, made.id, fields={"user": reference}, by="eve", may_refer=False)
