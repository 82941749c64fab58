"""A linear layer's weights, copied into a convolution that does the same."""

import torch
from torch import nn

torch.manual_seed(0)
features = torch.rand(5, 16, 3, 3)
linear, conv = nn.Linear(144, 10), nn.Conv2d(16, 10, kernel_size=3)
with torch.no_grad():
    conv.weight.copy_(linear.weight.reshape(10, 16, 3, 3))
    conv.bias.copy_(linear.bias)

dense, convolved = linear(features.flatten(1)), conv(features)
print(tuple(dense.shape), tuple(convolved.shape))
print("same logits:", torch.allclose(dense, convolved.flatten(1), atol=1e-6))
