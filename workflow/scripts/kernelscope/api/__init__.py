"""What `import kernelscope` offers: functions for notebooks and scripts, without Snakemake."""
