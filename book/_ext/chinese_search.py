"""Full-text search in Chinese and English, without a dictionary.

Chinese is written without spaces. The index holds each character and each pair of neighbours; a
query of one character looks for that character, a longer one for all of its pairs. The same class
serves both languages, since Chinese pages contain English words and the other way round.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
_HAN_RUN = re.compile(rf"[{HAN}]+")


def split_words(text: str) -> list[str]:
    """Return the index's words of `text`: English words, Chinese characters and pairs of them.

    Parameters
    ----------
    text : str
        Any text, in either language or both.
    """
    words: list[str] = []
    for run in _RUNS.findall(text):
        if _HAN_RUN.match(run):
            words.extend(run)
            words.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            words.append(run)
    return words


class ChineseAndEnglish(SearchEnglish):
    """Sphinx's English search (stop words, stemmer), with Chinese split as above."""

    lang = "zh"
    language_name = "Chinese and English"
    # Runs in the reader's browser on the query; must agree with split_words.
    js_splitter_code = f"""
function splitQuery(query) {{
  const runs = query.match(/[{HAN}]+|(?:(?![{HAN}])[\\p{{L}}\\p{{N}}_])+/gu) || [];
  return runs.flatMap((run) => {{
    if (run.length < 2 || !/^[{HAN}]/u.test(run)) return [run];
    return Array.from({{ length: run.length - 1 }}, (_, i) => run.slice(i, i + 2));
  }});
}}
"""

    def split(self, input: str) -> list[str]:
        """Split `input` for the index; Sphinx calls this."""
        return split_words(input)


def use_for_both_languages(app: Sphinx, config: Config) -> None:
    """Search every build with this class."""
    config.html_search_language = ChineseAndEnglish.lang


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_search_language(ChineseAndEnglish)
    app.connect("config-inited", use_for_both_languages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
