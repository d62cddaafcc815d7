"""What is sealed opens for what it was sealed for, and for nothing else."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.credentials.adapters.keys import FileKeys, GivenKeys
from headrace.credentials.adapters.memory import MemorySafe
from headrace.credentials.adapters.sealing import AesGcmSealer, decrypt, encrypt
from headrace.credentials.domain.records import SealedCredential
from headrace.credentials.errors import KeyMissing, KeysUnusable, SealBroken
from headrace.credentials.service.sealing import opened
from tests.unit.credentials.making import KEK, MINE, NOON, OTHER, Service

NEWER = bytes(reversed(range(32)))
BINDING = ("credential", "a", "httpBasicAuth", "1")


def sealer_on(safe: MemorySafe, kek: FileKeys | GivenKeys) -> AesGcmSealer:
    return AesGcmSealer(safe.keys, kek, lambda: NOON)


@given(data=st.binary(max_size=500), binding=st.lists(st.text(), min_size=2, max_size=4))
def test_what_is_encrypted_opens_with_the_same_binding(data: bytes, binding: list[str]) -> None:
    assert decrypt(KEK, binding, encrypt(KEK, binding, data)) == data


@given(
    binding=st.lists(st.text(max_size=5), min_size=2, max_size=4),
    other=st.lists(st.text(max_size=5), min_size=2, max_size=4),
)
def test_no_other_binding_opens_it(binding: list[str], other: list[str]) -> None:
    blob = encrypt(KEK, binding, b"data")
    if binding == other:
        return
    with pytest.raises(SealBroken):
        decrypt(KEK, other, blob)


@given(place=st.integers(0, 60), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_is_noticed(place: int, bit: int) -> None:
    blob = bytearray(encrypt(KEK, BINDING, b"x" * 40))
    blob[place] ^= 1 << bit

    with pytest.raises(SealBroken):
        decrypt(KEK, BINDING, bytes(blob))


@given(length=st.integers(0, 28))
def test_what_is_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(SealBroken):
        decrypt(KEK, BINDING, encrypt(KEK, BINDING, b"")[:length])


async def test_nothing_that_is_sealed_twice_looks_the_same() -> None:
    sealer = sealer_on(MemorySafe(), GivenKeys([KEK]))

    assert (await sealer.seal(MINE, BINDING, b"data")).blob != (await sealer.seal(MINE, BINDING, b"data")).blob


def moved_to_another_tenant(mine: SealedCredential, theirs: SealedCredential) -> SealedCredential:
    return replace(theirs, sealed=mine.sealed)


def moved_to_another_credential(mine: SealedCredential, theirs: SealedCredential) -> SealedCredential:
    return replace(mine, id="another")


def given_another_type(mine: SealedCredential, theirs: SealedCredential) -> SealedCredential:
    return replace(mine, type="httpHeaderAuth")


def taken_from_another_revision(mine: SealedCredential, theirs: SealedCredential) -> SealedCredential:
    return replace(mine, sealed_revision=2)


@pytest.mark.parametrize(
    "forge",
    [moved_to_another_tenant, moved_to_another_credential, given_another_type, taken_from_another_revision],
    ids=lambda forge: forge.__name__,
)
async def test_a_sealed_credential_put_in_another_place_does_not_open(
    forge: Callable[[SealedCredential, SealedCredential], SealedCredential],
) -> None:
    service = Service()
    made = await service.basic()
    other = await service.credentials.create(
        OTHER, name="Theirs", type_="httpBasicAuth", fields={"user": "eve"}, by="eve"
    )
    mine = await service.safe.credentials.get(MINE, made.id)
    theirs = await service.safe.credentials.get(OTHER, other.id)
    assert (await opened(service.sealer, mine))["password"] == "s3cret-canary"

    with pytest.raises(SealBroken) as caught:
        await opened(service.sealer, forge(mine, theirs))

    assert "canary" not in str(caught.value)


async def test_a_data_key_put_in_the_place_of_another_tenants_does_not_open() -> None:
    safe = MemorySafe()
    sealer = sealer_on(safe, GivenKeys([KEK]))
    sealed = await sealer.seal(MINE, BINDING, b"data")
    mine = await safe.keys.latest(MINE)
    assert mine is not None
    await safe.keys.add(replace(mine, tenant=OTHER))

    with pytest.raises(SealBroken):
        await sealer_on(safe, GivenKeys([KEK])).open(OTHER, BINDING, sealed)


async def test_without_its_key_encryption_key_nothing_opens_and_the_error_names_the_way_out() -> None:
    safe = MemorySafe()
    sealed = await sealer_on(safe, GivenKeys([KEK])).seal(MINE, BINDING, b"data")

    with pytest.raises(KeyMissing, match="HEADRACE_ENCRYPTION_KEY_OLD"):
        await sealer_on(safe, GivenKeys([NEWER])).open(MINE, BINDING, sealed)
    assert await sealer_on(safe, GivenKeys([NEWER, KEK])).open(MINE, BINDING, sealed) == b"data"


async def test_many_first_seals_at_once_share_one_data_key(tmp_path: Path) -> None:
    safe = MemorySafe()
    sealers = [sealer_on(safe, FileKeys(tmp_path / "keys" / "credentials.key")) for _ in range(8)]

    sealed = await asyncio.gather(*(one.seal(MINE, BINDING, b"data") for one in sealers))

    assert [key.number for key in await safe.keys.all()] == [1]
    assert {await sealers[0].open(MINE, BINDING, one) for one in sealed} == {b"data"}


class TestTheKeyFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "keys" / "credentials.key"

    async def test_it_is_made_when_first_needed_and_only_its_owner_may_read_it(self, path: Path) -> None:
        wrapped = await FileKeys(path).wrap(KEK, BINDING)

        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert await FileKeys(path).unwrap(wrapped, BINDING) == KEK
        assert [one.name for one in path.parent.iterdir()] == [path.name]

    async def test_one_that_others_may_read_is_refused(self, path: Path) -> None:
        await FileKeys(path).current()
        path.chmod(0o640)

        with pytest.raises(KeysUnusable, match="chmod 600"):
            await FileKeys(path).wrap(KEK, BINDING)

    @pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', '{"keys": ["AAAA"]}', '{"keys": ["*"]}', "\xff"])
    async def test_a_damaged_one_is_never_replaced(self, path: Path, text: str) -> None:
        path.parent.mkdir()
        path.write_text(text)
        path.chmod(0o600)

        with pytest.raises(KeysUnusable, match="damaged"):
            await FileKeys(path).wrap(KEK, BINDING)

        assert path.read_text() == text

    async def test_a_new_key_is_used_and_the_one_before_still_opens(self, path: Path) -> None:
        keys = FileKeys(path)
        before = await keys.wrap(KEK, BINDING)
        assert await keys.renew()
        after = await keys.wrap(KEK, BINDING)
        await keys.renew()

        assert before.kek != after.kek != await keys.current()
        assert await keys.unwrap(after, BINDING) == KEK
        with pytest.raises(KeyMissing):
            await keys.unwrap(before, BINDING)
        assert path.stat().st_mode & 0o777 == 0o600


class TestKeysInTheEnvironment:
    async def test_they_are_read_in_base64_and_hexadecimal(self) -> None:
        keys = GivenKeys.from_text(f" {NEWER.hex()} ", base64.b64encode(KEK).decode())

        assert await keys.unwrap(await GivenKeys([KEK]).wrap(b"data", BINDING), BINDING) == b"data"
        assert await keys.current() == await GivenKeys([NEWER]).current()
        assert not await keys.renew()

    @pytest.mark.parametrize("text", ["", "secret words", "AAAA", "zz" * 32])
    def test_what_is_no_key_is_refused_and_not_repeated(self, text: str) -> None:
        with pytest.raises(KeysUnusable, match="openssl rand") as caught:
            GivenKeys.from_text(text)

        assert not text or text not in str(caught.value)
