"""Makes multi_similarity.json: what pytorch-metric-learning computes in float64, from all pairs that its miner keeps.

Run with it and NumPy:  python tests/golden/multi_similarity.py tests/golden/multi_similarity.json
"""

import json
import sys
from importlib.metadata import version

import torch
from pytorch_metric_learning.losses import MultiSimilarityLoss
from pytorch_metric_learning.miners import MultiSimilarityMiner
from pytorch_metric_learning.reducers import SumReducer

from model_float64 import golden

CASES = [
    # B, D, seed, labels, alpha, beta, lambda, epsilon
    (12, 8, 31, [0, 1, 2, 3] * 3, 2, 50, 0.5, 0.1),
    (12, 8, 32, [0, 1, 2, 3] * 3, 2, 50, 1, 0.1),
    (10, 3, 33, [0, 0, 1, 1, 2, 2, 3, 4, 5, 5], 2, 40, 0.5, 0),
    (10, 3, 34, [7, 7, 7, 7, 7, 1, 1, 1, 3, 2], 1, 20, 0, 0.3),
]


def run(batch, size, seed, labels, alpha, beta, base, epsilon):
    embeddings = golden((batch, size), seed).requires_grad_()
    classes = torch.tensor(labels)
    pairs = MultiSimilarityMiner(epsilon=epsilon)(embeddings, classes)
    total = MultiSimilarityLoss(alpha=alpha, beta=beta, base=base, reducer=SumReducer())(embeddings, classes, pairs)
    loss = total / batch
    loss.backward()
    return {
        "B": batch,
        "D": size,
        "embeddingsSeed": seed,
        "labels": labels,
        "pull": alpha,
        "push": beta,
        "threshold": base,
        "slack": epsilon,
        "positiveCount": len(pairs[0]),
        "negativeCount": len(pairs[2]),
        "value": loss.item(),
        "dEmbeddings": embeddings.grad.flatten().tolist(),
    }


def main():
    names = ["pytorch-metric-learning", "torch"]
    content = {
        "provenance": f"{', '.join(f'{name} {version(name)}' for name in names)} in float64, made by multi_similarity.py; "
        "embeddings: T([B, D], embeddingsSeed) of tests/support/generator.ts",
        "cases": [run(*case) for case in CASES],
    }
    with open(sys.argv[1], "w") as file:
        json.dump(content, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
