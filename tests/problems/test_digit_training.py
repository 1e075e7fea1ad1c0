import base64
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from autograder import SubmissionError, WrongAnswer
from convlab.data import load_subset
from problems import digit_training as problem
from problems.conv2d_layer.misconceptions import MISCONCEPTIONS, backward, calls, forward
from problems.conv2d_layer.reference import Conv2d

NOTEBOOK = Path(__file__).parents[2] / "source" / "day07" / "conv2d.ipynb"


@pytest.fixture(scope="module")
def notebook():
    """The names that the notebook's own digits and network cells define."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    names = {"np": np, "base64": base64, "zlib": zlib}
    for cell in ("digits", "network"):
        exec(sources[cell], names)
    return {**names, "train cell": sources["train"]}


def train(notebook, layer):
    """Run the notebook's training cell with a given layer."""
    names = {**notebook, "Conv2d": layer}
    with np.errstate(all="ignore"):
        exec(notebook["train cell"], names)
    return names["network"]


def accuracy(network):
    images, labels = problem.hidden_digits()
    return np.mean(network.forward(images).argmax(axis=1) == labels)


def test_hidden_digits_are_shifted_and_the_seed_decides_how():
    images, labels = problem.hidden_digits()
    assert images.shape == (600, 1, 28, 28)
    assert images.min() == 0
    assert images.max() == 1
    assert set(labels) == set(range(10))
    np.testing.assert_array_equal(images, problem.hidden_digits()[0])
    assert not np.array_equal(images, problem.hidden_digits(seed=1)[0])


def test_no_hidden_digit_was_ever_released(notebook):
    subset = load_subset()
    released = {image.tobytes() for image in (*subset.train_images, *subset.test_images)}
    with np.load(problem.HIDDEN_FILE) as file:
        hidden = file["images"]
    assert not released & {image.tobytes() for image in hidden}
    in_notebook = np.round(notebook["train_images"] * 15).astype(np.uint8)
    coarse = {np.round(image / 17).astype(np.uint8).tobytes() for image in hidden}
    assert not coarse & {image.tobytes() for image in in_notebook}


def test_the_notebooks_digits_are_the_subsets_in_16_grey_levels(notebook):
    images, labels = notebook["train_images"], notebook["train_labels"]
    assert images.shape == (1000, 1, 28, 28)
    np.testing.assert_array_equal(np.bincount(labels), np.full(10, 100))
    coarse = np.round(load_subset().train_images / 17).astype(np.uint8)
    known = {image.tobytes() for image in coarse}
    assert all(np.round(image * 15).astype(np.uint8).tobytes() in known for image in images)


def test_a_network_trained_with_a_correct_layer_is_accepted_with_room_to_spare(notebook, capsys):
    network = train(notebook, Conv2d)
    assert problem.judge(network, group="accuracy") == problem.GROUPS["accuracy"].points
    assert accuracy(network) >= problem.REQUIRED_ACCURACY + 0.05
    # Another draw of the shifts must not decide between pass and fail.
    for seed in range(5):
        problem.judge(network, group="accuracy", seed=seed)


@pytest.mark.parametrize(
    "wrong",
    [
        backward.WeightGradientFlipped,
        backward.WeightGradientLastImage,
        backward.WeightGradientIgnoresStride,
        backward.InputGradientWithoutRotation,
        backward.InputGradientAssigned,
        backward.InputGradientIgnoresStride,
        calls.GradientsAccumulated,
    ],
)
def test_a_network_trained_with_wrong_gradients_is_not(notebook, wrong, capsys):
    network = train(notebook, wrong)
    with pytest.raises(WrongAnswer, match=r"hidden digits were recognised") as caught:
        problem.judge(network, group="accuracy")
    assert "个隐藏数字认对了" in caught.value.message.zh


class Answers:
    def __init__(self, scores):
        self.scores = scores

    def forward(self, images):
        if isinstance(self.scores, Exception):
            raise self.scores
        return self.scores


def test_scores_of_another_shape_are_told():
    with pytest.raises(WrongAnswer, match=r"shape \(600, 10, 1, 1\).*\(600, 10\) expected"):
        problem.judge(Answers(np.zeros((600, 10, 1, 1))), group="accuracy")
    with pytest.raises(WrongAnswer, match=r"forward gave None"):
        problem.judge(Answers(None), group="accuracy")


def test_scores_that_are_not_numbers_earn_nothing():
    with pytest.raises(WrongAnswer):
        problem.judge(Answers(np.full((600, 10), np.nan)), group="accuracy")


def test_a_crash_is_told_by_its_type_alone():
    with pytest.raises(SubmissionError, match="ZeroDivisionError") as caught:
        problem.judge(Answers(ZeroDivisionError("hidden")), group="accuracy")
    assert "hidden" not in str(caught.value).replace("hidden digits", "")
    assert caught.value.__context__ is None


def test_feature_maps_of_a_correct_layer_are_accepted(style):
    assert problem.judge(style, group="feature_maps") == problem.GROUPS["feature_maps"].points


@pytest.mark.parametrize(
    "wrong",
    [
        forward.KernelFlipped,
        forward.PaddingIgnored,
        forward.StrideIgnored,
        forward.WindowsOverTheEdge,
    ],
)
def test_wrong_feature_maps_are_named(wrong):
    with pytest.raises(WrongAnswer) as caught:
        problem.judge(wrong, group="feature_maps")
    (known,) = [m for m in MISCONCEPTIONS if m.implementation is wrong]
    assert known.name.zh in caught.value.message.zh
