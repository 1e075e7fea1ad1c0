import re
from functools import cache

import numpy as np
import pytest

from autograder import SubmissionError, Verdict, WrongAnswer
from convlab.teaching.letters import FEATURES, LETTERS
from problems import is_letter_x as problem
from problems.letters import draw_pictures
from tests.problems.correlation_styles import windows

SEEDS = (problem.SEED, 1, 2)
WRONG = {wrong.implementation.__name__: wrong for wrong in problem.MISCONCEPTIONS}


def best(picture, feature):
    return windows(picture, feature).max() / feature.size


def both_letters(picture):
    return best(picture, LETTERS["X"]) > best(picture, LETTERS["O"])


def in_float32(picture):
    single = picture.astype(np.float32)
    scores = [best(single, letter.astype(np.float32)) for letter in LETTERS.values()]
    return scores[0] > scores[1]


def nearest_letter(picture):
    """Count pixels that differ, window by window: no product and no sum of products."""
    views = np.lib.stride_tricks.sliding_window_view(picture, (9, 9))
    distances = {
        name: np.sum(views != letter, axis=(2, 3)).min() for name, letter in LETTERS.items()
    }
    return distances["X"] < distances["O"]


def difference_of_letters(picture):
    """Use one kernel: where X and O differ."""
    fits = windows(picture, LETTERS["X"] - LETTERS["O"])
    return bool(fits.max() > -fits.min())


def features_in_place(picture):
    """Add up the three features where an X has them: a small network with two layers."""
    maps = {name: windows(picture, feature) / 9 for name, feature in FEATURES.items()}
    height, width = picture.shape[0] - 8, picture.shape[1] - 8

    def votes(places):
        return sum(
            maps[name][top : top + height, left : left + width] for name, top, left in places
        )

    x = [
        *(("diagonal", n, n) for n in (1, 2, 4, 5)),
        *(("antidiagonal", n, 6 - n) for n in (1, 2, 4, 5)),
        ("crossing", 3, 3),
    ]
    o = [
        *(("diagonal", *place) for place in ((1, 5), (5, 1))),
        *(("antidiagonal", *place) for place in ((1, 1), (5, 5))),
    ]
    return bool(votes(x).max() / len(x) > votes(o).max() / len(o))


STYLES = [both_letters, in_float32, nearest_letter, difference_of_letters, features_in_place]


@cache
def reject(function, seed=problem.SEED):
    """Return the verdict of each group that does not accept."""
    verdicts = {}
    for group in problem.GROUPS:
        try:
            problem.judge(function, group=group, seed=seed)
        except Verdict as verdict:
            verdicts[group] = verdict
    return verdicts


def names_in(verdict):
    return [m for m in problem.MISCONCEPTIONS if f"{m.name.en}. " in verdict.message.en]


def crossing_or_better(picture):
    return bool(best(picture, FEATURES["crossing"]) > 2 / 3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", [problem.is_letter_x, *STYLES], ids=lambda f: f.__name__)
def test_functions_that_look_at_the_whole_letter_are_accepted_at_any_noise(style, seed):
    assert not reject(style, seed)


@pytest.mark.parametrize("group", problem.GROUPS)
def test_a_group_gives_its_points(group):
    assert problem.judge(both_letters, group=group) == problem.GROUPS[group].points


@pytest.mark.parametrize("seed", SEEDS)
def test_a_single_feature_earns_the_first_group_only(seed):
    assert set(reject(crossing_or_better, seed)) == {"noisy", "very_noisy"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = {g: names_in(verdict) for g, verdict in reject(wrong.implementation, seed).items()}
    assert [wrong] in named.values(), named


@pytest.mark.parametrize("answer", [True, False])
def test_a_constant_answer_earns_nothing(answer):
    assert set(reject(lambda picture: answer)) == set(problem.GROUPS)


def test_guessing_and_taking_turns_earn_nothing():
    rng = np.random.default_rng(0)
    turns = iter(range(10**6))
    assert set(reject(lambda picture: bool(rng.random() < 0.5))) == set(problem.GROUPS)
    assert set(reject(lambda picture: next(turns) % 2 == 0)) == set(problem.GROUPS)


def test_opposite_answers_earn_nothing_and_are_counted():
    verdict = reject(lambda picture: not both_letters(picture))["shifted"]
    assert "0 of 64 X, 0 of 64 O" in verdict.message.en
    assert "64 个 X 中认对 0 个" in verdict.message.zh


def test_counting_ink_earns_nothing_however_well_its_limit_is_chosen():
    for group, noise in problem.NOISE.items():
        pictures, is_x = draw_pictures(problem.PICTURES, noise, np.random.default_rng(problem.SEED))
        ink = np.array([np.sum(picture > 0) for picture in pictures])
        rates = [np.mean((ink < limit) == is_x) for limit in range(10, 80)]
        assert max(rates) < problem.REQUIRED_RATE, group


@pytest.mark.parametrize(
    ("answer", "told"),
    [(None, "None"), (1, "an object of type int"), (0.7, "float"), ("X", "str"), ([], "list")],
)
def test_what_is_neither_true_nor_false_is_told(answer, told):
    with pytest.raises(WrongAnswer, match=f"returned .*{told}.*True or False expected"):
        problem.judge(lambda picture: answer, group="noisy")


def test_a_group_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match=r"no group 'loud'; choose from .*very_noisy"):
        problem.judge(both_letters, group="loud")


def test_numpys_booleans_are_booleans():
    assert not reject(lambda picture: np.bool_(both_letters(picture)))


def test_a_crash_is_told_by_its_type_alone():
    def crash(picture):
        raise ZeroDivisionError("secret")

    with pytest.raises(SubmissionError, match="ZeroDivisionError") as caught:
        problem.judge(crash, group="noisy")
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_function_that_writes_into_its_picture_is_judged_by_its_answers():
    def writing(picture):
        answer = both_letters(picture)
        picture[:] = 0
        return answer

    assert not reject(writing)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_names_and_hints_are_written_in_both_languages(wrong):
    for text in (wrong.name, wrong.hint):
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert not re.search("[\u3000-\u9fff]", text.en)
    assert wrong.hint.en.endswith((".", "?"))
    assert wrong.hint.zh.endswith(("。", "？"))
