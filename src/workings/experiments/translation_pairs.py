"""English to French on real sentence pairs: a small transformer, BLEU, and what does without a network."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from workings.data.byte_pairs import BytePairs
from workings.data.pairs import Pair, leaked_share
from workings.data.translation_pairs import (
    TATOEBA,
    Buckets,
    References,
    english_french,
    split_english_french,
    with_references,
    words_of,
)
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import share
from workings.experiments.training import Curve, Training
from workings.experiments.translation_measures import (
    addressed,
    bleu_of,
    bleu_of_parts,
    drawn_samples,
    pairs_with,
    parts_of_test,
    real_attention_map,
    text_of,
    worst_samples,
)
from workings.models.device import device
from workings.models.sentence_translator import (
    SentenceTranslator,
    TranslatorSizes,
    beam_translations,
    greedy_translations,
    mean_piece_loss,
    smoothed_loss,
    translator_recipe,
)
from workings.models.translating import Languages
from workings.models.translation import batch_of, framed
from workings.models.word_by_word import marked, nearest_translations, word_by_word, word_translations


@dataclass(frozen=True)
class Config:
    """What decides the run; ``longest`` counts English words, ``training`` pairs (0: all there are)."""

    seed: int = 0
    longest: int = 8
    training: int = 0
    development: int = 1000
    test: int = 2000
    merges: int = 3000
    d_model: int = 192
    n_layer: int = 2
    d_ff: int = 384
    dropout: float = 0.0
    steps: int = 4000
    batch: int = 192
    every: int = 200
    warm: int = 100
    peak: float = 4e-3
    muon_peak: float = 0.02
    smoothing: float = 0.1
    width: int = 4
    alpha: float = 0.6


QUICK = Config(
    training=1500,
    development=20,
    test=20,
    merges=300,
    d_model=32,
    n_layer=1,
    d_ff=64,
    steps=60,
    batch=32,
    every=20,
    warm=10,
    width=2,
)


@experiment(data=(TATOEBA,), full=Config(), quick=QUICK)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Split by English sentence, learn the pieces and the model on training alone, test once."""
    everything = english_french(config.longest)
    train, dev, test = split_english_french(everything, config.development, config.test, config.seed)
    if config.training:
        order = np.random.default_rng(config.seed).permutation(len(train))
        train = [train[place] for place in order[: config.training]]
    english = BytePairs.learn((pair.source[0] for pair in train), config.merges)
    french = BytePairs.learn((pair.target[0] for pair in train), config.merges)
    cut = english.pieces, french.pieces
    cut_train, cut_dev = pairs_with(train, cut), pairs_with(dev, cut)
    words = Languages.of(cut_train)
    sizes = TranslatorSizes(
        len(words.source),
        len(words.target),
        config.d_model,
        n_layer=config.n_layer,
        d_ff=config.d_ff,
        dropout=config.dropout,
    )
    longest = sizes.max_len - 1
    cut_train = [one for one in cut_train if max(len(one.source), len(one.target)) <= longest]
    cut_dev = [one for one in cut_dev if max(len(one.source), len(one.target)) <= longest]
    model = SentenceTranslator(sizes, config.seed).to(device())
    curve, written = _trained(model, words, cut_train, cut_dev, config, checkpoints)
    model.eval()
    found = {
        "pairs": {"all": len(everything), "training": len(train), "development": len(dev), "test": len(test)},
        "left_out_of_training": len(train) - len(cut_train),
        "leaked": leaked_share(train, test),
        "vocab_size": {"english": len(words.source), "french": len(words.target)},
        "pieces_a_sentence": {
            "english": float(np.mean([len(one.source) for one in cut_train])),
            "french": float(np.mean([len(one.target) for one in cut_train])),
        },
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "epochs": config.steps * config.batch / len(cut_train),
        "curve": {
            "steps": curve.steps,
            "losses": [round(one, 4) for one in curve.losses],
            "development": [round(one, 4) for one in curve.evaluations],
        },
        "training_seconds": curve.seconds,
        "pieces_a_second": written / curve.seconds,
    }
    return found | _tested(model, words, cut, train, dev, test, config)


def _trained(
    model: SentenceTranslator,
    words: Languages,
    pairs: Sequence[Pair],
    held: Sequence[Pair],
    config: Config,
    checkpoints: Checkpoints,
) -> tuple[Curve, int]:
    """Train; return the curve and how many target pieces were learnt from."""
    sources, targets = words.sources(pairs), words.targets(pairs)
    lengths = [(len(target), len(source)) for source, target in zip(sources, targets, strict=True)]
    batches = Buckets(lengths, config.batch, config.seed)

    def loss(called: nn.Module, step: int) -> Tensor:
        torch.manual_seed(1_000_003 * config.seed + step)  # dropout too is drawn by the step
        rows = share(torch.tensor(batches.rows(step))).tolist()
        read, write = framed([targets[row] for row in rows])
        return smoothed_loss(called, batch_of([sources[row] for row in rows]), read, write, config.smoothing)

    optimizers, factor = translator_recipe(model, config.steps, config.peak, config.muon_peak, config.warm)
    curve = Training(
        model,
        optimizers,
        loss,
        config.steps,
        config.every,
        factor,
        lambda: mean_piece_loss(model, words, held),
        max_norm=1.0,
        checkpoint=checkpoints.of("translator"),
        name="translator",
    ).run()
    counts = [len(target) + 1 for target in targets]
    return curve, sum(counts[row] for step in range(config.steps) for row in batches.rows(step))


def _tested(
    model: SentenceTranslator,
    words: Languages,
    cut: tuple[Any, Any],
    train: Sequence[Pair],
    dev: Sequence[Pair],
    test: Sequence[Pair],
    config: Config,
) -> dict[str, Any]:
    """Translate the test sentences in five ways and score them; look at the development part for settings."""
    asked = with_references(test)
    to_write = [Pair(cut[0](text), ("",)) for text, _ in asked]
    started = time.perf_counter()
    greedy = greedy_translations(model, words, to_write)
    middle = time.perf_counter()
    beam = beam_translations(model, words, to_write, config.width, config.alpha)
    ended = time.perf_counter()
    texts = [text for text, _ in asked]
    english, french = [pair.source[0] for pair in train], [pair.target[0] for pair in train]
    dictionary = word_translations([marked(one) for one in english], [marked(one) for one in french])
    found = {
        "beam": [text_of(one) for one in beam],
        "greedy": [text_of(one) for one in greedy],
        "nearest": nearest_translations(texts, english, french),
        "word_by_word": [word_by_word(one, dictionary) for one in texts],
        "copied": texts,
    }
    seen = {word for one in english for word in words_of(one)}
    parts = parts_of_test(asked, seen, set(french), (2, 4, 6, 8))
    asked_dev = with_references(dev)
    dev_found = greedy_translations(model, words, [Pair(cut[0](text), ("",)) for text, _ in asked_dev])
    tokens = [word for text in texts for word in words_of(text)]
    return {
        "test_sentences": len(asked),
        "references": sum(len(several) for _, several in asked) / len(asked),
        "bleu": {name: bleu_of(one, asked) for name, one in found.items()},
        "development_bleu": bleu_of([text_of(one) for one in dev_found], asked_dev),
        "parts": bleu_of_parts(found["beam"], asked, parts),
        "exact": {
            name: float(np.mean([one in several for one, (_, several) in zip(of, asked, strict=True)]))
            for name, of in found.items()
        },
        "beam_differs": float(np.mean([a != b for a, b in zip(found["beam"], found["greedy"], strict=True)])),
        "unknown_words": {
            "tokens": len(tokens),
            "new": sum(word not in seen for word in tokens) / len(tokens),
            "examples": sorted({word for word in tokens if word not in seen})[:12],
        },
        "address": _address(found["beam"], asked),
        "samples": drawn_samples(_some(found), asked, 12, config.seed),
        "worst": worst_samples(_some(found), asked, "beam", 6),
        "maps": [
            real_attention_map(model, words, to_write[place].source, greedy[place])
            for place in _of_middle_length(to_write, config.seed)
        ],
        "sentences_a_second": {
            "greedy": len(texts) / (middle - started),
            "beam": len(texts) / (ended - middle),
        },
    }


def _some(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: found[name] for name in ("beam", "word_by_word", "nearest")}


def _address(found: Sequence[str], asked: References) -> dict[str, int]:
    """Count sentences that address somebody by *tu* or *vous* where no reference does it in that way."""
    forms = [
        (addressed(one), {addressed(text) for text in several})
        for one, (_, several) in zip(found, asked, strict=True)
    ]
    clear = [(own, theirs) for own, theirs in forms if own in ("tu", "vous") and theirs & {"tu", "vous"}]
    return {"sentences": len(clear), "other_form": sum(own not in theirs for own, theirs in clear)}


def _of_middle_length(pairs: Sequence[Pair], seed: int) -> list[int]:
    """Draw two sentences of seven to ten pieces for maps (any two if there are none)."""
    fit = [place for place, pair in enumerate(pairs) if 7 <= len(pair.source) <= 10]
    places = fit if len(fit) > 1 else list(range(len(pairs)))
    return [int(one) for one in np.random.default_rng(seed).permutation(places)[:2]]
