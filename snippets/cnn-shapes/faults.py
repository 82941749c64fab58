"""What Python says of a list of layers without a comma, and Torch of a linear layer of the wrong length."""

import torch
from torch import nn

missing = """nn.Sequential(
    nn.AvgPool2d(4)
    nn.ReLU(),
)"""
try:
    compile(missing, "network", "eval")
except SyntaxError as error:
    print(f"SyntaxError, line {error.lineno}: {error.msg}")

features = torch.zeros(1, 16, 3, 3)
try:
    nn.Linear(120, 10)(features.flatten(1))
except RuntimeError as error:
    print(f"RuntimeError: {error}")
