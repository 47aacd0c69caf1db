"""What `make` does where something is missing or wrong: the engine, the environment, the address, the port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.txt", "requirements-uv.txt")


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    ours = {"SITE_URL", "ENGINE", "PORT", "PDF", "MAKEFLAGS", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def engines() -> list[str]:
    return make("ENGINE=nosuch").stderr.partition("one of: ")[2].partition(".")[0].split()


@pytest.mark.parametrize("target", ["build", "serve"])
def test_an_unknown_engine_is_an_error_that_lists_the_known_ones(target: str):
    result = make(target, "ENGINE=zensicle")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "ENGINE=zensicle: there is no such engine; one of: mkdocs zensical" in result.stderr


def test_each_engine_builds_into_an_empty_folder():
    assert engines()
    folder = (ROOT / "mkdocs.yml").read_text("utf-8").partition("site_dir: ")[2].split()[0]
    for engine in engines():
        commands = make("--dry-run", "build", f"ENGINE={engine}").stdout.splitlines()
        built = next(number for number, line in enumerate(commands) if f"bin/{engine} build" in line)
        assert commands[built - 1] == f"rm -rf {folder}"


def test_without_an_address_the_last_line_says_so():
    assert "example.org" in make("--dry-run", "build").stdout.splitlines()[-1]
    assert "example.org" not in make("--dry-run", "build", "SITE_URL=https://guide.test/").stdout


def test_without_an_address_nothing_is_published():
    job = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))["jobs"]["build"]
    runs = [step for step in job["steps"] if "run" in step]
    stop = next(number for number, step in enumerate(runs) if step.get("if") == "${{ !vars.SITE_URL }}")
    assert runs[stop + 1]["run"] == "make pdf"
    assert subprocess.run(["bash", "-ec", runs[stop]["run"]], capture_output=True, check=False).returncode == 1
    assert {step["env"]["SITE_URL"] for step in job["steps"] if "env" in step} == {"${{ vars.SITE_URL }}"}


def test_each_commit_is_checked_by_the_same_list_as_make_test():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]] == ["make lint"]
    checks = [line for line in make("--dry-run", "lint").stdout.splitlines() if line.startswith(".venv/bin/")]
    assert ".venv/bin/guide shots check" in checks
    assert set(checks) < set(make("--dry-run", "test").stdout.splitlines())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is older than its locks."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/ready").write_text("the old one")
    os.utime(tmp_path / ".venv/ready", (0, 0))
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in LOCKS:
        (tmp_path / lock).touch()
    return tmp_path


def python(project: Path, *, works: bool) -> str:
    """A Python that makes an environment of programs that do nothing, or half of one."""
    stub = project / "python"
    programs = "".join(f"ln -s /bin/true .venv/bin/{name}; " for name in ("python", "uv")) if works else "exit 1"
    stub.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\n[ ! -e .venv ] || exit 3\nmkdir -p .venv/bin; {programs}\n')
    stub.chmod(0o755)
    return f"PYTHON={stub}"


def test_a_new_environment_replaces_the_old_one(project: Path):
    assert make(".venv/ready", python(project, works=True), folder=project).returncode == 0
    assert (project / ".venv/ready").read_text() == ""
    assert not (project / ".venv.old").exists()
    assert make("--question", ".venv/ready", folder=project).returncode == 0


def test_an_environment_that_cannot_be_built_leaves_the_old_one(project: Path):
    assert make(".venv/ready", python(project, works=False), folder=project).returncode == 2
    assert (project / ".venv/ready").read_text() == "the old one"
    assert sorted(path.name for path in (project / ".venv").iterdir()) == ["ready"]
    assert not (project / ".venv.old").exists()


def test_after_a_killed_run_the_old_environment_comes_back(project: Path):
    (project / ".venv").rename(project / ".venv.old")
    (project / ".venv/bin").mkdir(parents=True)
    assert make(".venv/ready", python(project, works=False), folder=project).returncode == 2
    assert (project / ".venv/ready").read_text() == "the old one"


def test_settings_of_the_tools_need_no_new_environment(project: Path):
    make(".venv/ready", python(project, works=True), folder=project)
    (project / "pyproject.toml").touch()
    assert make("--question", ".venv/ready", folder=project).returncode == 0


def port(*named: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guide.port", *named]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_busy_port_is_one_line_and_without_a_name_the_next_is_taken():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        number = busy.getsockname()[1]
        assert port(str(number)).returncode == 1
        assert port(str(number)).stderr.startswith(f"PORT={number}: busy")
    assert port(str(number)).stdout == f"{number}\n"
    first = int(port().stdout)
    with socket.create_server(("127.0.0.1", first)):
        assert int(port().stdout) > first


@pytest.mark.parametrize("named", ["80x", "0", "99999", "-1"])
def test_what_is_no_port_is_one_line(named: str):
    result = port(named)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"PORT={named}: ")
