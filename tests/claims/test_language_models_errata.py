"""The numbers that the corrections state in words are those that the claims and the records hold."""

from __future__ import annotations

import math

from workings.claims import language_models_errata as errata
from workings.claims import unit_costs
from workings.data.record import record


def test_memory_in_words() -> None:
    found = unit_costs.memory.decide().values
    kept, parameters = found["kept"]["wide"], found["wide_parameters"]
    for number in (*(kept[name]["all"] for name in kept), *parameters.values()):
        assert f"{number / 1e6:.1f}" in errata.less_memory.truth
    total = found["total"]
    assert total["wide"]["characters"] < total["wide"]["words"]
    assert total["two_texts"]["characters"] > total["two_texts"]["words"]


def test_a_block_is_six_times_cheaper() -> None:
    assert round(errata.attention_is_quadratic.decide().values["block"]) == 6


def test_published_perplexities_in_bits() -> None:
    passages = record("bigram_language_model").values["passages"]
    words, marks, published = {}, {}, errata.word_perplexities_too_low.decide().values["published"]
    for name, perplexity in zip(("shakespeare", "wikipedia"), published[:2], strict=True):
        length = passages[name]["characters"]["tokens"]
        words[name] = math.log2(perplexity) * passages[name]["at spaces"]["tokens"] / length
        marks[name] = math.log2(perplexity) * passages[name]["lower case"]["tokens"] / length
    truth = errata.word_perplexities_too_low.truth
    stated = [(words[name], marks[name]) for name in ("shakespeare", "wikipedia")]
    assert " and ".join(f"{low:.1f} to {high:.1f}" for low, high in stated) in truth
    characters = [math.log2(one) for one in published[2:]]
    assert f"({characters[0]:.1f} and {characters[1]:.1f})" in truth
    assert all(high < one / 4 for (_, high), one in zip(stated, characters, strict=True))
    ours = [passages[name]["lower case"]["network"] for name in words]
    assert f"about {round(ours[0], -1):.0f} and {round(ours[1], -1):.0f} a token" in truth
