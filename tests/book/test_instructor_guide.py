"""What the instructor guide says is so: attacks, settings, commands, verdicts and exit codes."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import re
from pathlib import Path

import numpy as np
import pytest
import typer.main
from nbgrader.apps import NbGraderApp
from traitlets.config import Config

from autograder import cli
from autograder.box import wire
from autograder.course import Grade, Limits
from autograder.lint.linter import RULES
from autograder.preprocessors import configure
from autograder.table import MEANINGS
from tests.attacks import corpus

BOOK = Path(__file__).parents[2] / "book"
THREATS = ("instructor/threat-model.md", "zh/instructor/threat-model.md")
GRADING = ("instructor/grading.md", "zh/instructor/grading.md")
ATTACKS = {attack.name: attack for attack in corpus.load()}
COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
OWN = {"Limits": Limits, "Grade": Grade}


def read(page: str) -> str:
    return (BOOK / page).read_text(encoding="utf-8")


def code_in(text: str) -> list[str]:
    """Return what is set as code, in lines and in blocks."""
    return re.findall(r"`([^`\n]+)`", text) + re.findall(r"(?ms)^```\w+\n(.*?)^```", text)


def table(page: str, *, of: set[str]) -> list[str]:
    """Return the first column of the table that begins with one of these words."""
    rows = re.findall(r"^\| (\S+) \|", read(page), re.M)
    return [row for row in rows if row in of]


@pytest.mark.parametrize("page", THREATS)
def test_the_number_of_hostile_submissions_is_that_of_the_corpus(page):
    [number] = re.findall(r"(\d+) (?:hostile submissions|份恶意提交)", read(page))
    assert int(number) == sum(not attack.honest for attack in ATTACKS.values())


@pytest.mark.parametrize("page", THREATS)
def test_every_class_of_attack_names_attacks_that_are_there(page):
    [part] = re.findall(r"(?ms)^## (?:How each|各类攻击).*?^## ", read(page))
    classes = part.split("\n### ")[1:]
    assert len(classes) >= 10
    for text in classes:
        [line] = re.findall(r"(?m)^(?:Attacks: |攻击：)(.*)$", text)
        names = code_in(line)
        assert len(names) >= 2
        assert [name for name in names if name not in ATTACKS or ATTACKS[name].honest] == []


@pytest.mark.parametrize("page", GRADING)
def test_every_setting_stands_there_with_its_default(page):
    found = re.findall(r"(?m)^`c\.(\w+)\.(\w+) = (.+)`\n: \S", read(page))
    stated = {(section, name): value for section, name, value in found}
    real = {
        (section, name): repr(trait.default_value).replace("'", '"')
        for section, kind in OWN.items()
        for name, trait in kind.class_own_traits(config=True).items()
    }
    assert stated == real


@pytest.mark.parametrize("page", [*GRADING, *THREATS])
def test_other_settings_are_nbgraders(page):
    named = set(re.findall(r"\bc\.(\w+)\.(\w+)", read(page)))
    nbgraders = {kind.__name__: kind for kind in NbGraderApp().classes}
    for section, name in named - {(s, n) for s, k in OWN.items() for n in k.class_trait_names()}:
        assert nbgraders[section].class_traits(config=True)[name]


@pytest.mark.parametrize("page", [*GRADING, *THREATS])
def test_every_command_and_every_option_is_there(page):
    for code in code_in(read(page)):
        for command in re.findall(r"\bautograder (\w+)", code):
            assert command in COMMANDS
        for command in re.findall(r"\bnbgrader (\w+)", code):
            assert command in NbGraderApp.subcommands
    options = {option for parameter in COMMANDS["grade"].params for option in parameter.opts}
    ours = set(re.findall(r"`(--[a-z]+)[` ]", read(page)))
    assert ours <= options


@pytest.mark.parametrize("page", GRADING)
def test_every_verdict_is_explained_once(page):
    words = set(MEANINGS)
    assert sorted(table(page, of=words)) == sorted(words)


@pytest.mark.parametrize("page", GRADING)
def test_the_exit_codes_are_those_of_the_command(page):
    codes = set(re.findall(r"(?<=[:;] )(\d+)(?=, )", re.sub(r"\s+", " ", cli.__doc__)))
    assert {"0", "1", "2", "3", "130"} == codes
    assert table(page, of={str(number) for number in range(256)}) == ["0", "1", "2", "3", "130"]


@pytest.mark.parametrize("page", GRADING)
def test_every_rule_of_lint_is_told(page):
    [part] = re.findall(r"(?ms)^### .*`autograder lint`.*?^## ", read(page))
    told = {rule for line in re.findall(r"(?m)^(`.*`)$", part) for rule in code_in(line)}
    rules = {rule.__name__.replace("_", "-") for rule in RULES}
    rules = {"cannot-cross" if rule.endswith("-cannot-cross") else rule for rule in rules}
    # Found while the notebook is opened, before there is anything that a rule could read.
    assert told == {*rules, "invalid-metadata"}


@pytest.mark.parametrize("page", GRADING)
def test_the_lines_of_configuration_do_what_the_guide_says(page):
    [lines] = [code for code in code_in(read(page)) if "configure(c)" in code and "\n" in code]
    config = Config()
    exec(lines, {"get_config": lambda: config})
    expected = Config()
    configure(expected)
    assert config == expected
    assert config.Autograde.autograde_preprocessors


CROSSING = {
    "None": None,
    "Decimal": decimal.Decimal("0.1"),
    "Fraction": fractions.Fraction(1, 3),
    "range": range(3),
    "slice": slice(1, None),
    "Counter": collections.Counter("aab"),
    "OrderedDict": collections.OrderedDict(a=1),
    "defaultdict": collections.defaultdict(int, a=1),
    "deque": collections.deque([1, 2]),
}
NAMELESS = [
    *(True, 2**100, 0.5, 1 + 2j, "text", b"bytes", [1], (1,), {"a": 1}, {1}, frozenset([1])),
    *(datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29, 12), np.float32(1), np.int8(1)),
]


def no_reference(*parts: object) -> object:
    raise AssertionError(f"{parts} has no plain form")


@pytest.mark.parametrize("value", [*CROSSING.values(), *NAMELESS], ids=repr)
def test_what_the_guide_says_crosses_arrives_with_its_type(value):
    encoder = wire.Encoder(no_reference)
    form = encoder.encode(value)
    arrived = wire.Decoder(memoryview(b"".join(encoder.blobs)), no_reference).decode(form)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize("page", GRADING)
def test_what_crosses_is_named_and_so_are_the_limits(page):
    [part] = re.findall(r"(?ms)^### (?:What crosses|什么能传)$(.*?)^### ", read(page))
    assert set(CROSSING) <= set(code_in(part))
    levels, size = re.findall(r"(\d+) (?:levels|层|MiB)", part)
    assert int(levels) == wire.MAX_DEPTH
    assert int(size) * 2**20 == wire.MAX_BYTES
