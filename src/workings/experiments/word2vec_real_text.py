"""Skip-gram by blocks against gensim: the same articles, the same settings, by turns in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import torch

from workings.byhand.rank_correlation import spearman
from workings.data.word_evaluation import Numbered, analogies, articles, numbered, word_similarities
from workings.experiments.checkpoint import Checkpoints, State
from workings.experiments.experiment import experiment
from workings.models.block_word2vec import Settings, train
from workings.models.device import device
from workings.models.word_measures import answered, cosines, known_pairs, neighbours

MIN_COUNT = 5
ASKED = ("king", "water", "north", "german", "church", "music", "computer", "two")
Lines = list[list[str]]
Trained = tuple[torch.Tensor, dict[str, Any]]
Training = Callable[[], Trained]
Prepare = Callable[[Numbered, Lines, int, int, int], Training]


@dataclass(frozen=True)
class Config:
    """What decides the run; ``lines`` of a thousand words, 0 for all; ``seeds`` runs of each."""

    seed: int = 0
    seeds: int = 5
    epochs: tuple[int, ...] = (5, 20)
    threads: int = 2
    lines: int = 0


@experiment(
    data=(
        "enwiki_excerpt/enwiki104.clean.txt",
        "word_eval/EN-WS-353-ALL.txt",
        "word_eval/questions-words.txt",
    ),
    full=Config(),
    quick=Config(seeds=1, epochs=(1,), lines=60),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train both by turns, for each number of epochs and each seed; a run that is done is not done again."""
    lines = articles()[: config.lines or None]
    begun = time.perf_counter()
    text = numbered(lines, MIN_COUNT)
    numbering = time.perf_counter() - begun
    places, scores = known_pairs(text.words, word_similarities())
    runs: list[dict[str, Any]] = []
    curve: dict[str, Any] = {}
    vectors: dict[str, np.ndarray] = {}
    for epochs in config.epochs:
        for seed in range(config.seed, config.seed + config.seeds):
            for name, prepare in (("blocks", _blocks), ("gensim", _gensim)):
                part = checkpoints.of(f"{name}-{epochs}-{seed}")
                state = part.load() or _done(prepare, text, lines, epochs, seed, config.threads)
                part.save(state)
                vectors[name] = state.tensors["vectors"].numpy()
                similarity = spearman(cosines(vectors[name], places), scores)
                found = {key: state.rest[key] for key in ("words_a_second", "words_a_cpu_second", "seconds")}
                which = {"model": name, "epochs": epochs, "seed": seed}
                runs.append({**which, **found, "similarity": similarity})
                curve = state.rest["curve"] or curve
    words = sum(len(line) for line in lines)
    questions = analogies()
    return {
        "settings": {**asdict(Settings()), "min_count": MIN_COUNT, "threads": config.threads},
        "gensim": version("gensim"),
        "words": words,
        "known": len(text.tokens),
        "vocab_size": len(text.words),
        "pairs": len(places),
        "numbering_seconds": numbering,
        "runs": runs,
        "curve": curve,
        "human": scores.tolist(),
        "cosines": {name: cosines(each, places).round(4).tolist() for name, each in vectors.items()},
        "analogies": {name: answered(text.words, each, questions) for name, each in vectors.items()},
        "neighbours": {name: neighbours(text.words, each, ASKED, 4) for name, each in vectors.items()},
    }


def _done(prepare: Prepare, text: Numbered, lines: Lines, epochs: int, seed: int, threads: int) -> State:
    """Train, and count words by the clock and by the seconds that the processors worked."""
    training = prepare(text, lines, epochs, seed, threads)
    words = epochs * sum(len(line) for line in lines)
    clock, worked = time.perf_counter(), time.process_time()
    vectors, curve = training()
    seconds, cpu_seconds = time.perf_counter() - clock, time.process_time() - worked
    speeds = {"words_a_second": words / seconds, "words_a_cpu_second": words / cpu_seconds}
    return State({"vectors": vectors}, {**speeds, "seconds": seconds, "curve": curve})


def _blocks(text: Numbered, lines: Lines, epochs: int, seed: int, threads: int) -> Training:
    place = device()
    tokens, places, counts = (
        torch.from_numpy(one).to(place) for one in (text.tokens, text.lines, text.counts)
    )
    settings = Settings(epochs=epochs)

    def training() -> Trained:
        fit = train(
            tokens, places, counts, settings, seed=seed, threads=threads if place.type == "cpu" else 1
        )
        return fit.U.cpu(), {"reads": fit.reads, "losses": [round(one, 4) for one in fit.losses]}

    return training


def _gensim(text: Numbered, lines: Lines, epochs: int, seed: int, threads: int) -> Training:
    try:
        from gensim.models import Word2Vec
    except ImportError as missing:
        raise ImportError("this experiment compares with gensim: pip install gensim") from missing
    same = Settings(epochs=epochs)
    model = Word2Vec(
        sg=1, vector_size=same.d, window=same.window, negative=same.negatives, ns_exponent=same.power,
        sample=same.sample, alpha=same.rate, min_alpha=same.last_rate, epochs=epochs, min_count=MIN_COUNT,
        workers=threads, seed=seed + 1,
    )  # fmt: skip
    model.build_vocab(lines)

    def training() -> Trained:
        model.train(lines, total_examples=model.corpus_count, epochs=epochs)
        order = [model.wv.key_to_index[word] for word in text.words]
        return torch.from_numpy(np.array(model.wv.vectors)[order]), {}

    return training
