"""The functions that layers compute with (F in layer_kinds.py): torch's, but for response normalisation."""

from torch.nn.functional import avg_pool2d, batch_norm, conv2d, linear, max_pool2d

from kernelscope.normalisation import local_response_norm

__all__ = ["avg_pool2d", "batch_norm", "conv2d", "linear", "local_response_norm", "max_pool2d"]
