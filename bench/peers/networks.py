"""Backbones of PyTorch, for bench/peers/train_step.py: the same layers as ours, with random weights; [B, 3, 224, 224] to features."""

import torch
from torch import nn
from torch.nn import functional as F


class Pooled(nn.Module):
    """A convolutional body, then the global average plus the global maximum."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        x = self.body(x)
        return (F.adaptive_avg_pool2d(x, 1) + F.adaptive_max_pool2d(x, 1)).flatten(1)


def resnet50():
    import torchvision

    net = torchvision.models.resnet50(weights=None)
    return Pooled(nn.Sequential(*list(net.children())[:-2])), 2048


class Tokens(nn.Module):
    """The mean of the class and distillation tokens."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net.forward_features(x)[:, :2].mean(1)


def deit_s():
    import timm

    return Tokens(timm.create_model("deit_small_distilled_patch16_224", num_classes=0)), 384


def conv(inputs, outputs, size, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2),
        nn.BatchNorm2d(outputs, momentum=0.9),
        nn.ReLU(inplace=True),
    )


class Module(nn.Module):
    """Branches side by side, joined by channel."""

    def __init__(self, inputs, single, reduced, double, pool, projected):
        super().__init__()
        stride = 2 if single is None else 1
        branches = [] if single is None else [conv(inputs, single, 1)]
        branches.append(nn.Sequential(conv(inputs, reduced[0], 1), conv(reduced[0], reduced[1], 3, stride)))
        branches.append(nn.Sequential(
            conv(inputs, double[0], 1), conv(double[0], double[1], 3), conv(double[1], double[2], 3, stride)))
        pad = 2 - stride
        pooled = nn.AvgPool2d(3, stride, pad, ceil_mode=True) if pool == "average" \
            else nn.MaxPool2d(3, stride, pad, ceil_mode=True)
        branches.append(pooled if projected is None else nn.Sequential(pooled, conv(inputs, projected, 1)))
        self.branches = nn.ModuleList(branches)
        self.outputs = (single or 0) + reduced[1] + double[2] + (projected or inputs)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


# Ioffe and Szegedy, arXiv:1502.03167, appendix: 1x1; 1x1 and 3x3; 1x1, 3x3 and 3x3; pool; 1x1 after it.
ROWS = [
    (64, (64, 64), (64, 96, 96), "average", 32),
    (64, (64, 96), (64, 96, 96), "average", 64),
    (None, (128, 160), (64, 96, 96), "max", None),
    (224, (64, 96), (96, 128, 128), "average", 128),
    (192, (96, 128), (96, 128, 128), "average", 128),
    (160, (128, 160), (128, 160, 160), "average", 128),
    (96, (128, 192), (160, 192, 192), "average", 128),
    (None, (128, 192), (192, 256, 256), "max", None),
    (352, (192, 320), (160, 224, 224), "average", 128),
    (352, (192, 320), (192, 224, 224), "max", 128),
]


def bn_inception():
    halve = [nn.MaxPool2d(3, 2, 0, ceil_mode=True) for _ in range(2)]
    layers = [conv(3, 64, 7, 2), halve[0], conv(64, 64, 1), conv(64, 192, 3), halve[1]]
    inputs = 192
    for row in ROWS:
        layers.append(Module(inputs, *row))
        inputs = layers[-1].outputs
    return Pooled(nn.Sequential(*layers)), inputs


NETWORKS = {"resnet50": resnet50, "bn_inception": bn_inception, "deit_s": deit_s}
