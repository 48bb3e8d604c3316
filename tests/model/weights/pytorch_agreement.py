"""ResNet-50 of torchvision with proxyan's head: python pytorch_agreement.py FOLDER.

Reads exported.safetensors (all tensors, by name and strictly) and images.npy [N, 3, H, W]; writes exported.npy, the embeddings.
Then makes random weights of its own, their embeddings own.npy, and the state as own_zip.pth and own_legacy.pth.
Exits with 3 where a package is missing.
"""

import os
import sys

try:
    import numpy as np
    import torch

    try:
        import torchvision
    except RuntimeError:  # a build whose compiled operations do not match: this test needs none of them
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(name + "(Tensor boxes, Tensor scores, float threshold) -> Tensor")
        import torchvision
    from safetensors.torch import load_file
except ImportError as error:
    print(error)
    sys.exit(3)


class Embedder(torch.nn.Module):
    """torchvision's network without its classifier, then LayerNorm, BatchNorm and Linear as `head`."""

    def __init__(self, embedding_size):
        super().__init__()
        backbone = torchvision.models.resnet50(weights=None)
        del backbone.fc
        for name, module in list(backbone.named_children()):
            if name != "avgpool":
                self.add_module(name, module)
        self.head = torch.nn.Sequential(
            torch.nn.LayerNorm(2048), torch.nn.BatchNorm1d(2048), torch.nn.Linear(2048, embedding_size)
        )

    def forward(self, images):
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return torch.nn.functional.normalize(self.head(x.mean((2, 3)) + x.amax((2, 3))))


def embed(model, images):
    with torch.no_grad():
        return model.eval()(images).numpy()


folder = sys.argv[1]
at = lambda name: os.path.join(folder, name)
images = torch.from_numpy(np.load(at("images.npy")))
state = load_file(at("exported.safetensors"))
model = Embedder(state["head.2.weight"].shape[0])
for name, tensor in model.state_dict().items():
    if name.endswith("num_batches_tracked"):
        state[name] = tensor
model.load_state_dict(state, strict=True)
np.save(at("exported.npy"), embed(model, images))

torch.manual_seed(5)
model = Embedder(state["head.2.weight"].shape[0])
with torch.no_grad():  # statistics that matter
    model.train()(torch.randn(8, *images.shape[1:]))
np.save(at("own.npy"), embed(model, images))
torch.save(model.state_dict(), at("own_zip.pth"))
torch.save({"state_dict": model.state_dict()}, at("own_legacy.pth"), _use_new_zipfile_serialization=False)
