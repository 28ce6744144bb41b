"""A network's whole forward pass as one call, during which other threads may run.

Knows modules and tensors; nothing of what they compute. Imported only where a model is loaded, since torch takes seconds to import.

Run module by module, each of a hundred small operations gives the interpreter away and waits to have it back: measured beside one thread
that only computes in Python, a sentence of 17 tokens took 86 to 820 ms; traced it takes 9, alone 7 instead of 9. The figures that come out
are the same to the bit.
"""

import warnings
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn


def traced(module: nn.Module, *example: Tensor) -> Callable[..., Any]:
    """The module in evaluation, recorded on an example of its arguments; other sizes of the same dimensions may be given. Only for modules
    whose steps depend on nothing but those sizes: a branch on a value stays as the example took it."""
    jit = cast(Any, torch.jit)
    with warnings.catch_warnings(), torch.inference_mode():
        # deprecated for torch.compile, which needs a C++ compiler where it runs, and torch.export, which runs operation by operation
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", jit.TracerWarning)
        return cast("Callable[..., Any]", jit.freeze(jit.trace(module.eval(), example, check_trace=False)))


class States(nn.Module):
    """The states of a transformer's last layer."""

    def __init__(self, transformer: nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """All three (rows, pieces) -> (rows, pieces, width)."""
        return self.transformer(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
