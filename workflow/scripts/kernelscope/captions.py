"""The words on pictures: which run it is and how it ended."""


def title(spec: dict, epoch: float | None = None) -> str:
    """Dataset, architecture, seed and, where given, epoch."""
    run = f"{spec['dataset']} · {spec['arch']} · seed {spec['seed']}"
    return run if epoch is None else f"{run} · epoch {epoch:g}"


def outcome(run: dict) -> str:
    """Test accuracy, loss and failure from the content of run.json."""
    test = run["test"]
    loss = "not finite" if test["loss"] is None else f"{test['loss']:.4f}"
    line = f"test accuracy {test['accuracy']:.1%}, test loss {loss}"
    if test["within"] is not None:
        line += f", all outputs within 0.1 of the target {test['within']:.1%}"
    return line + (f"  —  FAILED: {run['failure']}" if run["failure"] else "")


def kernels(count: int) -> str:
    return "1 kernel" if count == 1 else f"{count} kernels"
