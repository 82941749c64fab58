"""The device comes from the environment, and a wrong name is refused."""

from __future__ import annotations

import pytest
import torch

from workings.models.device import device


@pytest.mark.parametrize(
    ("name", "cuda", "expected"),
    [
        (None, True, "cpu"),
        ("cpu", True, "cpu"),
        ("cuda", True, "cuda"),
        ("auto", True, "cuda"),
        ("auto", False, "cpu"),
    ],
)
def test_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str | None, cuda: bool, expected: str
) -> None:
    monkeypatch.delenv("WORKINGS_DEVICE", raising=False)
    if name is not None:
        monkeypatch.setenv("WORKINGS_DEVICE", name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert device() == torch.device(expected)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tpu", "WORKINGS_DEVICE must be cpu, cuda or auto, got 'tpu'"),
        ("", "WORKINGS_DEVICE must be cpu, cuda or auto, got ''"),
        ("cuda", "WORKINGS_DEVICE is cuda, but this Torch sees no CUDA device"),
    ],
)
def test_refuses(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    monkeypatch.setenv("WORKINGS_DEVICE", name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError) as caught:
        device()
    assert str(caught.value) == message
