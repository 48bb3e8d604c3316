"""PyTorch's step of the same training: ResNet-50, head, Proxy-AN, gradients clipped by value, AdamW.

Command: python3 bench/peers/train_step.py THREADS BATCH EMBED_BATCH plain|tuned (needs torch, torchvision)

`plain` is what the authors' code does: NCHW tensors, AdamW as it comes. `tuned` is the fastest that was found on a CPU: channels
last, fused AdamW. Answers one number per line: milliseconds of a step, milliseconds of an embedding, or bytes at the peak.
"""

import json
import resource
import sys
import time

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

THREADS, BATCH, EMBED_BATCH = (int(value) for value in sys.argv[1:4])
IS_TUNED = sys.argv[4] == "tuned"
FORMAT = torch.channels_last if IS_TUNED else torch.contiguous_format
CLASS_COUNT, ALPHA, MARGIN = 100, 32, 0.1
torch.set_num_threads(THREADS)
torch.manual_seed(1)


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        net = torchvision.models.resnet50(weights=None)
        self.body = nn.Sequential(*list(net.children())[:-2])
        self.norm, self.batch_norm, self.linear = nn.LayerNorm(2048), nn.BatchNorm1d(2048), nn.Linear(2048, 512)

    def forward(self, x):
        x = self.body(x)
        x = (F.adaptive_avg_pool2d(x, 1) + F.adaptive_max_pool2d(x, 1)).flatten(1)
        return F.normalize(self.linear(self.batch_norm(self.norm(x))))


def proxy_an(embeddings, proxies, labels):
    cosine = embeddings @ F.normalize(proxies).T
    own = F.one_hot(labels, CLASS_COUNT).bool()
    zero = torch.zeros(1, CLASS_COUNT)
    positive = torch.cat([zero, torch.where(own, -ALPHA * (cosine - MARGIN), -1e30)]).logsumexp(0)
    negative = torch.where(own, -1e30, ALPHA * (cosine + MARGIN))
    negative = torch.cat([torch.zeros(len(labels), 1), negative], 1).logsumexp(1)
    return positive.sum() / own.any(0).sum() + negative.mean()


model = Embedder().to(memory_format=FORMAT).train()
for module in model.body.modules():
    if isinstance(module, nn.BatchNorm2d):
        module.eval()
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
    proxy_an(model(images), proxies, labels).backward()
    nn.utils.clip_grad_value_([*model.parameters(), proxies], 10)
    for optimizer in optimizers:
        optimizer.step()


more = []


def embed():
    if not more:
        more.append(torch.rand(EMBED_BATCH, 3, 224, 224).to(memory_format=FORMAT))
    model.eval()
    with torch.inference_mode():
        model(more[0])
    model.train()
    for module in model.body.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def milliseconds(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


step()
print(f"PyTorch {torch.__version__}, {sys.argv[4]}", flush=True)
for line in sys.stdin:
    op = json.loads(line)["op"]
    if op == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
    else:
        print(milliseconds(step if op == "step" else embed), flush=True)
