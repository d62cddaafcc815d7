"""Code is compiled as the body of a function, with its own lines."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executor.guest.python.console import Console
from headrace.executor.guest.python.program import Program, failure


def call(source: str, **names: Any) -> Any:
    return Program(source, {"__builtins__": __builtins__, **names}).call()


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return n", 1),
        ("n = n + 1\nreturn n", 2),
        ("n += 1\ndef f():\n  return n\nreturn f()", 2),
        ("def f():\n  global n\n  n = 5\nf()\nreturn n", 5),
        ("for n in range(3): pass\nreturn n", 2),
        ("return [n for n in [n, n]]", [1, 1]),
        ("", None),
        ("# nothing", None),
        ("'''text'''\nreturn 1", 1),
        ("return '''a\n  b'''", "a\n  b"),
        ("from __future__ import annotations\ndef f(x: gone): pass\nreturn n", 1),
        ("async def f():\n  await g()\nreturn n", 1),
        ("return (lambda: 7)()", 7),
    ],
)
def test_code_is_the_body_of_a_function(source: str, value: Any) -> None:
    assert call(source, n=1) == value


@pytest.mark.parametrize(
    "source",
    [
        "await sleep(0)\nreturn 1",
        "async with lock():\n  return 1",
        "return [1 async for _ in numbers()][0]",
        "if True:\n  async for _ in numbers():\n    return 1",
    ],
)
def test_code_that_awaits_is_a_coroutine(source: str) -> None:
    class Lock:
        async def __aenter__(self) -> None: ...
        async def __aexit__(self, *error: object) -> None: ...

    async def numbers() -> Any:
        yield 1

    assert asyncio.run(call(source, sleep=asyncio.sleep, lock=Lock, numbers=numbers)) == 1


def test_names_may_change_between_calls() -> None:
    names: dict[str, Any] = {"n": 1}
    program = Program("n = n * 2\nreturn n", names)

    assert program.call() == 2
    names["n"] = 5
    assert program.call() == 10


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_error_names_the_line_where_it_was_raised(before: int, after: int) -> None:
    source = "x = 1\n" * before + "raise ValueError('here')\n" + "x = 2\n" * after

    with pytest.raises(ValueError) as raised:
        call(source)

    told = failure(raised.value, source)
    assert told == {
        "name": "ValueError",
        "message": "here",
        "line": before + 1,
        "stack": f'Traceback (most recent call last):\n  File "<code>", line {before + 1}\n'
        "    raise ValueError('here')\nValueError: here",
    }


def test_an_error_that_cannot_be_told_is_still_an_error() -> None:
    source = "class Odd(Exception):\n  def __str__(self): raise RuntimeError\nraise Odd"

    with pytest.raises(Exception) as raised:
        call(source)

    assert failure(raised.value, source)["message"] == "Odd"


def test_errors_that_cause_each_other_end_somewhere() -> None:
    error = ValueError("a")
    error.__cause__ = KeyError("b")
    error.__cause__.__cause__ = error

    told = failure(error, "")

    assert told["line"] is None
    assert told["stack"].count("ValueError: a") == 3


def test_the_middle_of_a_long_traceback_is_left_out() -> None:
    source = "def f(n):\n  return 1 / n if n == 0 else f(n - 1)\nf(50)"

    with pytest.raises(ZeroDivisionError) as raised:
        call(source)

    stack = failure(raised.value, source)["stack"]
    assert stack.count("in f") == 15
    assert "  [36 more]\n" in stack
    assert stack.startswith('Traceback (most recent call last):\n  File "<code>", line 3\n    f(50)')


def test_long_messages_are_cut() -> None:
    assert len(failure(ValueError("x" * 100_000), "")["message"]) == 10_000


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), max_size=5))
def test_what_is_printed_comes_back_line_by_line(lines: list[str]) -> None:
    console = Console(1000_000, pytest.fail)
    stream = console.stream()
    for line in lines:
        print(line, file=stream)

    assert console.lines() == lines


def test_printing_past_the_limit_is_reported_at_once() -> None:
    def over() -> Any:
        raise OverflowError

    stream = Console(10, over).stream()
    print("123456789", file=stream)

    with pytest.raises(OverflowError):
        print("1", file=stream)
