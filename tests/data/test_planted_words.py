"""The generated text has the distribution that is claimed for it."""

from __future__ import annotations

import numpy as np

from workings.byhand.word2vec import pair_counts
from workings.data.planted_words import WORDS, planted_text, true_joint, word_shares


def test_joint_is_a_distribution_with_the_words_own_shares() -> None:
    assert len(set(WORDS)) == len(WORDS) == 42
    for m in (1, 2, 7):
        joint = true_joint(m)
        assert np.isclose(joint.sum(), 1)
        assert np.allclose(joint.sum(axis=1), word_shares(), atol=1e-15)
        assert np.allclose(joint, joint.T)
        assert (joint > 0).all()


def test_text_meets_as_often_as_it_should() -> None:
    text = planted_text(300_000, np.random.default_rng(0))
    assert np.allclose(np.bincount(text) / len(text), word_shares(), atol=0.004)
    counts = pair_counts(text, 2, len(WORDS))
    joint = true_joint(2)
    assert abs(counts / counts.sum() - joint).max() < 6e-4
    common = joint > 1e-3
    assert np.abs(np.log(counts / counts.sum() / joint))[common].max() < 0.2
