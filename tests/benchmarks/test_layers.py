"""The layers that are compared give the same outputs; nothing here depends on how long anything takes."""

from benchmarks import compiled, layers

from workings.exhibits import benchmarks
from workings.models.character_transformer import Sizes
from workings.site.record import code_key

SMALL = layers.Sizes(B=2, T=5, d_model=8, n_head=2, vocab_size=30)


def test_ours_and_torchs_give_the_same() -> None:
    found = layers.measure(2, SMALL)
    assert set(found["layers"]) == set(benchmarks.LAYERS)
    for name, one in found["layers"].items():
        assert one["apart"] < 1e-5, name
        for kind in ("forward", "training"):
            assert one[kind]["ratio"]["median"] > 0
            assert one[kind]["ours"]["repeats"] == 2
    assert found["logistic_regression"]["apart"] < 1e-5
    assert found["sizes"]["d_model"] == 8


def test_a_compiled_step_gives_the_same_loss() -> None:
    found = compiled.measure(2, "aot_eager", Sizes(11, block_size=8, d_model=8, n_head=2, n_layer=1))
    assert set(found) == {"float32", "bfloat16"}
    for one in found.values():
        assert one["apart"] < 1e-3
        assert one["first_step"] > 0
        assert one["pays_after"] is None or one["pays_after"] > 0


def test_the_record_covers_code_that_is_there() -> None:
    assert len(code_key(layers.COVERS)) == 64
