import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "convlab" / "widgets"
WIDGETS = sorted(
    file.stem for file in FOLDER.glob("*.js") if "export default" in file.read_text("utf-8")
)
WORDS = """async (name) => (await import(`/${name}.js`)).words"""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=WIDGETS)
def words(request, modules):
    return modules.evaluate(WORDS, request.param)


def test_both_languages_say_the_same_things(words):
    assert list(words) == ["en", "zh"]
    assert list(words["en"]) == list(words["zh"])


def test_nothing_is_left_empty_or_untranslated(words):
    for key, english in words["en"].items():
        assert english.strip(), key
        assert not CHINESE.search(english), key
        assert CHINESE.search(words["zh"][key]) or english == "Sobel", key


def test_gaps_to_fill_are_the_same(words):
    for key, english in words["en"].items():
        gaps = set(re.findall(r"\{(\w+)\}", english)) - {"article"}  # Chinese has none
        assert gaps == set(re.findall(r"\{(\w+)\}", words["zh"][key])), key


def test_chinese_uses_chinese_punctuation(words):
    for key, chinese in words["zh"].items():
        assert not re.search(r"[,:;?!]", chinese), key
