"""Record the kernels of any PyTorch model inside anybody's training loop."""
