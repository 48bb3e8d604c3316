"""torchvision's rate of turning a folder of JPEG files into training crops, as JSON.

Command: python3 bench/peers/image_pipeline.py FOLDER (needs torch, torchvision, pillow)
"""

import json
import pathlib
import sys
import time

import torch
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
start, start_core = time.perf_counter(), time.process_time()
for first in range(0, len(paths), 50):
    load(paths[first:first + 50])
print(json.dumps({
    "imagesPerSecond": len(paths) / (time.perf_counter() - start),
    "imagesPerCoreSecond": len(paths) / (time.process_time() - start_core),
}))
