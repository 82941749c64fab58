"""BLEU against sacrebleu on random cases, and every refusal by its words."""

from __future__ import annotations

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.bleu import bleu_score, brevity_penalty, clipped_matches

SENTENCE = st.lists(st.sampled_from("abcd"), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(SENTENCE, SENTENCE, SENTENCE), min_size=1, max_size=4),
    st.sampled_from(["none", "exp"]),
)
def test_equals_sacrebleu(triples: list[tuple[list[str], list[str], list[str]]], smoothing: str) -> None:
    hypotheses = [" ".join(one) for one, _, _ in triples]
    references = [[" ".join(two) for _, two, _ in triples], [" ".join(three) for _, _, three in triples]]
    theirs = sacrebleu.corpus_bleu(
        hypotheses, references, tokenize="none", smooth_method=smoothing, force=True
    )
    ours = bleu_score(
        [one for one, _, _ in triples], [[two, three] for _, two, three in triples], smoothing=smoothing
    )
    assert ours == pytest.approx(theirs.score, abs=1e-9)


def test_pieces() -> None:
    assert clipped_matches(["the"] * 3, [["the", "cat", "the"]], 1) == (2, 3)
    assert clipped_matches(["a"], [["a"]], 2) == (0, 0)
    assert brevity_penalty(3, 2) == 1.0


def test_refuses() -> None:
    for call, words in (
        (
            lambda: bleu_score([["a"]], [[["a"]]], smoothing="add"),
            "smoothing must be 'none', 'exp' or 'floor', got 'add'",
        ),
        (
            lambda: bleu_score([["a"]], []),
            "references must be as many as hypotheses, one or more, got 0 and 1",
        ),
        (lambda: bleu_score([["a"]], [[]]), "every hypothesis needs a reference, got an empty list"),
        (
            lambda: bleu_score([["a"]], [[["a"]]], max_order=0),
            "max_order must be a whole number of 1 or more, got 0",
        ),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == words
