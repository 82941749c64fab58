"""Word by word on real sentences: an encoder alone or with a decoder, from random vectors or from GloVe's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.byhand.bleu import bleu_score
from workings.byhand.perplexity import perplexity
from workings.data.pairs import PAD, Pair, Vocabulary, leaked_share, tokenise
from workings.data.real_texts import GLOVE, glove
from workings.data.translation_pairs import TATOEBA, Buckets, english_french, split_english_french
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import share
from workings.experiments.training import Training
from workings.models.device import device
from workings.models.translating import Languages, Translator, tensors, token_logs, translate
from workings.models.translation import Embedding, EncoderDecoderTranslator, EncoderTranslator

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """One model and how it is trained; ``frozen`` and ``pretrained`` are about the English vectors."""

    decoder: bool = True
    pretrained: bool = False
    frozen: bool = False
    n_layer: int = 2
    n_head: int = 5
    d_ff: int = 200
    dropout: float = 0.1
    rate: float = 3e-3


@dataclass(frozen=True)
class Config:
    """What decides the runs: ``pairs`` and ``steps`` of the small and of the large training part."""

    seed: int = 0
    longest: int = 5
    max_len: int = 16
    english: int = 4000
    french: int = 3000
    development: int = 500
    test: int = 500
    few: tuple[int, int] = (4000, 600)
    many: tuple[int, int] = (16_000, 1500)
    batch: int = 64
    seeds: int = 2


QUICK = Config(english=200, french=200, development=20, test=20, few=(200, 20), many=(400, 40), seeds=1)
EMBEDDINGS = {
    "random_frozen": Setting(frozen=True),
    "glove_frozen": Setting(pretrained=True, frozen=True),
    "random": Setting(),
    "glove": Setting(pretrained=True),
}
SETTINGS = {
    "no_dropout": Setting(dropout=0.0),
    "more_dropout": Setting(dropout=0.3),
    "slower": Setting(rate=1e-3),
    "faster": Setting(rate=1e-2),
    "one_layer": Setting(n_layer=1),
}
ALONE = {f"alone_{name}": replace(EMBEDDINGS[name], decoder=False) for name in ("random", "glove")}
ASKED = ("three", "he", "happy", "eat", "dog", "tomorrow")


@dataclass(frozen=True)
class Parts:
    """The words of both languages, GloVe's vectors as a table, and the pairs."""

    words: Languages
    table: np.ndarray  # (English words, d_model), rows without a vector drawn
    train: list[Pair]
    development: list[Pair]
    test: list[Pair]


@experiment(data=(TATOEBA, GLOVE), full=Config(), quick=QUICK)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Compare embeddings on few and on many pairs, both kinds of translator, and settings on development."""
    parts = _parts(config)
    study = Study(config, parts, checkpoints)
    few = {name: study.tested(name, setting, "few") for name, setting in EMBEDDINGS.items()}
    many = {name: study.tested(name, setting, "many") for name, setting in (EMBEDDINGS | ALONE).items()}
    settings = {"default": study.model("random", EMBEDDINGS["random"], "many", config.seed)}
    settings |= {name: study.model(name, setting, "many", config.seed) for name, setting in SETTINGS.items()}
    decoder, alone = (
        settings["default"],
        study.model("alone_random", ALONE["alone_random"], "many", config.seed),
    )
    english, french = parts.words.source, parts.words.target
    known = set(glove()[0])
    return {
        "few": few,
        "many": many,
        "settings": {
            name: _scores(model, parts.words, parts.development) for name, model in settings.items()
        },
        "parameters": {
            name: sum(weight.numel() for weight in model.parameters())
            for name, model in (settings | {"alone": alone}).items()
        },
        "pairs": {"few": config.few[0], "many": config.many[0], "test": len(parts.test)},
        "test_sentences": len(_references(parts.test)),
        "steps": {"few": config.few[1], "many": config.many[1]},
        "vocab_size": {"english": len(english), "french": len(french)},
        "unknown": float(
            np.mean([word not in french.numbers for pair in parts.test for word in pair.target])
        ),
        "with_vector": float(np.mean([word in known for word in english.tokens[4:]])),
        "leaked": leaked_share(parts.train, parts.test),
        "samples": _samples({"decoder": decoder, "alone": alone}, parts, config.seed),
        "nearest": {
            "glove": _nearest(parts.table, english),
            "learned": _nearest(_vectors(decoder).cpu().numpy(), english),
        },
    }


def _parts(config: Config) -> Parts:
    """Split, cut into words, number the frequent ones of the large training part, look their vectors up."""
    train, development, test = (
        [
            Pair(source, target, meaning=pair.meaning)
            for pair in part
            for source, target in [(tokenise(pair.source[0]), tokenise(pair.target[0]))]
            if max(len(source), len(target)) < config.max_len
        ]
        for part in split_english_french(
            english_french(config.longest), config.development, config.test, config.seed
        )
    )
    rng = np.random.default_rng(config.seed)
    train = [train[place] for place in rng.permutation(len(train))[: config.many[0]]]
    words = Languages(
        Vocabulary((pair.source for pair in train), config.english),
        Vocabulary((pair.target for pair in train), config.french),
    )
    names, vectors = glove()
    rows = dict(zip(names, vectors, strict=True))
    drawn = rng.standard_normal((len(words.source), vectors.shape[1]))
    table = np.array([rows.get(word, own) for word, own in zip(words.source.tokens, drawn, strict=True)])
    table *= np.sqrt(table.shape[1]) / np.linalg.norm(table, axis=1, keepdims=True)  # as long as drawn ones
    return Parts(words, table.astype(np.float32), train, development, test)


@dataclass(frozen=True)
class Study:
    """Train models on a part of the pairs, each from its seed and with a checkpoint of its own."""

    config: Config
    parts: Parts
    checkpoints: Checkpoints

    def tested(self, name: str, setting: Setting, size: str) -> list[dict[str, float]]:
        """Score a setting on the test part, from several seeds."""
        seeds = range(self.config.seed, self.config.seed + self.config.seeds)
        models = [self.model(name, setting, size, seed) for seed in seeds]
        return [_scores(model, self.parts.words, self.parts.test) for model in models]

    def model(self, name: str, setting: Setting, size: str, seed: int) -> Translator:
        """Train a model, or take it from its checkpoint."""
        pairs, steps = self.config.few if size == "few" else self.config.many
        model = _model(setting, self.parts, self.config.max_len, seed)
        lengths = [(len(pair.target), len(pair.source)) for pair in self.parts.train[:pairs]]
        batches = Buckets(lengths, self.config.batch, seed)

        def loss(called: nn.Module, step: int) -> Tensor:
            torch.manual_seed(1_000_003 * seed + step)  # dropout
            rows = share(torch.tensor(batches.rows(step))).tolist()
            drawn = [self.parts.train[row] for row in rows]
            source, read, write = tensors(model, self.parts.words, drawn)  # (B, T_s), (B, T_t + 1) twice
            logits = called(source, read) if setting.decoder else called(source)[:, : write.shape[1]]
            return cross_entropy(logits.flatten(0, 1), write.flatten(), ignore_index=PAD)

        weights = [weight for weight in model.parameters() if weight.requires_grad]
        Training(
            model,
            [torch.optim.AdamW(weights, lr=setting.rate, fused=True)],
            loss,
            steps,
            steps,
            lambda step: min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps)),
            max_norm=1.0,
            checkpoint=self.checkpoints.of(f"{size}-{name}-{seed}"),
            name=f"{size} {name} {seed}",
        ).run()
        return model.eval()


def _model(setting: Setting, parts: Parts, max_len: int, seed: int) -> Translator:
    """Draw a model; its English vectors are drawn at a norm of the root of ``d_model``, or GloVe's."""
    size, d_model = parts.table.shape
    drawn = np.random.default_rng(seed).standard_normal(parts.table.shape)
    drawn *= np.sqrt(d_model) / np.linalg.norm(drawn, axis=1, keepdims=True)
    table = parts.table if setting.pretrained else drawn.astype(np.float32)
    target = len(parts.words.target)
    sizes = (size, target, d_model, setting.n_head, setting.n_layer, setting.d_ff, max_len, setting.dropout)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model: Translator
        if setting.decoder:
            model = EncoderDecoderTranslator(*sizes)
            model.source = Embedding(size, d_model, max_len, table, setting.frozen)
        else:
            model = EncoderTranslator(*sizes, table, setting.frozen)
    return model.to(device())


def _scores(model: Translator, words: Languages, pairs: Sequence[Pair]) -> dict[str, float]:
    """Perplexity a word of all pairs; BLEU and share right of each English sentence, by all its sides."""
    asked = _references(pairs)
    found = translate(model, words, [Pair(source, ()) for source in asked])
    return {
        "perplexity": perplexity(token_logs(model, words, pairs)),
        "bleu": bleu_score(found, list(asked.values())),
        "exact": float(np.mean([one in several for one, several in zip(found, asked.values(), strict=True)])),
    }


def _references(pairs: Sequence[Pair]) -> dict[Tokens, list[Tokens]]:
    """Collect the French sides of each English one."""
    found: dict[Tokens, list[Tokens]] = {}
    for pair in pairs:
        found.setdefault(pair.source, []).append(pair.target)
    return found


def _samples(models: dict[str, Translator], parts: Parts, seed: int) -> list[dict[str, Any]]:
    """Draw ten test sentences and let each model translate them."""
    asked = _references(parts.test)
    places = np.random.default_rng(seed).permutation(len(asked))[:10]
    drawn = [list(asked)[place] for place in places]
    found = {
        name: translate(model, parts.words, [Pair(source, ()) for source in drawn])
        for name, model in models.items()
    }
    return [
        {
            "english": " ".join(source),
            "references": [" ".join(one) for one in asked[source]],
            **{name: " ".join(found[name][place]) for name in models},
        }
        for place, source in enumerate(drawn)
    ]


def _vectors(model: Translator) -> Tensor:
    """The English vectors of a model, (English words, d_model)."""
    embedding = model.embedding if isinstance(model, EncoderTranslator) else model.source
    return embedding.tokens.weight.detach()


def _nearest(table: np.ndarray, words: Vocabulary) -> dict[str, list[str]]:
    """The four words with the greatest cosine to each of some words, of the thousand most frequent."""
    unit = (table / np.linalg.norm(table, axis=1, keepdims=True))[4:1004]
    found = {}
    for word in ASKED:
        if 4 <= words.numbers.get(word, 0) < 4 + len(unit):
            order = np.argsort(-unit @ unit[words.numbers[word] - 4])[1:5]
            found[word] = [words.tokens[4 + place] for place in order]
    return found
