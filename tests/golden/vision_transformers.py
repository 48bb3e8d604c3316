"""Makes vision_transformers.json: what timm computes in float64 with seeded random weights.

Run with PyTorch and timm:  python tests/golden/vision_transformers.py tests/golden/vision_transformers.json
"""

import json
import sys

import numpy as np
import timm
import torch
from torch.nn import functional as F

from model_float64 import golden

# Ours, timm's, the size of image that the positions were learned on, and (batch, size, input seed) of each run.
MODELS = [
    ("deit_ti", "deit_tiny_patch16_224", 224, 61000, [(2, 224, 61900), (2, 112, 61901)]),
    ("dino_vits16", "vit_small_patch16_224", 224, 62000, [(2, 224, 62900), (2, 112, 62901)]),
    ("dinov2_vits14", "vit_small_patch14_dinov2", 518, 63000, [(2, 224, 63900), (2, 112, 63901)]),
]
GRAD_SEED = 950
PROJECTION_SEED = 7000


@torch.no_grad()
def fill(model, base):
    """Tensor j from seed base + j; scales as in the provenance of models.json."""
    entries = list(model.state_dict().items())
    for j, (name, tensor) in enumerate(entries):
        shape = list(tensor.shape)
        if len(shape) > 1:
            scale, add = ((6 if len(shape) == 4 else 3) / np.prod(shape[1:])) ** 0.5, 0
        else:
            scale, add = 0.1, 1 if name.endswith(".weight") else 0
        tensor.copy_(golden(shape, base + j, scale, add))
    return [{"name": n, "shape": list(t.shape)} for n, t in entries]


def run(model, batch, size, input_seed):
    model.zero_grad()
    features = model.forward_features(golden((batch, 3, size, size), input_seed, 2))[:, 0]
    (features * golden(tuple(features.shape), GRAD_SEED)).sum().backward()
    rows = features.detach()
    gradients = [(n, p.grad) for n, p in model.named_parameters()]
    return {
        "mode": "frozenBN",
        "batch": batch,
        "size": size,
        "inputSeed": input_seed,
        "inputScale": 2.0,
        "features": rows[:, :16].tolist(),
        "featuresL2": rows.norm(dim=1).tolist(),
        "featuresMean": rows.mean(1).tolist(),
        "gradWeightsSeed": GRAD_SEED,
        "gradL2": {n: g.norm().item() for n, g in gradients},
        "gradProjectionSeed": PROJECTION_SEED,
        "gradProjection": {
            n: (g * golden(tuple(g.shape), PROJECTION_SEED + j)).sum().item() for j, (n, g) in enumerate(gradients)
        },
    }


def backbone(name, image_size, base, runs):
    model = timm.create_model(name, num_classes=0, img_size=image_size, dynamic_img_size=True).double().eval()
    tensors = fill(model, base)
    return {"weightSeedBase": base, "tensors": tensors, "runs": [run(model, *arguments) for arguments in runs]}


def resize(old, height, width):
    """As timm's resample_abs_pos_embed does."""
    grid = golden((1, 2, old, old), 8)
    resized = F.interpolate(grid, size=(height, width), mode="bicubic", antialias=True)
    return {"seed": 8, "oldSize": old, "height": height, "width": width, "values": resized.flatten().tolist()}


def main():
    content = {
        "provenance": f"timm {timm.__version__} on PyTorch {torch.__version__} in float64, made by "
        "vision_transformers.py; rules of models.json; features: the class token after the last norm; gradProjection: "
        "the sum of gradient j times T(its shape, gradProjectionSeed + j)",
        "bicubic_antialias": [resize(14, 7, 7), resize(14, 6, 20), resize(37, 16, 16)],
    }
    for ours, theirs, *rest in MODELS:
        content[ours] = backbone(theirs, *rest)
    with open(sys.argv[1], "w") as file:
        json.dump(content, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
