"""The nouns of kernelscope: arrays in, arrays out, with no knowledge of Snakemake, of `results/` or of the config."""
