import numpy as np
import pytest
import torch

from autograder import compare
from problems import softmax_cross_entropy as problem
from problems.softmax_cross_entropy import misconceptions
from problems.softmax_cross_entropy.reference import softmax_cross_entropy
from tests.problems import judging

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)
CATALOGUE = pytest.mark.parametrize(
    "wrong",
    PROBLEM.misconceptions,
    ids=[m.name.en.replace(" ", "-") for m in PROBLEM.misconceptions],
)


def torch_cross_entropy(logits, labels):
    leaf = torch.tensor(np.ascontiguousarray(logits), requires_grad=True)
    loss = torch.nn.functional.cross_entropy(leaf, torch.tensor(labels.astype(np.int64)))
    return loss.item(), torch.autograd.grad(loss, leaf)[0].numpy()


def loops(logits, labels):
    loss, grad_logits = 0.0, np.zeros(logits.shape)
    N, K = logits.shape
    for n in range(N):
        highest = max(logits[n])
        total = sum(np.exp(logits[n, k] - highest) for k in range(K))
        for k in range(K):
            grad_logits[n, k] = np.exp(logits[n, k] - highest) / total / N
        grad_logits[n, labels[n]] -= 1 / N
        loss -= (logits[n, labels[n]] - highest - np.log(total)) / N
    return loss, grad_logits


def log_softmax(logits, labels):
    N = len(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad_logits = np.exp(log_p)
    grad_logits[np.arange(N), labels] -= 1
    return -log_p[np.arange(N), labels].mean(), grad_logits / N


def one_hot(logits, labels):
    N, K = logits.shape
    y = np.eye(K)[labels]
    shifted = logits - logits.max(axis=1)[:, None]
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=1)
    loss = np.sum(np.log(total) - np.sum(y * shifted, axis=1)) / N
    return loss, (exponentials / total[:, None] - y) / N


def logaddexp(logits, labels):
    N, K = logits.shape
    log_sum = np.logaddexp.reduce(logits, axis=1)
    y = labels[:, None] == np.arange(K)
    loss = np.mean(log_sum - logits[y])
    return loss, (np.exp(logits - log_sum[:, None]) - y) / N


def float32(logits, labels):
    loss, grad_logits = log_softmax(logits.astype(np.float32), labels)
    return np.float32(loss), grad_logits.astype(np.float32)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_cross_entropy, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 3
    assert problem.judge(softmax_cross_entropy, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", [loops, log_softmax, one_hot, logaddexp, float32])
def test_correct_functions_of_every_style_are_accepted(style, seed):
    with np.errstate(all="ignore"):
        assert not judging.reject(problem, style, seed)


@CATALOGUE
@pytest.mark.parametrize("seed", SEEDS)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = judging.named_by(problem, wrong.implementation, seed)
    assert any(names == [wrong] for names in named.values()), named


def test_an_unstable_function_keeps_the_points_for_ordinary_logits():
    for wrong in (
        misconceptions.overflowing,
        misconceptions.overflowing_sum,
        misconceptions.logarithm_of_zero,
    ):
        assert set(judging.reject(problem, wrong)) == {"stability"}


def test_a_small_number_inside_the_logarithm_matters_only_for_large_logits():
    for wrong in PROBLEM.misconceptions:
        if "inside the logarithm" in wrong.name.en:
            assert set(judging.reject(problem, wrong.implementation)) == {"stability"}


def test_probabilities_clipped_away_from_zero_are_told_about_it():
    def clipped(logits, labels):
        _, grad_logits = softmax_cross_entropy(logits, labels)
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = exponentials / exponentials.sum(axis=1, keepdims=True)
        right = p[np.arange(len(p)), labels]
        return -np.mean(np.log(np.clip(right, 1e-12, 1))), grad_logits

    (names,) = judging.named_by(problem, clipped).values()
    assert [m.name.en for m in names] == ["1e-12 is added inside the logarithm"]


def test_verdicts_quote_no_values_and_are_written_in_both_languages():
    assert judging.has_values(problem)
    assert judging.values_quoted(problem) == []
    assert judging.texts_in_one_language(problem) == []


def test_the_large_logits_break_what_is_not_stable():
    logits = [
        case.arguments["arguments"]["logits"]
        for case in PROBLEM.generate(0)
        if case.group == "stability"
    ]
    with np.errstate(over="ignore"):
        assert any(np.isinf(np.exp(z)).any() for z in logits)
        assert any((np.exp(z) == 0).all(axis=1).any() for z in logits)
