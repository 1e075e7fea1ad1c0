import numpy as np
import pytest
import torch

from autograder import compare
from problems import linear
from problems.linear import backward, forward
from problems.linear.reference import linear_backward, linear_forward
from tests.problems import judging

SEEDS = (0, 1)
PASSES = {"forward": forward, "backward": backward}
REFERENCES = {"forward": linear_forward, "backward": linear_backward}
CATALOGUE = pytest.mark.parametrize(
    ("problem", "wrong"),
    [
        pytest.param(problem, wrong, id=wrong.implementation.__name__)
        for problem in PASSES.values()
        for wrong in problem.PROBLEM.misconceptions
    ],
)


def torch_forward(*arrays):
    tensors = [torch.tensor(np.ascontiguousarray(array)) for array in arrays]
    return torch.nn.functional.linear(*tensors).numpy()


def torch_backward(grad_output, input_tensor, weight):
    bias = np.zeros(len(weight), weight.dtype)
    leaves = [
        torch.tensor(np.ascontiguousarray(array), requires_grad=True)
        for array in (input_tensor, weight, bias)
    ]
    gradient = torch.tensor(np.ascontiguousarray(grad_output))
    gradients = torch.autograd.grad(torch.nn.functional.linear(*leaves), leaves, gradient)
    return tuple(array.numpy() for array in gradients)


TORCH = {"forward": torch_forward, "backward": torch_backward}


class Loops:
    @staticmethod
    def forward(input_tensor, weight, bias):
        output_tensor = np.zeros((len(input_tensor), len(weight)))
        for n, k in np.ndindex(output_tensor.shape):
            total = bias[k]
            for j in range(input_tensor.shape[1]):
                total += input_tensor[n, j] * weight[k, j]
            output_tensor[n, k] = total
        return output_tensor

    @staticmethod
    def backward(grad_output, input_tensor, weight):
        grad_input, grad_weight = np.zeros(input_tensor.shape), np.zeros(weight.shape)
        grad_bias = np.zeros(len(weight))
        for n, k in np.ndindex(grad_output.shape):
            grad_bias[k] += grad_output[n, k]
            for j in range(input_tensor.shape[1]):
                grad_input[n, j] += grad_output[n, k] * weight[k, j]
                grad_weight[k, j] += grad_output[n, k] * input_tensor[n, j]
        return grad_input, grad_weight, grad_bias


class Matrices:
    @staticmethod
    def forward(input_tensor, weight, bias):
        return np.dot(input_tensor, weight.T) + bias

    @staticmethod
    def backward(grad_output, input_tensor, weight):
        ones = np.ones(len(grad_output))
        return grad_output @ weight, (input_tensor.T @ grad_output).T, ones @ grad_output


class Einsum:
    @staticmethod
    def forward(input_tensor, weight, bias):
        return np.einsum("nj,kj->nk", input_tensor, weight) + bias

    @staticmethod
    def backward(grad_output, input_tensor, weight):
        grad_input = np.einsum("nk,kj->nj", grad_output, weight)
        grad_weight = np.einsum("nk,nj->kj", grad_output, input_tensor)
        return grad_input, grad_weight, np.einsum("nk->k", grad_output)


class BiasAsWeight:
    """A column of ones carries the bias."""

    @staticmethod
    def forward(input_tensor, weight, bias):
        ones = np.ones((len(input_tensor), 1))
        return np.hstack([input_tensor, ones]) @ np.hstack([weight, bias[:, None]]).T

    @staticmethod
    def backward(grad_output, input_tensor, weight):
        extended = np.hstack([input_tensor, np.ones((len(input_tensor), 1))])
        both = np.tensordot(grad_output, extended, axes=(0, 0))
        return [np.inner(grad_output, weight.T), both[:, :-1], both[:, -1]]


class Float32:
    @staticmethod
    def forward(*arrays):
        return Matrices.forward(*(array.astype(np.float32) for array in arrays))

    @staticmethod
    def backward(*arrays):
        gradients = Matrices.backward(*(array.astype(np.float32) for array in arrays))
        return tuple(array.astype(np.float32) for array in gradients)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PASSES)
def test_the_reference_agrees_with_pytorch_on_every_case(name, seed):
    problem = PASSES[name].PROBLEM
    for case in problem.generate(seed):
        received = problem.run(TORCH[name], case)
        for quantity, right in problem.expect(case).items():
            assert compare(received[quantity], right) is None, (case.description, quantity)


@pytest.mark.parametrize(
    ("name", "group"), [(name, group) for name in PASSES for group in PASSES[name].PROBLEM.groups]
)
def test_every_group_has_cases_and_accepts_the_reference(name, group):
    assert sum(case.group == group for case in PASSES[name].PROBLEM.generate(0)) >= 3
    assert linear.judge(REFERENCES[name], group=group) == linear.GROUPS[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", PASSES)
@pytest.mark.parametrize("style", [Loops, Matrices, Einsum, BiasAsWeight, Float32])
def test_correct_functions_of_every_style_are_accepted(style, name, seed):
    assert not judging.reject(PASSES[name], getattr(style, name), seed)


@CATALOGUE
@pytest.mark.parametrize("seed", SEEDS)
def test_every_misconception_is_rejected_and_named(problem, wrong, seed):
    named = judging.named_by(problem, wrong.implementation, seed)
    assert any(names == [wrong] for names in named.values()), named


@pytest.mark.parametrize(
    ("wrong", "groups"),
    [
        (backward.input_gradient_summed, {"grad_input", "backward_robustness"}),
        (backward.weight_gradient_averaged, {"grad_weight", "backward_robustness"}),
        (backward.bias_gradient_not_summed, {"grad_bias", "backward_robustness"}),
        (backward.upstream_overwritten, {"backward_robustness"}),
    ],
)
def test_a_mistake_in_one_gradient_costs_no_points_of_the_others(wrong, groups):
    assert set(judging.reject(backward, wrong)) == groups


def test_two_mistakes_in_one_function_are_both_named():
    def both(grad_output, input_tensor, weight):
        grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
        return grad_input, grad_weight.T, grad_bias / max(len(grad_output), 1)

    named = judging.named_by(backward, both)
    assert [m.implementation for m in named["grad_weight"]] == [backward.weight_gradient_transposed]
    assert [m.implementation for m in named["grad_bias"]] == [backward.bias_gradient_averaged]


def test_a_group_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match="grad_output"):
        linear.judge(linear_backward, group="grad_output")


@pytest.mark.parametrize("name", PASSES)
def test_verdicts_quote_no_values_and_are_written_in_both_languages(name):
    assert judging.has_values(PASSES[name])
    assert judging.values_quoted(PASSES[name]) == []
    assert judging.texts_in_one_language(PASSES[name]) == []
