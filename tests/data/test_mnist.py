"""The reader of IDX files, on files made here."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workings.data.mnist import mnist, read_idx, read_images

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(name: str, array: np.ndarray, *, kind: int = 8, cut: int = 0) -> Path:
        header = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
        content = header + array.astype(np.uint8).tobytes()
        file = tmp_path / name
        file.write_bytes(gzip.compress(content[: len(content) - cut]))
        return file

    return made


def test_the_last_axis_is_the_fastest(write: Write) -> None:
    array = np.arange(24).reshape(2, 3, 4)
    assert np.array_equal(read_idx(write("a.gz", array), 3), array)


def test_images_get_paper_around_them(write: Write) -> None:
    pixels = np.full((3, 28, 28), 255)
    found = read_images(write("images.gz", pixels), write("labels.gz", np.array([7, 0, 9])))
    assert found.images.shape == (3, 32, 32)
    assert found.images.dtype == np.uint8
    assert found.images[:, 2:-2, 2:-2].min() == 255
    assert found.images.sum() == pixels.sum()
    assert found.labels.tolist() == [7, 0, 9]


@pytest.mark.parametrize(
    ("kind", "cut", "ndim", "words"),
    [
        (9, 0, 2, "x.gz must begin with the bytes 00 00 08 02, got 00 00 09 02"),
        (8, 0, 3, "x.gz must begin with the bytes 00 00 08 03, got 00 00 08 02"),
        (8, 1, 2, "x.gz says 2 × 5 entries, but 9 bytes follow"),
        (8, 20, 2, "x.gz must begin with the bytes 00 00 08 02, got nothing"),
    ],
    ids=["kind", "axes", "cut", "empty"],
)
def test_another_header_or_size_is_refused(write: Write, kind: int, cut: int, ndim: int, words: str) -> None:
    file = write("x.gz", np.zeros((2, 5)), kind=kind, cut=cut + 2 * (cut == 20))
    with pytest.raises(ValueError, match=words):
        read_idx(file, ndim)


def test_what_is_no_gzip_is_refused(tmp_path: Path, write: Write) -> None:
    (tmp_path / "plain.gz").write_bytes(b"words")
    with pytest.raises(ValueError, match=r"plain\.gz is no whole gzip file"):
        read_idx(tmp_path / "plain.gz", 1)
    whole = write("whole.gz", np.zeros(5)).read_bytes()
    (tmp_path / "cut.gz").write_bytes(whole[:-9])
    with pytest.raises(ValueError, match=r"cut\.gz is no whole gzip file"):
        read_idx(tmp_path / "cut.gz", 1)


def test_images_and_labels_must_fit(write: Write) -> None:
    images, labels = write("images.gz", np.zeros((2, 28, 28))), write("labels.gz", np.zeros(2))
    with pytest.raises(ValueError, match=r"images.gz holds 2 images, three.gz 3 labels"):
        read_images(images, write("three.gz", np.zeros(3)))
    with pytest.raises(ValueError, match=r"small.gz must hold images of 28 by 28, got \(27, 28\)"):
        read_images(write("small.gz", np.zeros((2, 27, 28))), labels)
    with pytest.raises(ValueError, match=r"ten.gz must hold digits from 0 to 9, got 10"):
        read_images(images, write("ten.gz", np.array([3, 10])))


def test_there_are_three_parts() -> None:
    with pytest.raises(ValueError, match="part must be train, development or test, got 'all'"):
        mnist("all")
