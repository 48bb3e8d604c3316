"""Makes model_float64.json: what PyTorch computes in float64 where rounding in float32 cannot flip a ReLU or a maximum.

Run with PyTorch and NumPy:  python tests/golden/model_float64.py tests/golden/model_float64.json
"""

import json
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def hash32(x):
    x = x ^ (x >> np.uint32(16))
    x = x * np.uint32(0x21F0AAAD)
    x = x ^ (x >> np.uint32(15))
    x = x * np.uint32(0x735A2D97)
    return x ^ (x >> np.uint32(15))


def golden(shape, seed, scale=1.0, add=0.0):
    """T(shape, seed, scale, add) of tests/support/generator.ts."""
    offset = np.uint64(seed * 0x9E3779B9 % 2**32)
    index = (np.arange(int(np.prod(shape)), dtype=np.uint64) + offset).astype(np.uint32)
    u = (2.0 * hash32(index).astype(np.float64) / 2**32 - 1).astype(np.float32)
    return torch.tensor((u * np.float32(scale) + np.float32(add)).reshape(shape)).double()


class Block(nn.Module):
    """A residual block; kernels, widths and the convolution with the stride as in torchvision."""

    def __init__(self, inputs, widths, kernels, strided, stride):
        super().__init__()
        self.count = len(widths)
        channels = inputs
        for i, (width, kernel) in enumerate(zip(widths, kernels), 1):
            s = stride if i == strided else 1
            setattr(self, f"conv{i}", nn.Conv2d(channels, width, kernel, s, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(width))
            channels = width
        self.downsample = None
        if stride != 1 or inputs != channels:
            conv = nn.Conv2d(inputs, channels, 1, stride, bias=False)
            self.downsample = nn.Sequential(conv, nn.BatchNorm2d(channels))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = F.relu(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Residual(nn.Module):
    def __init__(self, stem, kernel, has_pool, stages, kernels, expansions, strided):
        super().__init__()
        self.has_pool = has_pool
        self.stage_count = len(stages)
        self.conv1 = nn.Conv2d(3, stem, kernel, 2, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(stem)
        channels = stem
        for i, (width, count, stride) in enumerate(stages, 1):
            widths = [width * e for e in expansions]
            blocks = []
            for b in range(count):
                blocks.append(Block(channels, widths, kernels, strided, stride if b == 0 else 1))
                channels = widths[-1]
            setattr(self, f"layer{i}", nn.Sequential(*blocks))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if self.has_pool:
            x = F.max_pool2d(x, 3, 2, 1)
        for i in range(1, self.stage_count + 1):
            x = getattr(self, f"layer{i}")(x)
        return x.mean((2, 3)) + x.flatten(2).max(2)[0]


def resnet_mini():
    return Residual(16, 3, False, [(16, 1, 1), (32, 1, 2), (64, 1, 2)], [3, 3], [1, 1], 1)


def resnet50():
    stages = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]
    return Residual(64, 7, True, stages, [1, 3, 1], [1, 1, 4], 2)


@torch.no_grad()
def fill(model, base):
    """Tensor j from seed base + j; scales as in the provenance of models.json."""
    entries = [(n, t) for n, t in model.state_dict().items() if not n.endswith("num_batches_tracked")]
    for j, (name, tensor) in enumerate(entries):
        shape = list(tensor.shape)
        if len(shape) == 4:
            values = golden(shape, base + j, (6 / np.prod(shape[1:])) ** 0.5)
        elif name.endswith("running_var"):
            values = golden(shape, base + j, 0.2, 1)
        else:
            values = golden(shape, base + j, 0.1, 1 if name.endswith(".weight") else 0)
        tensor.copy_(values)
    return [{"name": n, "shape": list(t.shape)} for n, t in entries]


def run(create, base, mode, batch, size, input_seed, grad_seed):
    model = create().double()
    tensors = fill(model, base)
    model.train(mode == "trainBN")
    features = model(golden((batch, 3, size, size), input_seed, 2))
    (features * golden(tuple(features.shape), grad_seed)).sum().backward()
    rows = features.detach()
    return tensors, {
        "mode": mode,
        "batch": batch,
        "size": size,
        "inputSeed": input_seed,
        "inputScale": 2.0,
        "features": rows[:, :16].tolist(),
        "featuresL2": rows.norm(dim=1).tolist(),
        "featuresMean": rows.mean(1).tolist(),
        "gradWeightsSeed": grad_seed,
        "gradL2": {n: p.grad.norm().item() for n, p in model.named_parameters()},
        "runningL2": {n: b.norm().item() for n, b in model.named_buffers() if "running" in n},
    }


def backbone(create, base, runs):
    outcomes = [run(create, base, *arguments) for arguments in runs]
    return {"weightSeedBase": base, "tensors": outcomes[0][0], "runs": [o[1] for o in outcomes]}


def resize(height, width):
    grid = golden((1, 2, 14, 14), 7)
    resized = F.interpolate(grid, size=(height, width), mode="bicubic", align_corners=False)
    return {"seed": 7, "height": height, "width": width, "values": resized.flatten().tolist()}


def main():
    # Inputs at which no ReLU and no maximum is close to a tie, so that float32 takes the same side everywhere.
    mini = [("frozenBN", 4, 32, 90900, 90950), ("trainBN", 4, 32, 90901, 90950)]
    content = {
        "provenance": f"PyTorch {torch.__version__} in float64, made by model_float64.py; rules of models.json",
        "resnet_mini": backbone(resnet_mini, 90000, mini),
        "resnet50": backbone(resnet50, 50000, [("frozenBN", 1, 224, 59238, 59500)]),
        "bicubic": [resize(6, 20), resize(14, 24)],
    }
    with open(sys.argv[1], "w") as file:
        json.dump(content, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
