"""The index and the reader's browser must split Chinese alike, or nothing is found."""

from __future__ import annotations

import json

import pytest
import quickjs
from hypothesis import given
from hypothesis import strategies as st

from book._ext.chinese_search import ChineseAndEnglish, split_words

ENGINE = quickjs.Context()
ENGINE.eval(ChineseAndEnglish.js_splitter_code)


def split_query(query: str) -> list[str]:
    return json.loads(ENGINE.eval(f"JSON.stringify(splitQuery({json.dumps(query)}))"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("核", ["核"]),
        ("卷积", ["卷积"]),
        ("感受野", ["感受", "受野"]),
        ("最大池化", ["最大", "大池", "池化"]),
        ("用 NumPy 实现卷积", ["用", "NumPy", "实现", "现卷", "卷积"]),
        ("CNN网络", ["CNN", "网络"]),
        ("stride-2 conv_1", ["stride", "2", "conv_1"]),
        ("，。", []),
    ],
)
def test_a_query_becomes_pairs_of_characters_and_words(query, words):
    assert split_query(query) == words


@given(st.text(alphabet="卷积感受野池化核 ,。-_aZ9é", max_size=20))
def test_each_word_of_a_query_is_in_the_index_of_the_same_text(text):
    assert set(split_query(text)) <= set(split_words(text))


@given(
    st.text(alphabet="卷积感受野", min_size=1, max_size=6),
    st.text(alphabet="卷积池化的是", max_size=6),
)
def test_a_phrase_is_found_inside_a_sentence(phrase, around):
    assert set(split_query(phrase)) <= set(split_words(around + phrase + around))
