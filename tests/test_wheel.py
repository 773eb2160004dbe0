"""What is installed from a wheel is the whole product: help pages, templates, styles, SQL and documents' layouts."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOWTO = ROOT / "docs/howto"
LINKS = ROOT / "src/fairdue/web/help/howto"
CODE = "from fairdue.web.help.pages import pages; print(*sorted(pages()))"


def builder():
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    uv = builder()
    if uv is None:
        pytest.skip("uv is not installed")
    out = tmp_path_factory.mktemp("dist")
    command = [uv, "build", "--offline", "--quiet", "--sdist", "--wheel", "--out-dir", out, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [path] = out.glob("*.whl")
    return path


def names(folder):
    return sorted(path.stem for path in folder.glob("*.md"))


def test_every_how_to_page_is_linked_into_the_package():
    """A new page needs its link: ln -s ../../../../../docs/howto/PAGE.md src/fairdue/web/help/howto/."""
    assert names(LINKS) == names(HOWTO)
    assert [path.name for path in LINKS.iterdir() if path.resolve() != HOWTO / path.name] == []


def test_a_wheel_holds_every_file_of_the_package(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=False)
    files = tracked.stdout.splitlines()
    if not files:
        pytest.skip("not a clone: what belongs to the package is not known")
    missing = [name for name in files if (ROOT / name).exists() and name.removeprefix("src/") not in held]
    assert len(files) > 300
    assert missing == []


def test_help_pages_are_read_where_only_the_wheel_is(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == names(HOWTO)
