"""Two passages under models of characters and of words: the gap, its parts, the leak, and normal forms."""

from __future__ import annotations

from typing import Any

from workings.claims.passages import logs_of
from workings.data.record import record
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import normal_form, restoring_bits
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.language_measures import KINDS, character_bits, parts_of

NAMES = ("shakespeare", "wikipedia")
WAYS = (
    ("at spaces", "cut at spaces"),
    ("words", "words and marks"),
    ("lower case", "small letters too"),
)


def measured(name: str) -> Any:
    """Give the values of one record."""
    return record(name).values


@exhibit(records=("bigram_language_model",))
def words() -> Table:
    """Show both passages under the bigram network, cut into tokens in three ways."""
    found = measured("bigram_language_model")["passages"]
    rows: list[list[Cell]] = []
    for name in NAMES:
        for way, title in WAYS:
            one = found[name][way]
            cells = [one["tokens"], one["unknown"], one["network"], one["bits_a_character"]]
            rows.append([f"{name.capitalize()}: {title}", *cells])
    values = {name: {way.replace(" ", "_"): found[name][way] for way, _ in WAYS} for name in NAMES} | {
        "passages": {name: found[name]["characters"]["tokens"] for name in NAMES}
    }
    columns = ["passage and tokens", "tokens", "unknown", "perplexity", "bits a character"]
    return Table(columns, rows, ["", "d", ".0%", ".1f", ".2f"], values=values)


@exhibit(records=("character_language_model",))
def characters() -> Table:
    """Show both passages under the recurrent character model: held out, read before, in known characters."""
    record_of = measured("character_language_model")
    held, before = (record_of[name]["passages"] for name in ("held_out", "read_before"))
    rows: list[list[Cell]] = [
        [name.capitalize(), held[name]["perplexity"], before[name]["perplexity"], held[name]["normal"]]
        for name in NAMES
    ]
    values = {
        name: {
            "perplexity": held[name]["perplexity"],
            "read_before": before[name]["perplexity"],
            "normal": held[name]["normal"],
            "restoring": held[name]["restoring"],
            "changed": held[name]["changed"],
            "characters": held[name]["characters"],
        }
        for name in NAMES
    }
    columns = ["passage", "held out", "it stood in training", "known characters"]
    return Table(columns, rows, ["", *[".2f"] * 3], values=values)


@exhibit(records=("character_language_model",))
def parts() -> Table:
    """Split the bits a character of both passages by kind of character, under the recurrent model."""
    found = measured("character_language_model")["held_out"]["passages"]
    return _parts({name: found[name]["parts"] for name in NAMES})


@exhibit
def small_parts() -> Table:
    """Split the bits of the ninth sonnet and of the article, after eight sonnets, at build."""
    texts = {"sonnet": SONNETS[HELD_OUT], "article": ARTICLE}
    return _parts({name: parts_of(text, logs_of(verse(), text)[1:], verse()) for name, text in texts.items()})


def _parts(found: Any) -> Table:
    one, other = found
    rows: list[list[Cell]] = [
        [kind, *(found[name][kind]["bits"] + 0.0 for name in found), found[other][kind]["each"]]
        for kind in KINDS
    ]
    sums = {name: sum(found[name][kind]["bits"] for kind in KINDS) for name in found}
    count = sum(found[other][kind]["characters"] for kind in KINDS)
    values = {
        "bits": sums,
        "gap": sums[other] - sums[one],
        "strange": found[other]["never seen"]["bits"] - found[one]["never seen"]["bits"],
        "strange_each": found[other]["never seen"]["each"],
        "strange_characters": found[other]["never seen"]["characters"],
        "letters": {name: found[name]["small letter"]["each"] for name in found},
        "strange_rate": found[other]["never seen"]["characters"] / count,
    }
    values["share"] = values["strange"] / values["gap"]
    rows.append(["all", *sums.values(), sums[other]])
    columns = ["characters", one.capitalize(), other.capitalize(), "each, in the second"]
    return Table(columns, rows, ["", *[".2f"] * 3], values=values)


@exhibit(records=("two_passages",))
def crossed() -> Table:
    """Train on Shakespeare or Wikipedia, test on either passage: perplexity a character, words' bits."""
    found = measured("two_passages")["crossed"]
    rows: list[list[Cell]] = [
        [
            name.capitalize(),
            *(found[name][one]["perplexity"] for one in NAMES),
            *(found[name][one]["word_bits"] for one in NAMES),
        ]
        for name in NAMES
    ]
    columns = [
        "trained on",
        "Shakesp.",
        "Wikip.",
        "Shakesp., words",
        "Wikip., words",
    ]
    values = {"characters": measured("two_passages")["characters"]["wikipedia"], **found}
    return Table(columns, rows, ["", *[".2f"] * 4], heat=columns[1:3], values=values)


@exhibit(records=("two_passages",))
def leaked() -> Table:
    """Show the Shakespeare passage under counted models that have read it, and that have not."""
    found = measured("two_passages")["leak"]
    rows: list[list[Cell]] = [
        [name, one["perplexity"], one["word_perplexity"], one["unknown_words"]] for name, one in found.items()
    ]
    values = {name.replace(" ", "_"): one for name, one in found.items()}
    columns = ["the passage was", "a character", "a word", "words unknown"]
    return Table(columns, rows, ["", ".2f", ".1f", ".1%"], values=values)


@exhibit(records=("two_passages",))
def steps() -> Table:
    """Bring the Wikipedia passage closer to Shakespeare, step by step, and price the way back."""
    rows = [one for one in measured("two_passages")["steps"] if one["passage"] == "wikipedia"]
    cells: list[list[Cell]] = [
        [one["step"], one["perplexity"], one["bits"], one["restoring"], one["all"]] for one in rows
    ]
    values = {one["step"].replace(" ", "_"): one for one in rows}
    columns = ["the passage", "perplexity", "bits", "way back", "both"]
    return Table(columns, cells, ["", *[".2f"] * 4], values=values)


@exhibit
def small_steps() -> Table:
    """Take the same steps with the article after eight sonnets, at build."""
    plain = normal_form(ARTICLE, set(verse()))
    cells: list[list[Cell]] = []
    for name, train, text in (
        ("as it is", verse(), ARTICLE),
        ("known characters", verse(), plain),
        ("small letters too", verse().lower(), plain.lower()),
        ("one line too", verse().lower().replace("\n", " "), plain.lower().replace("\n", " ")),
    ):
        bits, back = character_bits(train, text, 3), restoring_bits(ARTICLE, text) / len(text)
        cells.append([name, 2**bits, bits, back, bits + back])
    columns = ["the article", "perplexity", "bits", "way back", "both"]
    return Table(columns, cells, ["", *[".2f"] * 4])
