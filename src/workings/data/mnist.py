"""Handwritten digits of MNIST, read from the files' own format, and padded to 32 by 32."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from workings.byhand.arguments import whole
from workings.data.corpora import corpus

FILES = {
    "train": ("mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"),
    "test": ("mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz"),
}
BYTES = 8  # the third byte of a header: the entries are bytes without a sign
DEVELOPMENT = 5000


class Images(NamedTuple):
    """Images (N, 32, 32) of bytes, 0 for paper and 255 for ink, and their labels (N,)."""

    images: np.ndarray
    labels: np.ndarray


def read_idx(file: Path, ndim: int) -> np.ndarray:
    """Read a gzipped IDX file of bytes, an array of ``ndim`` axes.

    The header is two zero bytes, a byte for the kind of entry, a byte for the number of axes, and the size
    of each axis as four bytes, the greatest first. What follows are the entries, the last axis fastest.

    Raises
    ------
    ValueError : no gzip, a header of something else, or not as many entries as the header says.

    Examples
    --------
    >>> import gzip, tempfile
    >>> from pathlib import Path
    >>> from workings.data.mnist import read_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "two.gz"
    ...     count = file.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9])))
    ...     print(read_idx(file, ndim=1).tolist())
    [7, 9]

    Source: LeCun, Cortes and Burges 1998, the page of the data set, "File formats".
    """
    whole(ndim, "ndim")
    try:
        content = gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{file.name} is no whole gzip file: {error}") from error
    wanted, start = bytes([0, 0, BYTES, ndim]), 4 + 4 * ndim
    if len(content) < start or content[:4] != wanted:
        found = content[:4].hex(" ")
        raise ValueError(f"{file.name} must begin with the bytes {wanted.hex(' ')}, got {found or 'nothing'}")
    shape = tuple(int(one) for one in np.frombuffer(content, ">u4", ndim, 4))
    if len(content) - start != np.prod(shape, dtype=object):
        words = f"{file.name} says {' × '.join(map(str, shape))} entries"
        raise ValueError(f"{words}, but {len(content) - start} bytes follow")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_images(images: Path, labels: Path) -> Images:
    """Read a file of images and that of their labels; two pixels of paper go around each image.

    Raises
    ------
    ValueError : a file is not what it should be, images are not 28 by 28, or the counts differ.
    """
    pixels, numbers = read_idx(images, 3), read_idx(labels, 1)
    if pixels.shape[1:] != (28, 28):
        raise ValueError(f"{images.name} must hold images of 28 by 28, got {pixels.shape[1:]}")
    if len(pixels) != len(numbers):
        raise ValueError(f"{images.name} holds {len(pixels)} images, {labels.name} {len(numbers)} labels")
    if len(numbers) and numbers.max() > 9:
        raise ValueError(f"{labels.name} must hold digits from 0 to 9, got {numbers.max()}")
    return Images(np.pad(pixels, ((0, 0), (2, 2), (2, 2))), numbers.astype(np.int64))


def mnist(part: str) -> Images:
    """Return ``train`` (55,000), ``development`` (5,000 more of the training file) or ``test`` (10,000).

    The development part is the end of the training file. Writers differ between the training and the test
    file; within the training file they do not, so that development digits may be a little easier.

    Source: LeCun, Bottou, Bengio and Haffner 1998, section III.A.
    """
    if part not in ("train", "development", "test"):
        raise ValueError(f"part must be train, development or test, got {part!r}")
    found = read_images(*(corpus(path) for path in FILES["test" if part == "test" else "train"]))
    rows = {"train": slice(-DEVELOPMENT), "development": slice(-DEVELOPMENT, None), "test": slice(None)}[part]
    return Images(found.images[rows], found.labels[rows])
