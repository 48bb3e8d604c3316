"""Makes optimizer_torch.json: PyTorch's own optimizers and schedules, CPU, float32.

Run: python optimizer_torch.py > optimizer_torch.json
Two parameters get gradients T(shape, seed, 15) of tests/support/generator.ts, clipped by value at 10. `early` has one in
every update, `late` only in those listed in `lateUpdates`; elsewhere its gradient is None.
"""

import json

import torch

MASK = 0xFFFFFFFF


def hash32(x):
    x = (x ^ (x >> 16)) * 0x21F0AAAD & MASK
    x = (x ^ (x >> 15)) * 0x735A2D97 & MASK
    return x ^ (x >> 15)


def golden_tensor(shape, seed, scale=1.0):
    size = torch.Size(shape).numel()
    values = [2 * hash32((i + seed * 0x9E3779B9) & MASK) / 2**32 - 1 for i in range(size)]
    unit = torch.tensor(values, dtype=torch.float64).to(torch.float32)
    return (unit * torch.tensor(scale, dtype=torch.float32)).reshape(shape)


UPDATES = 12
LATE_UPDATES = [3, 4, 6, 9, 10, 11]
RATE, DECAY, CLIP = 0.01, 0.05, 10.0
# RMSprop with the constants of Peng et al.'s implementation, the others with PyTorch's.
MAKERS = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "rmsprop": lambda parameters, **options: torch.optim.RMSprop(parameters, alpha=0.9, momentum=0.9, **options),
}
STATE = {
    "adamw": ["exp_avg", "exp_avg_sq"],
    "adam": ["exp_avg", "exp_avg_sq"],
    "rmsprop": ["square_avg", "momentum_buffer"],
}


def trace(name):
    early = torch.nn.Parameter(golden_tensor([8], 5001))
    late = torch.nn.Parameter(golden_tensor([2, 3], 5002))
    optimizer = MAKERS[name]([early, late], lr=RATE, weight_decay=DECAY)
    steps = []
    for update in range(UPDATES):
        early.grad = golden_tensor([8], 5100 + update, 15)
        late.grad = golden_tensor([2, 3], 5200 + update, 15) if update in LATE_UPDATES else None
        torch.nn.utils.clip_grad_value_([early, late], CLIP)
        optimizer.step()
        steps.append({"early": early.tolist(), "late": late.flatten().tolist()})
    state = {
        key: {
            "step": int(optimizer.state[parameter]["step"]),
            "tensors": [optimizer.state[parameter][part].flatten().tolist() for part in STATE[name]],
        }
        for key, parameter in {"early": early, "late": late}.items()
    }
    return {"name": name, "trace": steps, "state": state}


def factors(make):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    schedule = make(optimizer)
    values = []
    for _ in range(25):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


lr = torch.optim.lr_scheduler
SCHEDULES = [
    ({"kind": "step", "every": 5, "factor": 0.5}, lambda o: lr.StepLR(o, 5, 0.5)),
    (
        {"kind": "multistep", "milestones": [3, 7, 7, 20], "factor": 0.1},
        lambda o: lr.MultiStepLR(o, [3, 7, 7, 20], 0.1),
    ),
    ({"kind": "cosine", "epochCount": 10, "floor": 0.05}, lambda o: lr.CosineAnnealingLR(o, 10, 0.05)),
    ({"kind": "exponential", "factor": 0.9}, lambda o: lr.ExponentialLR(o, 0.9)),
]

print(json.dumps({
    "provenance": f"tests/golden/optimizer_torch.py with PyTorch {torch.__version__}, CPU, float32",
    "learningRate": RATE,
    "weightDecay": DECAY,
    "clipValue": CLIP,
    "lateUpdates": LATE_UPDATES,
    "optimizers": [trace(name) for name in MAKERS],
    "schedules": [{"schedule": schedule, "factors": factors(make)} for schedule, make in SCHEDULES],
}, separators=(",", ":")))
