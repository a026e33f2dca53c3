"""A small torch model of anybody: conv layers in two dimensions and one, and one of 1 x 1."""

import torch
from torch import nn


def model(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 8, 9), nn.ReLU(), nn.Conv2d(8, 6, 3), nn.Conv2d(6, 2, 1), nn.Conv1d(1, 2, 5))
