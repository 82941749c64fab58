"""Translators trained at build: with a decoder or without, embeddings, settings, what attention aligns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch

from workings.byhand.alignment import alignment_error_rate, strongest_links
from workings.claims.claim import Evidence, claim
from workings.claims.translation_data import parts
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.numbers_and_dates import generated_pairs
from workings.data.pairs import Pair
from workings.models.device import device
from workings.models.translating import Languages, Translator, fit, scores, tensors, token_logs, translate
from workings.models.translation import EncoderDecoderTranslator, EncoderTranslator

MAX_LEN = 10
STEPS, BATCH = 200, 32  # of every run in the two studies
DEFAULTS: dict[str, Any] = {"d_model": 32, "n_head": 4, "n_layer": 1, "dropout": 0.0, "learning_rate": 0.005}


@cache
def words() -> Languages:
    """Return the vocabularies of the training pairs."""
    return Languages.of(parts()[0])


def trained(
    kind: type[Translator],
    pairs: Sequence[Pair],
    steps: int,
    seed: int = 0,
    learning_rate: float = 0.005,
    **sizes: Any,
) -> tuple[Translator, list[float]]:
    """Build a translator from a seed, train it, and return it with its losses."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = kind(len(words().source), len(words().target), max_len=MAX_LEN, **sizes).to(device())
        losses = fit(model, words(), pairs, steps, BATCH, learning_rate, seed=seed)
    return model, losses


@cache
def encoder_decoder(steps: int = 400) -> tuple[Translator, list[float]]:
    """Return the chapter's encoder-decoder: one layer a side, one head."""
    return trained(EncoderDecoderTranslator, parts()[0], steps, n_head=1)


@cache
def encoder_alone(steps: int = 400) -> tuple[Translator, list[float]]:
    """Return the chapter's encoder: one layer, one head."""
    return trained(EncoderTranslator, parts()[0], steps, n_head=1)


def map_of(model: Translator, pair: Pair) -> np.ndarray:
    """Return a model's weights from target words to source words, mean of heads, shape (T_t, T_s)."""
    source, read, _ = tensors(model, words(), [pair])
    if isinstance(model, EncoderDecoderTranslator):
        weights = model.attention_map(source, read)  # (1, n_head, T_t + 1, T_s)
    else:
        weights = model.attention_map(source)  # (1, n_head, max_len, max_len)
    shown: np.ndarray = weights[0].mean(dim=0).double().cpu().numpy()
    return shown[: len(pair.target), : len(pair.source)]


def aligned_share(model: Translator, pairs: Sequence[Pair]) -> dict[str, float]:
    """Score the strongest links against the known ones: share of linked target words, and error rate."""
    right, total, errors = 0, 0, []
    for pair in pairs:
        linked = {t for t, _ in pair.links}
        found = {(t, s) for t, s in strongest_links(map_of(model, pair)) if t in linked}
        right, total = right + len(found & pair.links), total + len(linked)
        errors.append(alignment_error_rate(found, pair.links))
    return {"share": right / total, "error_rate": float(np.mean(errors))}


def baselines(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return what the diagonal gets right, and what choosing a source word at random does."""
    total = sum(len(pair.links) for pair in pairs)
    diagonal = sum((t, min(t, len(pair.source) - 1)) in pair.links for pair in pairs for t, _ in pair.links)
    return {
        "diagonal": diagonal / total,
        "chance": sum(len(pair.links) / len(pair.source) for pair in pairs) / total,
    }


@claim(
    r"With the same width, steps and learning rate an encoder-decoder of one layer a side translates more "
    r"than nine tenths of the test sentences without a fault, an encoder of one layer fewer than three "
    r"quarters. It has twice the parameters."
)
def decoder_wins() -> Evidence:
    """Train both, score on the test pairs, and score again by comparing strings."""
    test = parts()[2]
    both = {"decoder": encoder_decoder()[0], "encoder": encoder_alone()[0]}
    results = {name: scores(model, words(), test) for name, model in both.items()}
    strings = {
        name: np.mean(
            [
                " ".join(a) == " ".join(p.target)
                for a, p in zip(translate(m, words(), test), test, strict=True)
            ]
        )
        for name, m in both.items()
    }
    sizes = {name: sum(p.numel() for p in model.parameters()) for name, model in both.items()}
    beam = translate(both["decoder"], words(), test[:60], width=4)
    greedy = translate(both["decoder"], words(), test[:60])
    losses = {name: float(-token_logs(model, words(), test).mean()) for name, model in both.items()}
    return Evidence(
        [
            at_least("decoder, share right", results["decoder"]["exact"], 0.9),
            at_most("encoder, share right", results["encoder"]["exact"], 0.75),
            close(
                "share right as strings",
                list(strings.values()),
                [r["exact"] for r in results.values()],
                1e-12,
            ),
            at_least("difference in nats a token", losses["encoder"] - losses["decoder"], 0.1),
        ],
        {
            **results,
            "parameters": sizes,
            "test_pairs": len(test),
            "beam_differs": sum(a != b for a, b in zip(beam, greedy, strict=True)),
            "beam_right": float(np.mean([a == p.target for a, p in zip(beam, test[:60], strict=True)])),
            "greedy_right": float(np.mean([a == p.target for a, p in zip(greedy, test[:60], strict=True)])),
        },
    )


@claim(
    r"The decoder's attention to the source finds the known links: its largest weight is on the right word "
    r"in more than three quarters of the cases, against half for the diagonal. The encoder's own attention "
    r"does not align: it is not clearly better than the diagonal, though most of what it writes is right."
)
def attention_aligns() -> Evidence:
    """Score the strongest weights of both against the links, and against chance and the diagonal."""
    test = parts()[2]
    decoder, encoder = (aligned_share(model, test) for model in (encoder_decoder()[0], encoder_alone()[0]))
    base = baselines(test)
    shifted, model = [], encoder_decoder()[0]
    for pair in test:
        source, read, _ = tensors(model, words(), [pair])
        if not isinstance(model, EncoderDecoderTranslator):
            raise TypeError(f"the model must have a decoder, got {type(model).__name__}")
        weights = model.attention_map(source, read)[0, 0].double().cpu().numpy()  # (T_t + 1, T_s)
        shifted += [weights[t + 1].argmax() == s for t, s in pair.links]
    return Evidence(
        [
            at_least("decoder, share of links found", decoder["share"], 0.75),
            close("diagonal, share of links", base["diagonal"], 0.5, 0.05),
            at_most("encoder, above the diagonal", encoder["share"] - base["diagonal"], 0.15),
            at_least(
                "decoder, row of the step that predicts over the row after",
                decoder["share"] - float(np.mean(shifted)),
                0.3,
            ),
        ],
        {"decoder": decoder, "encoder": encoder, **base, "row_after": float(np.mean(shifted))},
    )


@cache
def pretrained_table(d_model: int = 32, window: int = 3) -> np.ndarray:
    """Return vectors of the source words from text alone: the singular vectors of positive PMI.

    The text is 6000 generated source sentences without those of development and test.
    """
    held_out = {pair.group for part in parts()[1:] for pair in part}
    texts = [pair.source for pair in generated_pairs(6000, seed=9) if pair.group not in held_out]
    counts = np.zeros((len(words().source), len(words().source)))  # (V, V)
    for text in texts:
        numbers = words().source.encode(text)
        for place, centre in enumerate(numbers):
            for other in [*numbers[max(0, place - window) : place], *numbers[place + 1 : place + 1 + window]]:
                counts[centre, other] += 1
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()  # (V, V)
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.where(counts > 0, np.log(counts / expected), 0).clip(0)
    U, S, _ = np.linalg.svd(pmi)
    table = U[:, :d_model] * np.sqrt(S[:d_model])  # (V, d_model)
    scaled: np.ndarray = table / table.std()
    return scaled


EMBEDDINGS: dict[str, dict[str, bool]] = {
    "random_frozen": {"frozen": True},
    "random_learned": {},
    "pretrained_frozen": {"frozen": True, "pretrained": True},
    "pretrained_learned": {"pretrained": True},
}


Runs = dict[str, list[dict[str, float]]]


def embedding_runs(count: int, seeds: int) -> tuple[Runs, dict[str, np.ndarray]]:
    """Train the encoder on so many pairs with each kind of embeddings; return scores and perplexities."""
    runs: Runs = {}
    for name, kind in EMBEDDINGS.items():
        table, frozen = pretrained_table() if kind.get("pretrained") else None, kind.get("frozen", False)
        for seed in range(seeds):
            model, _ = trained(
                EncoderTranslator, parts()[0][:count], 150, seed, 0.01, table=table, frozen=frozen
            )
            runs.setdefault(name, []).append(scores(model, words(), parts()[2]))
    return runs, {name: np.array([run["perplexity"] for run in one]) for name, one in runs.items()}


def means(runs: Runs) -> dict[str, dict[str, float]]:
    """Return each kind's mean scores, and how far its perplexities are apart."""
    return {
        name: {key: float(np.mean([run[key] for run in one])) for key in one[0]}
        | {"apart": float(np.ptp([run["perplexity"] for run in one]))}
        for name, one in runs.items()
    }


@claim(
    r"With $200$ pairs, pretrained embeddings that go on learning help: each of three runs beats each run "
    r"that starts at random. Frozen they hurt, more than frozen *random* vectors: *three* and *four* have "
    r"the same neighbours in this text, so the same vector, and cannot be told apart.",
    answers=("s2.2.A",),
)
def embeddings_few() -> Evidence:
    """Train four kinds with three seeds each, and measure how alike the vectors are."""
    runs, perplexities = embedding_runs(200, 3)
    learned = perplexities["random_learned"], perplexities["pretrained_learned"]
    frozen = perplexities["random_frozen"], perplexities["pretrained_frozen"]
    alike = cosine(pretrained_table(), "three", "four")
    random = cosine(np.random.default_rng(0).normal(size=pretrained_table().shape), "three", "four")
    return Evidence(
        [
            at_least(
                "learned: best random less worst pretrained", float(learned[0].min() - learned[1].max()), 0
            ),
            at_least(
                "frozen: best pretrained less worst random", float(frozen[1].min() - frozen[0].max()), 0.5
            ),
            close("cosine of three and four, pretrained", alike, 1, 1e-3),
            at_most("cosine of three and four, random", abs(random), 0.5),
        ],
        {
            **means(runs),
            "gain": float(learned[0].mean() - learned[1].mean()),
            "cosine": {"alike": alike, "random": random},
        },
    )


@claim(
    r"With all $2400$ pairs little of that gain is left, a fifth of perplexity at most. Frozen, pretrained "
    r"vectors still hurt more than random ones.",
    answers=("s2.2.A",),
)
def embeddings_many() -> Evidence:
    """Train four kinds with two seeds each."""
    runs, perplexities = embedding_runs(len(parts()[0]), 2)
    gain = float(perplexities["random_learned"].mean() - perplexities["pretrained_learned"].mean())
    frozen = perplexities["random_frozen"], perplexities["pretrained_frozen"]
    right = {name: one["exact"] for name, one in means(runs).items()}
    return Evidence(
        [
            at_most("learned: gain in perplexity", gain, 0.2),
            at_least(
                "frozen: best pretrained less worst random", float(frozen[1].min() - frozen[0].max()), 0.5
            ),
            at_least(
                "frozen: share right, random less pretrained",
                right["random_frozen"] - right["pretrained_frozen"],
                0.2,
            ),
        ],
        {**means(runs), "gain": gain},
    )


def cosine(table: np.ndarray, one: str, other: str) -> float:
    """Return the cosine of two source words' vectors."""
    a, b = table[words().source.encode((one, other))]
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "slower": {"learning_rate": 0.0015},
    "faster": {"learning_rate": 0.015},
    "one_head": {"n_head": 1},
    "wider": {"d_model": 64},
    "deeper": {"n_layer": 2},
    "dropout": {"dropout": 0.1},
    "together": {"learning_rate": 0.015, "d_model": 64, "n_layer": 2},
}


@claim(
    r"At a fixed number of steps the learning rate matters most: thrice the default beats twice the width, "
    r"twice the depth and any number of heads. The setting chosen on the development pairs more than halves "
    r"the share of wrong test sentences.",
    answers=("s2.2.B",),
)
def settings_compared() -> Evidence:
    """Train the encoder with each setting, choose by development perplexity, and report the test once."""
    development, test = parts()[1:]
    results: dict[str, dict[str, float]] = {}
    models: dict[str, Translator] = {}
    for name, change in VARIANTS.items():
        models[name], _ = trained(EncoderTranslator, parts()[0], STEPS, **{**DEFAULTS, **change})
        results[name] = scores(models[name], words(), development)
        results[name]["parameters"] = sum(p.numel() for p in models[name].parameters())
    single = {name: one["perplexity"] for name, one in results.items() if name != "together"}
    chosen = min(results, key=lambda name: results[name]["perplexity"])
    on_test = {name: scores(models[name], words(), test) for name in ("default", chosen)}
    wrong = {name: 1 - one["exact"] for name, one in on_test.items()}
    return Evidence(
        [
            equal("best single change", min(single, key=lambda name: single[name]), "faster"),
            equal("worst single change", max(single, key=lambda name: single[name]), "slower"),
            at_most("wrong sentences, chosen over default", wrong[chosen] / wrong["default"], 0.5),
            at_least("BLEU, chosen above default", on_test[chosen]["bleu"] - on_test["default"]["bleu"], 10),
        ],
        {
            **results,
            "steps": STEPS,
            "batch": BATCH,
            "chosen": chosen.replace("_", " "),
            "test_default": on_test["default"],
            "test_chosen": on_test[chosen],
        },
    )
