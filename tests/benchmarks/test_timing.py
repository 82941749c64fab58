"""The sums over samples, and how a process is timed: nothing here depends on how long anything takes."""

import doctest
import sys
from pathlib import Path

import pytest
from benchmarks import pages, peer, timing

from workings.data.machine import machine


def test_a_spread_is_median_least_and_greatest() -> None:
    assert timing.spread([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "greatest": 3.0, "repeats": 3}


def test_a_spread_needs_a_sample() -> None:
    with pytest.raises(ValueError, match="a spread needs one sample or more, got none"):
        timing.spread([])


def test_a_ratio_compares_pair_by_pair() -> None:
    assert timing.ratio([2.0, 9.0], [1.0, 3.0])["median"] == 2.5
    with pytest.raises(ValueError):
        timing.ratio([1.0], [1.0, 2.0])


def test_tasks_take_turns() -> None:
    seen: list[str] = []

    def task(name: str) -> timing.Taken:
        seen.append(name)
        return timing.Taken(1.0, 1.0)

    taken = timing.in_turns({name: lambda turn, name=name: task(f"{name}{turn}") for name in "ab"}, 2)
    assert seen == ["a0", "b0", "a1", "b1"]
    assert {name: len(samples) for name, samples in taken.items()} == {"a": 2, "b": 2}


def test_the_first_task_is_compared_with_the_others() -> None:
    taken = {"ours": [timing.Taken(3.0, 2.0)], "plain": [timing.Taken(2.0, 2.0)]}
    found = timing.summed(taken, ["plain"])
    assert found["to_plain"]["clock"]["median"] == 1.5
    assert found["to_plain"]["processor"]["median"] == 1.0


def test_a_command_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"failed:\nits words"):
        timing.run([sys.executable, "-c", "import sys; print('its words'); sys.exit(3)"], tmp_path, {})


def test_a_command_is_timed(tmp_path: Path) -> None:
    taken = timing.run([sys.executable, "-c", "pass"], tmp_path, {})
    assert taken.clock > 0
    assert taken.processor > 0


def test_the_machine_has_no_name() -> None:
    assert set(machine()) == {"cores", "processor", "memory_gib", "system"}


@pytest.mark.parametrize("module", [pages, peer], ids=["pages", "peer"])
def test_examples(module: object) -> None:
    found = doctest.testmod(module)  # type: ignore[arg-type]
    assert found.attempted > 0
    assert found.failed == 0


def test_all_blocks_print_the_same_number() -> None:
    assert len({peer.output(peer.block(number)) for number in (0, 7, 19)}) == 1
