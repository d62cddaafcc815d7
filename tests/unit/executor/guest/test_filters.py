"""An assembled filter says of every call what its policy says, on every architecture."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executor.guest.confinement import bpf, numbers, policies
from headrace.executor.guest.confinement.bpf import Action, Check, Policy

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
POLICIES = {
    "javascript": lambda: policies.for_javascript(jit=False),
    "jit": lambda: policies.for_javascript(jit=True),
    "zygote": policies.for_zygote,
    "child": lambda: policies.for_child(77),
}
WORDS = st.one_of(
    st.sampled_from([0, 1, 2, 3, 4, 7, 17, 77, 1000, 0x11, 0x1000, 0x5401, 0x3D0F00, 0x01200011, 2**32, 2**63]),
    st.integers(0, 2**64 - 1),
)


def ran(program: bytes, architecture: int, number: int, arguments: Sequence[int]) -> int:
    """Return what the kernel's machine would."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments)
    instructions = list(struct.iter_unpack("=HBBI", program))
    at = value = 0
    while True:
        code, yes, no, operand = instructions[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                value &= operand
            case 0x15:
                at += yes if value == operand else no
            case 0x35:
                at += yes if value >= operand else no
            case 0x06:
                return int(operand)
            case _:
                raise AssertionError(f"an instruction that is not used here: {code:#x}")


def said(policy: Policy, name: str, arguments: Sequence[int]) -> Action:
    def holds(check: Check) -> bool:
        argument = arguments[check.argument]
        if check.pointer and argument >> 32:
            return False
        return argument & 0xFFFFFFFF & check.mask in check.values

    if name in policy.allowed:
        ways = policy.allowed[name]
        allowed = not ways or any(all(map(holds, way)) for way in ways)
        return Action.ALLOW if allowed else Action.REFUSE
    if name in policy.unknown:
        return Action.UNKNOWN
    return Action.KILL if name in policy.killed else Action.REFUSE


@pytest.fixture(params=ARCHITECTURES, scope="module")
def architecture(request: pytest.FixtureRequest) -> Iterator[int]:
    column, name = ARCHITECTURES[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "_COLUMN", column)
        patch.setattr(numbers, "ARCHITECTURE", name)
        patch.setattr(bpf, "ARCHITECTURE", name)
        yield name


@pytest.mark.parametrize("kind", POLICIES)
@given(data=st.data(), arguments=st.lists(WORDS, min_size=6, max_size=6))
def test_a_filter_says_what_its_policy_says(
    architecture: int, kind: str, data: st.DataObject, arguments: list[int]
) -> None:
    policy = POLICIES[kind]()
    name = data.draw(st.sampled_from(sorted(filter(numbers.has, numbers._NUMBERS))))

    assert ran(policy.program(), architecture, numbers.number_of(name), arguments) == said(policy, name, arguments)


@pytest.mark.parametrize("kind", POLICIES)
@given(number=st.integers(0, 2**32 - 1), foreign=st.integers(0, 2**32 - 1))
def test_what_has_no_name_is_refused_and_what_is_foreign_is_killed(
    architecture: int, kind: str, number: int, foreign: int
) -> None:
    program = POLICIES[kind]().program()
    known = {numbers.number_of(name) for name in numbers._NUMBERS if numbers.has(name)}

    if foreign != architecture:
        assert ran(program, foreign, number, [0] * 6) == Action.KILL
    if number >= 0x40000000:
        assert ran(program, architecture, number, [0] * 6) == Action.KILL
    elif number not in known:
        assert ran(program, architecture, number, [0] * 6) == Action.REFUSE


def test_a_childs_filter_is_that_of_its_own_number() -> None:
    assert policies.child_program(4242) == policies.for_child(4242).program()


def test_no_two_calls_have_one_number() -> None:
    for column in (0, 1):
        found = [pair[column] for pair in numbers._NUMBERS.values() if pair[column] is not None]

        assert len(found) == len(set(found))
