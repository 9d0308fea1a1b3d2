"""The wheel puts one package into site-packages, which runs beside others named as ours are."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
ROOT = Path(__file__).resolve().parent.parent
OURS = ("app", "ingest", "prompts", "seeds")
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder into which the wheel is installed."""
    folder = tmp_path_factory.mktemp("site")
    options = ("--no-index", "--no-deps", "--no-build-isolation", "--no-compile")
    subprocess.run([*PIP, "install", *options, "--target", folder, ROOT], check=True)
    return folder


@pytest.fixture
def run(site, tmp_path):
    """The installed command, where modules of other people's bear our names and come first."""
    for name in OURS:
        (tmp_path / "foreign" / name).mkdir(parents=True)
        (tmp_path / "foreign" / name / "__init__.py").write_text("raise AssertionError(__file__)")
    path = os.pathsep.join((str(tmp_path / "foreign"), str(site)))

    def called(*arguments):
        done = subprocess.run(
            [sys.executable, site / "bin" / "reading-room", *arguments],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return called


def test_site_packages_get_one_package(site):
    info = f"reading_room-{version('reading-room')}.dist-info"
    listed = (line.split(",")[0] for line in (site / info / "RECORD").read_text().splitlines())
    assert {name.removeprefix("../../").split("/")[0] for name in listed} == {
        "bin",
        info,
        "reading_room",
    }


def test_every_file_of_the_tree_is_in_the_package(site):
    files = {
        path.relative_to(ROOT)
        for top in OURS
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packed = site / "reading_room"
    found = {path.relative_to(packed) for path in packed.rglob("*") if path.is_file()}
    assert found == files | {Path("__init__.py")}


def test_no_file_of_the_package_imports_by_the_name_in_the_tree(site):
    for path in (site / "reading_room").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            assert not {name.split(".")[0] for name in names} & set(OURS), path


def test_the_installed_command_tells_its_version(run):
    assert version("reading-room") in run("--version")


def test_the_installed_command_reads_the_seeds_and_finds(run):
    run("ingest")
    assert "rokking" in run("find", "grokking", "-k", "3")
