"""Day 2: is it an X or an O? Judged by how many hidden pictures are told right.

A yes-or-no answer can be guessed, so that it counts only over many pictures: 128 a group, as many
X as O in random order. Guessing, or always giving the same answer, is right on half of them.

Measured on 1,200 pictures with 1, 6 and 10 % of the pixels flipped: the best match of the crossing
alone is right on 96, 80 and 74 %; counting good matches of the two diagonals on 99, 89 and 78 %;
comparing the best match of the whole X with that of the whole O on 99 % and more of each; counting
ink, without any feature, on 85, 63 and 59 %.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder import Group, Misconception, SubmissionError, Text, Verdict, WrongAnswer
from autograder.comparison import Array, describe_type
from autograder.exceptions import builtin_name, cell_line, describe_exception
from autograder.problem import KNOWN_MISTAKE
from convlab.teaching.letters import FEATURES, LETTERS
from problems.catalogue import known
from problems.cross_correlate.reference import cross_correlate
from problems.letters import draw_pictures

SEED = 20_020_205
PICTURES = 128
REQUIRED_RATE = 0.9
# The share of pixels that are flipped, by group.
NOISE = {"shifted": 0.01, "noisy": 0.06, "very_noisy": 0.1}
GROUPS = {
    "shifted": Group(Text("shifted letters, 1% noise", "平移的字母，1% 噪声"), 10),
    "noisy": Group(Text("shifted letters, 6% noise", "平移的字母，6% 噪声"), 10),
    "very_noisy": Group(Text("shifted letters, 10% noise", "平移的字母，10% 噪声"), 8),
}
Answers = NDArray[np.bool_]
MISCONCEPTIONS: list[Misconception] = []


def judge(implementation: Any, *, group: str, seed: int = SEED) -> float:
    """Show a function pictures of X and O, and count what it tells right.

    Parameters
    ----------
    implementation : callable or handle to one
        Takes a picture, says whether it is an X.
    group : {"shifted", "noisy", "very_noisy"}
    seed : int
        Draws the pictures.

    Returns
    -------
    float
        The group's points.

    Raises
    ------
    WrongAnswer, SubmissionError
        See :meth:`autograder.Problem.judge`.
    KeyError
        There is no such group.
    """
    if group not in GROUPS:
        raise KeyError(f"is_letter_x has no group {group!r}; choose from {list(GROUPS)}")
    pictures, is_x = draw_pictures(PICTURES, NOISE[group], np.random.default_rng(seed))
    answers, failure = _ask(implementation, group, pictures)
    if failure is not None:
        # Raised here, outside the handler, so that the student's exception is not chained to it.
        raise failure
    if np.mean(answers == is_x) >= REQUIRED_RATE:
        return float(GROUPS[group].points)
    raise WrongAnswer(Text.lines([_missed(group, answers, is_x), *_hints(answers, pictures)]))


def _ask(implementation: Any, group: str, pictures: list[Array]) -> tuple[Answers, Verdict | None]:
    """Collect the answers; stop at the first that is none."""
    answers = np.zeros(len(pictures), dtype=np.bool_)
    for n, picture in enumerate(pictures):
        try:
            with np.errstate(all="ignore"):
                answer = implementation(picture.copy())
        except (Exception, SystemExit) as error:
            raised = describe_exception(builtin_name(error), cell_line(error))
            return answers, SubmissionError(_message("RE", group, raised))
        if not issubclass(type(answer), bool | np.bool_):
            what = describe_type(answer)
            told = Text(
                f"is_letter_x returned {what}; True or False expected.",
                f"is_letter_x 返回的是 {what}，应为 True 或 False。",
            )
            return answers, WrongAnswer(_message("WA", group, told))
        answers[n] = answer
    return answers, None


def _missed(group: str, answers: Answers, is_x: Answers) -> Text:
    """Say how many of each letter were told right: never which."""
    right = int(np.sum(answers == is_x))
    right_x, right_o = int(np.sum(answers & is_x)), int(np.sum(~answers & ~is_x))
    xs, os = int(is_x.sum()), int((~is_x).sum())
    return _message(
        "WA",
        group,
        Text(
            f"{right} of {len(is_x)} hidden letters were told right ({right_x} of {xs} X, "
            f"{right_o} of {os} O); {REQUIRED_RATE:.0%} are needed.",
            f"{len(is_x)} 个隐藏字母认对了 {right} 个（{xs} 个 X 中认对 {right_x} 个，"
            f"{os} 个 O 中认对 {right_o} 个），要求至少 {REQUIRED_RATE:.0%}。",
        ),
    )


def _message(code: str, group: str, told: Text) -> Text:
    title = GROUPS[group].title
    return Text(f"{code} · {title.en}: {told.en}", f"{code} · {title.zh}：{told.zh}")


def _hints(answers: Answers, pictures: list[Array]) -> list[Text]:
    """Name the misconceptions that give the very answers that were received."""
    return [
        Text(
            f"{KNOWN_MISTAKE.en}: {m.name.en}. {m.hint.en}",
            f"{KNOWN_MISTAKE.zh}：{m.name.zh}。{m.hint.zh}",
        )
        for m in MISCONCEPTIONS
        if np.array_equal(answers, [m.implementation(picture) for picture in pictures])
    ]


# ------------------------------------------------------------------ right and wrong functions


def is_letter_x(picture: Array) -> bool:
    """Compare the best match of the whole X with that of the whole O."""
    return _best_match(picture, LETTERS["X"]) > _best_match(picture, LETTERS["O"])


def _best_match(picture: Array, feature: Array) -> float:
    """Return the best match anywhere: 1 is perfect."""
    return float(cross_correlate(picture, feature).max()) / feature.size


@known(
    MISCONCEPTIONS,
    name=Text("every letter is taken for an X", "把所有字母都当成了 X"),
    hint=Text(
        "Whatever you look for, the O has it too. Draw the feature maps of an O: which of the "
        "three features fits it perfectly, and which one never does?",
        "你找的东西，O 里面也有。画出 O 的三张特征图：哪些特征能和 O 完全吻合，哪一个不能？",
    ),
)
def always_x(picture: Array) -> bool:
    return True


@known(
    MISCONCEPTIONS,
    name=Text("every letter is taken for an O", "把所有字母都当成了 O"),
    hint=Text(
        "Nothing you are shown passes your test for an X. Print the number that you compare, for a "
        "clean X: is it what you thought?",
        "没有一个字母通过了你对 X 的判定。对一个干净的 X，打印你用来比较的数：和你想的一样吗？",
    ),
)
def always_o(picture: Array) -> bool:
    return False


@known(
    MISCONCEPTIONS,
    name=Text("only the middle pixel is looked at", "只看了正中间的像素"),
    hint=Text(
        "The letters are shifted. Where is the middle of a letter that lies in a corner of the "
        "picture?",
        "字母是平移过的。如果字母在图的一角，它的中心在哪里？",
    ),
)
def middle_pixel(picture: Array) -> bool:
    return bool(picture[picture.shape[0] // 2, picture.shape[1] // 2] > 0)


@known(
    MISCONCEPTIONS,
    name=Text("only the top left corner is looked at", "只看了左上角"),
    hint=Text(
        "A letter may lie anywhere. A feature map has a value for every position: which of them "
        "tells whether the feature is there at all?",
        "字母可能在任何地方。特征图上每个位置都有一个值，要知道特征到底有没有出现，该看其中哪个值？",
    ),
)
def top_left_corner(picture: Array) -> bool:
    return is_letter_x(picture[:9, :9])


@known(
    MISCONCEPTIONS,
    name=Text("ink is counted", "数的是墨点"),
    hint=Text(
        "The X has 13 dark pixels and the O has 16, but noise adds more than that. Look at how the "
        "pixels lie, not at how many there are.",
        "X 有 13 个黑点，O 有 16 个，可噪声的影响比这点差别还大。要看像素怎么排列，而不是有多少。",
    ),
)
def ink_counted(picture: Array) -> bool:
    return bool(np.sum(picture > 0) < 15)


@known(
    MISCONCEPTIONS,
    name=Text("only a perfect crossing counts", "只认完美的交叉点"),
    hint=Text(
        "One flipped pixel out of nine, and the match is 7/9. Which values does the crossing's map "
        "reach on an O?",
        "九个像素里只要翻转一个，吻合度就降到 7/9。在 O 上，交叉特征的特征图最高能到多少？",
    ),
)
def perfect_crossing(picture: Array) -> bool:
    return _best_match(picture, FEATURES["crossing"]) == 1


@known(
    MISCONCEPTIONS,
    name=Text("the crossing alone decides", "只凭交叉点下结论"),
    hint=Text(
        "Nine pixels carry your whole answer: a flipped one or two can spoil the crossing of an X, "
        "or make one up in an O. What else tells the letters apart, and could a feature be larger?",
        "你的全部依据只有九个像素：翻转一两个，就能毁掉 X 的交叉点，也能在 O 里凭空造出一个。"
        "两个字母还有什么不同？特征能不能更大？",
    ),
)
def crossing_alone(picture: Array) -> bool:
    return _best_match(picture, FEATURES["crossing"]) > 2 / 3


@known(
    MISCONCEPTIONS,
    name=Text("only a perfect X counts", "只认一个像素都不差的 X"),
    hint=Text(
        "A single flipped pixel makes the match less than 1. How much better does a noisy X match "
        "an X than it matches an O?",
        "只要翻转一个像素，吻合度就小于 1。带噪声的 X 与 X 的吻合度，比它与 O 的吻合度高多少？",
    ),
)
def perfect_letter(picture: Array) -> bool:
    return _best_match(picture, LETTERS["X"]) == 1


@known(
    MISCONCEPTIONS,
    name=Text("a diagonal is taken for an X", "看到斜线就当成 X"),
    hint=Text(
        "The corners of the O are slanted: it has perfect diagonals too. What does the X have that "
        "the O has not?",
        "O 的四个角是斜的，里面也有完美的斜线。X 有而 O 没有的是什么？",
    ),
)
def any_diagonal(picture: Array) -> bool:
    diagonals = FEATURES["diagonal"], FEATURES["antidiagonal"]
    return max(_best_match(picture, feature) for feature in diagonals) == 1


__all__ = ["GROUPS", "MISCONCEPTIONS", "judge"]
