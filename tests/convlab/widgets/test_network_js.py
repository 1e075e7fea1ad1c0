"""The browser's forward pass is the Python one."""

import base64
import json

import numpy as np
import pytest

from convlab.data import as_network_input

# Arguments and results cross as JSON text: Playwright takes its time over each single number.
RUN = """async (text) => {
  const [bytes, shapes, images] = JSON.parse(text);
  const { activations, readParameters, softmax } = await import("/network.js");
  const buffer = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)).buffer;
  const parameters = readParameters(new DataView(buffer), shapes);
  const results = images.map((image) => {
    const stages = activations(parameters, image.map((grey) => grey / 255));
    const plain = Object.entries(stages).map(([name, { shape, data }]) =>
      [name, { shape, data: Array.from(data) }]);
    return { ...Object.fromEntries(plain), probabilities: softmax(stages.logits) };
  });
  return JSON.stringify(results);
}"""
PREPARE = """async (text) => {
  const { inkFromDigit, prepareLikeMnist } = await import("/preprocess.js");
  const prepare = (image) => Array.from(prepareLikeMnist(inkFromDigit(image)));
  return JSON.stringify(JSON.parse(text).map(prepare));
}"""


def in_browser(page, function, argument):
    return json.loads(page.evaluate(function, json.dumps(argument)))


@pytest.fixture
def run(modules, draw_digit):
    def activations(images):
        bytes_ = base64.b64encode(draw_digit.parameters).decode()
        pixels = images.reshape(len(images), -1).tolist()
        return in_browser(modules, RUN, [bytes_, draw_digit.shapes, pixels])

    return activations


def test_every_stage_equals_the_python_network_on_real_digits(run, network, digits):
    images = digits.test_images[:20]
    results = run(images)
    expected = network.activations(as_network_input(images))
    assert list(expected) == ["conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "logits"]
    for stage, values in expected.items():
        received = np.array([result[stage]["data"] for result in results])
        assert results[0][stage]["shape"] == list(values.shape[1:])
        np.testing.assert_allclose(
            received, values.reshape(len(values), -1), rtol=1e-4, atol=1e-4, err_msg=stage
        )


def test_classes_equal_the_python_network_on_300_digits(run, network, digits):
    images = digits.test_images[:300]
    received = [int(np.argmax(result["probabilities"])) for result in run(images)]
    expected = network.forward(as_network_input(images)).argmax(axis=1)
    np.testing.assert_array_equal(received, expected)


def test_probabilities_sum_to_one(run, digits):
    for result in run(digits.test_images[:20]):
        assert sum(result["probabilities"]) == pytest.approx(1)
        assert min(result["probabilities"]) >= 0


def test_softmax_survives_large_logits(modules):
    values = modules.evaluate(
        """async () => (await import("/network.js")).softmax({ data: [1000, 999, -1000] })"""
    )
    np.testing.assert_allclose(values, [0.731058578630005, 0.268941421369995, 0], atol=1e-12)


def test_classifying_takes_a_few_milliseconds(modules, draw_digit):
    bytes_ = base64.b64encode(draw_digit.parameters).decode()
    image = np.frombuffer(draw_digit.samples[:784], np.uint8).tolist()
    given = json.dumps([bytes_, draw_digit.shapes, [image] * 50])
    modules.evaluate(RUN, given)  # warm up the compiler
    milliseconds = modules.evaluate(
        f"""async (given) => {{
          const run = {RUN};
          const start = performance.now();
          await run(given);
          return (performance.now() - start) / 50;
        }}""",
        given,
    )
    assert milliseconds < 25  # measured about 2 on two shared cores; a frame is 16


def test_preparing_an_mnist_digit_changes_nothing(modules, digits):
    """Crop, 20x20 box and centre of mass are MNIST's: its digits come out pixel for pixel."""
    images = digits.test_images.reshape(-1, 784)
    prepared = in_browser(modules, PREPARE, images.tolist())
    np.testing.assert_array_equal(prepared, images)


@pytest.mark.parametrize(("size", "top", "left"), [(14, 0, 0), (14, 14, 14), (8, 3, 18)])
def test_small_drawing_in_a_corner_is_enlarged_and_centred(modules, size, top, left):
    image = np.zeros((28, 28), np.uint8)
    image[top : top + size, left : left + size] = 255
    (prepared,) = in_browser(modules, PREPARE, [image.ravel().tolist()])
    expected = np.zeros((28, 28))
    expected[4:24, 4:24] = 255  # 20 cells a side; 14.5 - 10 rounds to 5 or 4
    found = np.argwhere(np.reshape(prepared, (28, 28)) > 127)
    assert np.ptp(found, axis=0).tolist() == [19, 19]
    assert abs(found.mean(axis=0) - 14).max() <= 0.5


def test_empty_drawing_stays_empty(modules):
    (prepared,) = in_browser(modules, PREPARE, [[0] * 784])
    assert max(prepared) == 0
