"""Both formulas for thinning out, and where they begin."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.subsampling import frequencies, kept, kept_in_the_paper

COUNTS = np.array([900, 90, 9, 1])


def test_the_program_keeps_more() -> None:
    assert (kept(COUNTS, 0.01) >= kept_in_the_paper(COUNTS, 0.01)).all()
    assert kept(COUNTS, 0.01)[0] > kept_in_the_paper(COUNTS, 0.01)[0]


def test_it_is_the_programs_line() -> None:
    f = COUNTS / COUNTS.sum()
    written = (np.sqrt(f / 0.01) + 1) * 0.01 / f
    assert np.allclose(kept(COUNTS, 0.01), np.minimum(1, written), atol=1e-15)


def test_everything_stays_at_one() -> None:
    assert (kept(COUNTS, 1.0) == 1).all()
    assert frequencies(COUNTS).sum() == pytest.approx(1)


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match=r"counts must be above 0, got 0\.0 at index 1"):
        kept([1, 0], 0.1)
    with pytest.raises(ValueError, match="t must be a finite number above 0, got 0"):
        kept([1, 2], 0)
