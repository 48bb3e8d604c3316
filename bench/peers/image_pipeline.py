"""torchvision's way from a folder of JPEG files to training crops of 224 px, on one thread.

Command: python3 bench/peers/image_pipeline.py FOLDER (needs torch, torchvision, pillow)
Each line of input, {"op": "load"}, is answered by the seconds that all files take; {"op": "processor"} by the processor seconds of that.
"""

import json
import pathlib
import sys
import time

import torch
import torchvision
from PIL import Image
from torchvision import transforms

torch.set_num_threads(1)
transform = transforms.Compose([
    transforms.RandomResizedCrop(224),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])
paths = sorted(pathlib.Path(sys.argv[1]).glob("*.jpg"))


def load(batch):
    return torch.stack([transform(Image.open(path).convert("RGB")) for path in batch])


load(paths[:50])
processor = 0.0
print(f"torchvision {torchvision.__version__}, one thread", flush=True)
for line in sys.stdin:
    if json.loads(line)["op"] == "processor":
        print(processor, flush=True)
        continue
    start, start_processor = time.perf_counter(), time.process_time()
    for first in range(0, len(paths), 50):
        load(paths[first:first + 50])
    processor = time.process_time() - start_processor
    print(time.perf_counter() - start, flush=True)
