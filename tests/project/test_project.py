"""The repository as a whole: what the README says is there, and the code is clean."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)


def published_files():
    """Everything that git tracks or would take in; what is built is not looked at."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", check=True)
    names = filter(None, listed.stdout.split("\0"))
    return [path for path in {ROOT / name for name in names} if path.is_file()]


def make_targets():
    rules = re.findall(r"^([a-z]+):.*?## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    return set(rules)


def test_make_help_lists_every_command():
    said = run("make", "--no-print-directory", check=True).stdout
    listed = {line.split()[1] for line in said.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert listed == make_targets() == set(phony[1].split())
    assert run("make", "--no-print-directory", "help", check=True).stdout == said


def test_the_first_screen_of_the_readme_has_the_two_commands_and_a_picture():
    first_screen = "\n".join(README.splitlines()[:25])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    [(alt, picture)] = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", first_screen)
    assert len(alt) > 40
    assert (ROOT / picture).stat().st_size < 300_000


def test_the_readme_names_what_exists():
    folders = re.findall(r"^\| `([a-z]+/)` \|", README, re.M)
    assert len(folders) >= 8
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert set(re.findall(r"`make ([a-z]+)`", README)) <= make_targets()


def test_continuous_integration_calls_make_test_and_nothing_else():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "export CI=true", "make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "python -m pytest" in run("make", "--dry-run", "test", check=True).stdout


def test_no_file_holds_a_path_of_somebodys_machine():
    here = re.escape(str(ROOT)).encode()
    absolute = re.compile(here + rb"|/(?:home|Users)/[A-Za-z0-9_.-]+/")
    found = {
        str(path.relative_to(ROOT)): match[0].decode()
        for path in published_files()
        if path != Path(__file__).resolve() and (match := absolute.search(path.read_bytes()))
    }
    assert found == {}


def test_the_class_is_no_list_of_people():
    """Students of the example class are named by what they hand in."""
    names = [folder.name for folder in (ROOT / "demo" / "class").iterdir()]
    assert len(names) >= 8
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_the_code_is_clean(command):
    result = run(sys.executable, "-m", *command)
    assert result.returncode == 0, result.stdout + result.stderr
