"""BLEU against sacrebleu on random and on its own cases, and every refusal by its words."""

from __future__ import annotations

import json

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.bleu import bleu_score, brevity_penalty, clipped_matches
from workings.data.corpora import corpus

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


@pytest.mark.usefixtures("real_data")
def test_equals_sacrebleus_own_cases() -> None:
    cases = json.loads(corpus("sacrebleu_tests/bleu_cases.json").read_text(encoding="utf-8"))
    assert len(cases) == 10
    for case in cases:
        options = case["options"]
        cut = sacrebleu.BLEU(tokenize=options.get("tokenize", "13a")).tokenizer
        hypotheses = [cut(text).split() for text in case["hypotheses"]]
        references = [
            [cut(text).split() for text in group] for group in zip(*case["references"], strict=True)
        ]
        score = bleu_score(
            hypotheses,
            references,
            smoothing=options.get("smooth_method", "exp"),
            floor=options.get("smooth_value") or 0.1,
        )
        assert score == pytest.approx(case["score"], abs=1e-5), case


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
