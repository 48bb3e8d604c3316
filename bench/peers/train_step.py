"""PyTorch's step of the same training: a backbone, head, Proxy-AN, gradients clipped by value, AdamW.

Command: python3 bench/peers/train_step.py THREADS BATCH EMBED_BATCH WAY NETWORK (needs torch; torchvision or timm for their networks)

WAY: `plain` is what the authors' code does: NCHW tensors, AdamW as it comes. `tuned`: channels last, fused AdamW. `compiled`: the same
with torch.compile. `bfloat16`: that with autocast. Answers one number per line: milliseconds of a step or an embedding, processor
milliseconds of the last of them, or bytes at the peak.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from networks import NETWORKS

THREADS, BATCH, EMBED_BATCH = (int(value) for value in sys.argv[1:4])
WAY, NETWORK = sys.argv[4:6]
IS_TUNED, IS_COMPILED, IS_LOW = WAY != "plain", WAY in ("compiled", "bfloat16"), WAY == "bfloat16"
FORMAT = torch.channels_last if IS_TUNED else torch.contiguous_format
CLASS_COUNT, ALPHA, MARGIN = 100, 32, 0.1
torch.set_num_threads(THREADS)
torch.manual_seed(1)


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone, width = NETWORKS[NETWORK]()
        self.norm, self.batch_norm, self.linear = nn.LayerNorm(width), nn.BatchNorm1d(width), nn.Linear(width, 512)

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=IS_LOW):
            x = self.backbone(x)
        return F.normalize(self.linear(self.batch_norm(self.norm(x.float()))))


def proxy_an(embeddings, proxies, labels):
    cosine = embeddings @ F.normalize(proxies).T
    own = F.one_hot(labels, CLASS_COUNT).bool()
    zero = torch.zeros(1, CLASS_COUNT)
    positive = torch.cat([zero, torch.where(own, -ALPHA * (cosine - MARGIN), -1e30)]).logsumexp(0)
    negative = torch.where(own, -1e30, ALPHA * (cosine + MARGIN))
    negative = torch.cat([torch.zeros(len(labels), 1), negative], 1).logsumexp(1)
    return positive.sum() / own.any(0).sum() + negative.mean()


def freeze():
    model.train()
    for module in model.backbone.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


model = Embedder().to(memory_format=FORMAT)
freeze()
run = torch.compile(model) if IS_COMPILED else model
proxies = nn.Parameter(torch.randn(CLASS_COUNT, 512) * (2 / CLASS_COUNT) ** 0.5)
optimizers = [
    torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-4, fused=IS_TUNED or None),
    torch.optim.AdamW([proxies], lr=1e-2, weight_decay=1e-4, fused=IS_TUNED or None),
]
images = torch.rand(BATCH, 3, 224, 224).to(memory_format=FORMAT)
labels = torch.arange(BATCH) % CLASS_COUNT


def step():
    for optimizer in optimizers:
        optimizer.zero_grad()
    proxy_an(run(images), proxies, labels).backward()
    nn.utils.clip_grad_value_([*model.parameters(), proxies], 10)
    for optimizer in optimizers:
        optimizer.step()


more = []


def embed():
    if not more:
        more.append(torch.rand(EMBED_BATCH, 3, 224, 224).to(memory_format=FORMAT))
    model.eval()
    with torch.inference_mode():
        run(more[0])
    freeze()


def milliseconds(work):
    global processor
    start, used = time.perf_counter(), time.process_time()
    work()
    processor = (time.process_time() - used) * 1e3
    return (time.perf_counter() - start) * 1e3


processor = 0.0
step()
print(f"PyTorch {torch.__version__}, {WAY}", flush=True)
for line in sys.stdin:
    op = json.loads(line)["op"]
    if op == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
    elif op == "processor":
        print(processor, flush=True)
    else:
        print(milliseconds(step if op == "step" else embed), flush=True)
