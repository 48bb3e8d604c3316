"""Retrieval metrics of embeddings in PyTorch, as the authors go about it, and by faiss: seconds, for bench/evaluation.ts.

Command: python3 bench/peers/evaluation.py EMBEDDINGS.npy LABELS.npy THREADS WAY (needs torch and numpy; WAY is authors, or faiss, which it
needs then). Each line of input, {"op": "run"}, is answered by seconds; {"op": "processor"} by the processor seconds of the last run,
{"op": "peak"} by MB.

Authors' way: similarities of 10,000 queries at a time with all images, topk of 1,001, the first dropped. Recall@K and MAP@R are
computed by array operations here, where the authors loop over queries in Python: the peer is the faster of the two.
"""

import json
import resource
import sys
import time

import numpy as np
import torch

CHUNK, LIST, KS = 10_000, 1000, (1, 10, 100, 1000)
values = np.load(sys.argv[1])
labels = torch.from_numpy(np.load(sys.argv[2]).astype(np.int64))
threads, way = int(sys.argv[3]), sys.argv[4]
if way == "faiss":
    import faiss

    faiss.omp_set_num_threads(threads)
torch.set_num_threads(threads)
relevant = torch.bincount(labels)[labels] - 1


def add_metrics(sums, rows, neighbors):
    """Adds the hits of some queries, by their neighbors' labels without the first column."""
    hits = labels[neighbors[:, 1:]] == labels[rows][:, None]
    for i, k in enumerate(KS):
        sums[i] += hits[:, :k].any(1).sum().item()
    ranks = torch.arange(1, hits.shape[1] + 1)
    within = hits & (ranks[None] <= relevant[rows][:, None])
    average = (within.cumsum(1) / ranks * within).sum(1) / relevant[rows]
    sums[len(KS)] += average.double().sum().item()


def authors():
    x = torch.from_numpy(values)
    x = x / (x.square().sum(1, keepdim=True) + 1e-12).sqrt()
    sums = [0.0] * (len(KS) + 1)
    for first in range(0, len(x), CHUNK):
        rows = torch.arange(first, min(first + CHUNK, len(x)))
        neighbors = torch.nn.functional.linear(x[rows], x).topk(min(LIST + 1, len(x)))[1]
        add_metrics(sums, rows, neighbors)
    return sums


def by_faiss():
    x = values / np.sqrt(np.square(values).sum(1, keepdims=True) + 1e-12)
    index = faiss.IndexFlatIP(x.shape[1])
    index.add(x)
    sums = [0.0] * (len(KS) + 1)
    for first in range(0, len(x), CHUNK):
        rows = torch.arange(first, min(first + CHUNK, len(x)))
        _, neighbors = index.search(x[first:first + CHUNK], min(LIST + 1, len(x)))
        add_metrics(sums, rows, torch.from_numpy(neighbors))
    return sums


processor = 0.0
print(f"PyTorch {torch.__version__}" + (f", faiss {faiss.__version__}" if way == "faiss" else ""), flush=True)
for line in sys.stdin:
    op = json.loads(line)["op"]
    if op == "peak":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
        continue
    if op == "processor":
        print(processor, flush=True)
        continue
    start, start_processor = time.perf_counter(), time.process_time()
    sums = authors() if way == "authors" else by_faiss()
    seconds, processor = time.perf_counter() - start, time.process_time() - start_processor
    print([100 * value / len(labels) for value in sums], file=sys.stderr)
    print(seconds, flush=True)
