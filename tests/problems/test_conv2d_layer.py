import re
from functools import cache

import numpy as np
import pytest
import torch

from autograder import Verdict, compare
from problems import conv2d_layer as problem
from problems.conv2d_layer.misconceptions import MISCONCEPTIONS
from problems.conv2d_layer.reference import Conv2d
from problems.conv2d_settings import as_pair

GROUPS = list(problem.PROBLEM.groups)
SEEDS = (problem.PROBLEM.seed, 1)


class TorchConv2d:
    """torch.nn.functional.conv2d behind the mission's names."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.stride, self.padding = as_pair(stride), as_pair(padding)

    def forward(self, input_tensor):
        self.leaves = [
            torch.tensor(np.ascontiguousarray(array), requires_grad=True)
            for array in (input_tensor, self.weight, self.bias)
        ]
        self.output = torch.nn.functional.conv2d(
            *self.leaves, stride=self.stride, padding=self.padding
        )
        return self.output.detach().numpy()

    def backward(self, grad_output):
        gradient = torch.tensor(np.ascontiguousarray(grad_output))
        gradients = torch.autograd.grad(self.output, self.leaves, gradient)
        grad_input, self.grad_weight, self.grad_bias = (array.numpy() for array in gradients)
        return grad_input


class Handle:
    """Stands for an object in another process: calls, attributes and methods, nothing else."""

    def __init__(self, target):
        object.__setattr__(self, "_target", target)

    def __call__(self, *args, **kwargs):
        return Handle(self._target(*args, **kwargs))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._target, name)
        return value if not callable(value) else lambda *arrays: value(*map(np.copy, arrays))

    def __setattr__(self, name, value):
        setattr(self._target, name, np.copy(value))

    def refuse(self, *_):
        raise TypeError("a handle has no truth, length, order or elements")

    __bool__ = __len__ = __iter__ = __eq__ = __lt__ = __array__ = refuse
    __hash__ = object.__hash__


def names_in(error):
    return [m for m in MISCONCEPTIONS if f"{m.name.en}. " in error.message.en]


@cache
def reject(implementation, seed=problem.PROBLEM.seed):
    """Return the verdict of each group that does not accept."""
    verdicts = {}
    for group in GROUPS:
        try:
            problem.judge(implementation, group=group, seed=seed)
        except Verdict as verdict:
            verdicts[group] = verdict
    return verdicts


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in problem.PROBLEM.generate(seed):
        expected = problem.PROBLEM.expect(case)
        received = problem.PROBLEM.run(TorchConv2d, case)
        for name, right in expected.items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in problem.PROBLEM.generate(0)) >= 3
    assert problem.judge(Conv2d, group=group) == problem.PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
def test_correct_layers_of_every_style_are_accepted(style, seed):
    assert not reject(style, seed)


def test_a_layer_behind_a_handle_is_judged_alike():
    assert not reject(Handle(Conv2d))
    wrong = MISCONCEPTIONS[0]
    assert names_in(reject(Handle(wrong.implementation))["one_channel"]) == [wrong]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", MISCONCEPTIONS, ids=lambda m: m.implementation.__name__)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    verdicts = reject(wrong.implementation, seed)
    named = {group: names_in(verdict) for group, verdict in verdicts.items()}
    assert any(names == [wrong] for names in named.values()), named


@pytest.mark.parametrize("wrong", MISCONCEPTIONS, ids=lambda m: m.implementation.__name__)
def test_a_mistake_in_one_pass_costs_no_points_of_the_other(wrong):
    failed = set(reject(wrong.implementation))
    layer = wrong.implementation
    if layer.forward is Conv2d.forward and layer.__init__ is Conv2d.__init__:
        assert not failed & {"one_channel", "channels", "padding", "stride", "rectangles"}
    else:
        assert failed != set(GROUPS)


def test_two_mistakes_in_one_layer_are_both_named():
    class Both(Conv2d):
        def backward(self, grad_output):
            grad_input = super().backward(grad_output)
            self.grad_weight = self.grad_weight[:, :, ::-1, ::-1]
            self.grad_bias = self.grad_bias / len(grad_output)
            return grad_input

    verdict = reject(Both)["backward_settings"]
    assert {m.implementation.__name__ for m in names_in(verdict)} == {
        "WeightGradientFlipped",
        "BiasGradientOverBatchSize",
    }


def test_a_layer_that_never_sets_its_gradients_is_told_so():
    class NoGradients(Conv2d):
        def backward(self, grad_output):
            grad_input = super().backward(grad_output)
            del self.grad_weight
            return grad_input

    assert "grad_weight: None received" in reject(NoGradients)["grad_weight"].message.en


def test_everything_not_implemented_names_no_misconception():
    class Unsolved(Conv2d):
        def forward(self, input_tensor):
            raise NotImplementedError

    verdicts = reject(Unsolved)
    assert set(verdicts) == set(GROUPS)
    assert all("NotImplementedError" in v.message.en for v in verdicts.values())
    assert not any(names_in(verdict) for verdict in verdicts.values())


def test_no_message_holds_a_hidden_or_expected_value():
    hidden = {
        f"{abs(value):.4f}"
        for case in problem.PROBLEM.generate(problem.PROBLEM.seed)
        for right in problem.PROBLEM.expect(case).values()
        for array in (right.values, case.arguments["weight"], case.arguments["calls"][-1][0])
        for value in np.ravel(array)
        if value % 1
    }
    assert len(hidden) > 1000
    for wrong in MISCONCEPTIONS:
        for verdict in reject(wrong.implementation).values():
            # Shapes, counts and settings are integers; any decimal number would be a value.
            assert not re.search(r"\d\.\d{2}", re.sub(r"round\(\d\.5\)", "", str(verdict)))


def test_the_shapes_that_detect_every_published_mistake_are_among_the_cases():
    descriptions = [case.description.en for case in problem.PROBLEM.generate(0)]
    for shape, settings in (
        (r"\(2, 2, 7, 7\)", r"kernel_size \(2, 2\), stride 3, padding 0"),
        (r"\(2, 3, 10, 7\)", r"kernel_size \(3, 4\), stride 2, padding 1"),
    ):
        pattern = re.compile(f"{shape}.*{settings}")
        assert sum(bool(pattern.search(text)) for text in descriptions) >= 2, pattern


def test_sizes_that_rounding_gets_wrong_are_among_the_cases():
    fractions = set()
    for case in problem.PROBLEM.generate(0):
        shape = case.arguments["calls"][-1][0].shape
        for axis in (0, 1):
            stride = as_pair(case.arguments["stride"])[axis]
            padding = as_pair(case.arguments["padding"])[axis]
            kernel = case.arguments["weight"].shape[axis + 2]
            fractions.add((shape[axis + 2] + 2 * padding - kernel) / stride)
    assert any(size % 1 == 0.5 and size // 1 % 2 == 1 for size in fractions)
    assert any(size % 1 == 0.5 and size // 1 % 2 == 0 for size in fractions)
    assert any(size % 1 == pytest.approx(2 / 3) for size in fractions)


@pytest.mark.parametrize("wrong", MISCONCEPTIONS, ids=lambda m: m.implementation.__name__)
def test_names_and_hints_are_written_in_both_languages(wrong):
    for text in (wrong.name, wrong.hint):
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert not re.search("[\u3000-\u9fff]", text.en)
    assert wrong.hint.en.endswith((".", "?"))
    assert wrong.hint.zh.endswith(("。", "？"))
    assert not wrong.name.en.endswith(".")
