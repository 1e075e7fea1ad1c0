"""What the tests of several problems ask of them; each is given as its module."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from autograder import Verdict


def reject(problem, implementation, seed=None):
    """Return the verdict of each group that does not accept."""
    return _reject(problem, implementation, problem.PROBLEM.seed if seed is None else seed)


@cache
def _reject(problem, implementation, seed):
    verdicts = {}
    for group in problem.PROBLEM.groups:
        try:
            problem.judge(implementation, group=group, seed=seed)
        except Verdict as verdict:
            verdicts[group] = verdict
    return verdicts


def names_in(problem, verdict):
    """Return the misconceptions that a verdict names."""
    return [m for m in problem.PROBLEM.misconceptions if f"{m.name.en}. " in verdict.message.en]


def named_by(problem, implementation, seed=None):
    """Return, for each group that does not accept, the misconceptions that its verdict names."""
    verdicts = reject(problem, implementation, seed)
    return {group: names_in(problem, verdict) for group, verdict in verdicts.items()}


def texts_in_one_language(problem):
    """Return the names and hints that lack a language, or are no sentences in one of them."""
    texts = [text for m in problem.PROBLEM.misconceptions for text in (m.name, m.hint)]
    hints = [m.hint for m in problem.PROBLEM.misconceptions]
    return [
        text.en
        for text in texts
        if not re.search("[\u4e00-\u9fff]", text.zh) or re.search("[\u3000-\u9fff]", text.en)
    ] + [h.en for h in hints if not (h.en.endswith((".", "?")) and h.zh.endswith(("。", "？")))]


def values_quoted(problem):
    """Return the verdicts on misconceptions that quote a decimal number: it would be a value."""
    return [
        str(verdict)
        for wrong in problem.PROBLEM.misconceptions
        for verdict in reject(problem, wrong.implementation).values()
        if re.search(r"\d\.\d{2}", str(verdict))
    ]


def has_values(problem):
    """Tell whether the cases hold numbers that a verdict could quote as decimals."""
    expected = [
        problem.PROBLEM.expect(case) for case in problem.PROBLEM.generate(problem.PROBLEM.seed)
    ]
    values = [np.ravel(right.values) for results in expected for right in results.values()]
    return bool(np.any(np.concatenate(values) % 1))
