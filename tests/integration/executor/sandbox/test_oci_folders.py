"""Before a container: what it is made from, who may pass, and what others left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from headrace.executor.adapters.launchers.oci import OciLauncher, filetree, folders, runtimes
from headrace.executor.sandbox.ports import Canaries, Guest, GuestOptions
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Unavailable


@pytest.fixture(scope="module")
def state_dir() -> Iterator[Path]:
    """A folder that other users can pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-oci-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("runtime", ["runsc", "crun", "runc"])
async def test_a_runtime_that_is_not_installed_is_named_with_its_package(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(
        Unavailable, match=rf'runtime "{runtime}" is not installed \(on Debian.*: apt install {runtime}\)'
    ):
        await OciLauncher(runtime=runtime, state_dir=tmp_path / "state").launch(Guest.JAVASCRIPT)

    assert not (tmp_path / "state").exists()


def test_a_runtime_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(runtimes.UnknownRuntime, match=r'"docker" is no container runtime .* runsc, crun, runc, kata'):
        OciLauncher(runtime="docker", state_dir=tmp_path)


async def test_the_first_platform_that_works_is_taken(state_dir: Path) -> None:
    launcher = OciLauncher(runtime="runsc", state_dir=state_dir, platforms=("nonsense", "ptrace"))

    for _ in range(2):
        worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())
        await worker.close()

    with pytest.raises(Unavailable, match=r'"oci:runsc" does not work here: .*nonsense'):
        await OciLauncher(runtime="runsc", state_dir=state_dir, platforms=("nonsense",)).launch(Guest.JAVASCRIPT)


@pytest.mark.parametrize("runtime", ["crun", "runc", "runsc"])
async def test_containers_may_be_kept_where_other_users_cannot_pass(
    runtime: str, state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees = state_dir / "trees"
    trees.mkdir(exist_ok=True)
    made, held = filetree.prepare(trees, ())
    os.close(held)
    # Quicker than another one.
    monkeypatch.setattr(filetree, "_build", lambda tree, files: shutil.copytree(made, tree, dirs_exist_ok=True))
    closed = tmp_path / "it's closed"
    closed.mkdir(mode=0o700)

    worker = await Worker.start(OciLauncher(runtime=runtime, state_dir=closed), Guest.JAVASCRIPT, Canaries())
    await worker.close()

    assert str(closed) not in Path("/proc/self/mountinfo").read_text()
    # Not kept for who looks at failed tests: it is large.
    shutil.rmtree(closed)


def test_a_tree_is_made_once_and_lasts_as_long_as_anybody_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filetree, "_files", lambda packages: {"file": Path(__file__)})

    one, held = filetree.prepare(tmp_path, ())
    made = one.stat()
    other, also_held = filetree.prepare(tmp_path, ())

    assert one == other
    assert os.path.samestat(other.stat(), made)
    folders.remove_left_behind(tmp_path)
    os.close(held)
    folders.remove_left_behind(tmp_path)
    assert [one] == list(tmp_path.iterdir())
    os.close(also_held)
    folders.remove_left_behind(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_package_comes_with_what_it_requires(state_dir: Path) -> None:
    trees = state_dir / "packages"
    trees.mkdir()

    tree, held = filetree.prepare(trees, ["openpyxl"])

    os.close(held)
    found = set(os.listdir(tree / filetree.SITE))
    assert {"openpyxl", "et_xmlfile"} <= found
    # And nothing that it does not need.
    assert "cryptography" not in found


async def test_an_allowed_package_can_be_imported(state_dir: Path) -> None:
    options = GuestOptions(python_packages=["dateutil"])
    launcher = OciLauncher(options, runtime="crun", state_dir=state_dir)

    worker = await Worker.start(launcher, Guest.PYTHON, Canaries())

    await worker.close()


def test_a_package_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match='"no_such_package" that sandboxes are to have is not installed'):
        filetree.prepare(tmp_path, ["no_such_package"])


def test_a_tree_follows_the_files_that_it_is_a_copy_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = tmp_path / "original"
    original.write_text("one")
    monkeypatch.setattr(filetree, "_files", lambda packages: {"file": original})

    before, held = filetree.prepare(tmp_path, ())
    original.write_text("another")
    after, also_held = filetree.prepare(tmp_path, ())

    os.close(held)
    os.close(also_held)
    assert ((before / "file").read_text(), (after / "file").read_text()) == ("one", "another")


def test_a_folder_is_left_behind_when_nobody_holds_it(tmp_path: Path) -> None:
    for name in ("alone", "held", "shared"):
        (tmp_path / name).mkdir()
    held = [folders.hold(tmp_path / "held"), folders.hold(tmp_path / "shared", shared=True)]

    found = folders.left_behind(tmp_path)

    assert [path.name for path in found] == ["alone"]
    # Whoever found it holds it.
    assert not folders.left_behind(tmp_path)
    for descriptor in (*held, *found.values()):
        assert descriptor is not None
        os.close(descriptor)
    assert folders.hold(tmp_path / "gone") is None
