"""How translations are scored and searched for, and what an encoder alone cannot say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch

from workings.byhand.beam_search import Model, beam_search, exhaustive_search
from workings.byhand.bleu import bleu_score, clipped_matches
from workings.byhand.perplexity import perplexity
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.pairs import Pair
from workings.models.translating import Languages, fit, token_logs
from workings.models.translation import EncoderDecoderTranslator, EncoderTranslator


def matched_by_crossing_out(hypothesis: Sequence[str], reference: Sequence[str], order: int) -> Fraction:
    """Match n-grams with a pencil: cross each one found out of the reference."""
    left = [" ".join(reference[i : i + order]) for i in range(len(reference) - order + 1)]
    have = [" ".join(hypothesis[i : i + order]) for i in range(len(hypothesis) - order + 1)]
    found = 0
    for gram in have:
        if gram in left:
            left.remove(gram)
            found += 1
    return Fraction(found, len(have))


@claim(
    r"*ein hundert fünf und dreißig* for *ein hundert fünf und zwanzig*: four of five words, three of four "
    r"pairs, two of three triples, one of two quadruples match. BLEU is $100\,(\tfrac45 \cdot \tfrac34 "
    r"\cdot \tfrac23 \cdot \tfrac12)^{1/4} = 100 \cdot 5^{-1/4}$, about $67$, for a number that is wrong.",
    answers=("s2.2.B",),
)
def bleu_of_a_wrong_number() -> Evidence:
    """Score by hand, by crossing out n-grams, and in closed form."""
    right, wrong = ["ein", "hundert", "fünf", "und", "zwanzig"], ["ein", "hundert", "fünf", "und", "dreißig"]
    shares = [matched_by_crossing_out(wrong, right, order) for order in (1, 2, 3, 4)]
    score = bleu_score([wrong], [[right]])
    rng = np.random.default_rng(0)
    gaps = []
    for _ in range(300):
        one, other = (list(rng.choice(list("abc"), size=rng.integers(4, 9))) for _ in range(2))
        for order in (1, 2, 3, 4):
            matched, total = clipped_matches(one, [other], order)
            gaps.append(abs(float(Fraction(matched, total) - matched_by_crossing_out(one, other, order))))
    return Evidence(
        [
            equal("crossed out", shares, [Fraction(4, 5), Fraction(3, 4), Fraction(2, 3), Fraction(1, 2)]),
            close("by hand", score, 100 * 5**-0.25, 1e-10),
            close("from the crossed-out shares", 100 * float(math.prod(shares)) ** 0.25, score, 1e-10),
            at_most("by hand and crossed out, 300 random pairs", max(gaps), 0.0),
        ],
        {"score": score},
    )


@claim(
    r"BLEU of a corpus is not the mean of its sentences' BLEU: n-grams are pooled before the shares are "
    r"taken. One sentence right and one wrong have the mean $50$, but the corpus has $73$ if the right one "
    r"is twice as long, and $25$ if the wrong one is."
)
def corpus_not_mean() -> Evidence:
    """Score two corpora whose means are equal, by hand and by pooled counts."""
    right = ["a", "b", "c", "d", "e", "f", "g", "h"]
    corpora = {"long right": (right, ["p", "q", "r", "s"]), "short right": (right[:4], list("ijklmnop"))}
    values, pooled = {}, {}
    for name, (good, bad) in corpora.items():
        references = [[good], [["x"] * len(bad)]]
        singles = [bleu_score([h], [r]) for h, r in zip((good, bad), references, strict=True)]
        values[name] = {"mean": float(np.mean(singles)), "corpus": bleu_score([good, bad], references)}
        shares = [(len(good) - n + 1) / (len(good) - n + 1 + len(bad) - n + 1) for n in (1, 2, 3, 4)]
        pooled[name] = 100 * float(np.prod(shares)) ** 0.25
    names = list(corpora)
    return Evidence(
        [
            close("mean of sentences", [values[name]["mean"] for name in names], [50, 50], 1e-9),
            close("pooled counts", list(pooled.values()), [values[name]["corpus"] for name in names], 1e-9),
            at_least("apart", values["long right"]["corpus"] - values["short right"]["corpus"], 40),
        ],
        {name.replace(" ", "_"): one for name, one in values.items()},
    )


def random_chain(rng: np.random.Generator, size: int) -> tuple[np.ndarray, Model]:
    """Return a chain's log-probabilities, shape (size + 1, size), and the model: the last token decides."""
    logs = np.log(rng.dirichlet(np.full(size, 0.5), size=size + 1))  # last row: the first token

    def model(prefixes: Sequence[tuple[int, ...]]) -> np.ndarray:
        rows: np.ndarray = logs[[prefix[-1] if prefix else size for prefix in prefixes]]
        return rows

    return logs, model


def best_by_viterbi(logs: np.ndarray, max_len: int) -> float:
    """Return the largest log-probability of a sentence that ends in token 0 or has ``max_len`` tokens."""
    best, reach = -np.inf, logs[-1]  # (size,): the best log-probability of a prefix by its last token
    for length in range(1, max_len + 1):
        best = max(best, float(reach[0]), float(reach.max()) if length == max_len else -np.inf)
        reach = (reach[1:, None] + logs[1:-1]).max(axis=0)
    return best


@claim(
    r"A beam as wide as all prefixes finds what exhaustive search finds. Width 1 is greedy: on random "
    r"chains of $4$ tokens it misses the likeliest sentence in more than a third of the cases, width 4 in "
    r"fewer than one of thirty."
)
def beam_against_all() -> Evidence:
    """Search 300 random chains by beam, by trying everything, and by Viterbi's recursion."""
    rng = np.random.default_rng(3)
    gaps, penalised, missed = [], [], {1: 0, 2: 0, 4: 0}
    for number in range(300):
        logs, model = random_chain(rng, 4)
        best = best_by_viterbi(logs, 5)
        for width in missed:
            missed[width] += beam_search(model, 0, width, 5)[1] < best - 1e-12
        if number < 30:
            full = exhaustive_search(model, 0, 5)
            gaps += [abs(full[1] - best), abs(beam_search(model, 0, 4**5, 5)[1] - best)]
            for alpha in (0.6, 1.0):
                one, two = beam_search(model, 0, 4**5, 5, alpha), exhaustive_search(model, 0, 5, alpha)
                penalised.append(float(one[0] != two[0]))
    shares = {str(width): count / 300 for width, count in missed.items()}
    return Evidence(
        [
            at_most("exhaustive and full beam against Viterbi", max(gaps), 1e-12),
            equal("full beam against exhaustive, length penalty, sentences that differ", sum(penalised), 0.0),
            at_least("greedy, share missed", shares["1"], 0.34),
            at_most("width 4, share missed", shares["4"], 0.033),
        ],
        {"missed": shares},
    )


@claim(
    r"Perplexity is $e$ to the mean cross-entropy a token. It is the vocabulary's size for a model that "
    r"knows nothing, and one token held impossible makes it infinite."
)
def perplexity_is_exponential() -> Evidence:
    """Compare by hand with Torch's cross-entropy, and evaluate two limits."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(50, 9, generator=generator, dtype=torch.float64)
    labels = torch.randint(9, (50,), generator=generator)
    logs = torch.log_softmax(logits, -1)[torch.arange(50), labels].numpy()
    by_torch = torch.nn.functional.cross_entropy(logits, labels).exp().item()
    bits = 2 ** float(np.mean([-math.log2(math.exp(one)) for one in logs]))
    return Evidence(
        [
            close("by hand against Torch", perplexity(logs), by_torch, 1e-12),
            close("by hand against base 2", perplexity(logs), bits, 1e-12),
            close("a uniform model over 9", perplexity(np.log(np.full(5, 1 / 9))), 9, 1e-12),
            equal("one impossible token", perplexity([0.0, -np.inf]), math.inf),
        ]
    )


def two_ways() -> tuple[list[Pair], Languages]:
    """Return one source with two equally good targets."""
    pairs = [Pair(("x",), ("a", "b")), Pair(("x",), ("b", "a"))]
    return pairs, Languages.of(pairs)


@claim(
    r"An encoder that writes all places at once cannot choose *between* two translations. If *a b* and *b "
    r"a* are equally good, its best is to be even at both places: *a a* and *b b* then come up half the "
    r"time, and its loss is $2 \log 2$ a sentence. A decoder sees what it wrote and reaches $\log 2$.",
    answers=("s2.2.A",),
)
def encoder_cannot_choose() -> Evidence:
    """Train both kinds on one source with two targets, and compare with the entropies."""
    pairs, words = two_ways()
    losses, odd = {}, {}
    for kind in (EncoderTranslator, EncoderDecoderTranslator):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = kind(len(words.source), len(words.target), d_model=8, n_head=2, max_len=4)
        fit(model, words, pairs, steps=250, batch=256, learning_rate=0.01)
        name = "encoder" if kind is EncoderTranslator else "decoder"
        losses[name] = float(-token_logs(model, words, pairs).sum() / 2)
        wrong = [Pair(("x",), ("a", "a")), Pair(("x",), ("b", "b"))]
        logs = [token_logs(model, words, [pair]).sum() for pair in wrong]
        odd[name] = float(np.exp(logs).sum())
    joint = np.array([[0, 0.5], [0.5, 0]])  # first word by second
    marginal = float(sum(-(p * np.log(p)).sum() for p in (joint.sum(axis=0), joint.sum(axis=1))))
    together = float(-(joint[joint > 0] * np.log(joint[joint > 0])).sum())
    return Evidence(
        [
            close("encoder alone, trained", losses["encoder"], 2 * math.log(2), 0.02),
            close("entropies of the two places", marginal, 2 * math.log(2), 1e-12),
            close("with a decoder, trained", losses["decoder"], math.log(2), 0.02),
            close("entropy of the sentence", together, math.log(2), 1e-12),
            close("encoder alone, probability of neither", odd["encoder"], 0.5, 0.01),
            at_most("with a decoder, probability of neither", odd["decoder"], 0.02),
        ],
        {"losses": losses, "neither": odd},
    )
