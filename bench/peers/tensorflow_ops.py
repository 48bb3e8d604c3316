"""Times single TensorFlow ops from Python, for bench/tensorflow.ts.

Reads one JSON case per line on standard input: {"op": ..., "repeats": n, ...}; answers with one line each: the fastest of the
repeats in milliseconds, or for "dispatch" the mean of one op in microseconds. Run by the bench with the Python of
PROXYAN_PYTHON, or python3; it needs the package tensorflow.
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf  # noqa: E402


def random(shape):
    return tf.random.normal(shape)


def make_case(case):
    """Returns a function that runs the op of a case once."""
    if case["op"] == "matmul":
        n = case["size"]
        a, b = random([n, n]), random([n, n])
        return lambda: tf.linalg.matmul(a, b)
    batch, side, inputs, window, outputs, stride, pad = case["conv"]
    x = random([batch, side, side, inputs])
    w = random([window, window, inputs, outputs])
    out = (side + 2 * pad - window) // stride + 1
    dy = random([batch, out, out, outputs])
    # What TensorFlow's own layers do: SAME where that is the padding, else EXPLICIT.
    padding = "VALID" if pad == 0 else "SAME" if stride == 1 else "EXPLICIT"
    explicit = [0, 0, pad, pad, pad, pad, 0, 0] if padding == "EXPLICIT" else []
    options = dict(strides=[1, stride, stride, 1], padding=padding, explicit_paddings=explicit)
    if case["op"] == "forward":
        return lambda: tf.raw_ops.Conv2D(input=x, filter=w, **options)
    if case["op"] == "input gradient":
        sizes = tf.constant(x.shape)
        return lambda: tf.raw_ops.Conv2DBackpropInput(
            input_sizes=sizes, filter=w, out_backprop=dy, **options)
    sizes = tf.constant(w.shape)
    return lambda: tf.raw_ops.Conv2DBackpropFilter(
        input=x, filter_sizes=sizes, out_backprop=dy, **options)


def fastest_ms(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()  # waits for the result on a CPU
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def dispatch_us(repeats):
    one = tf.constant(1.0)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(2000):
            tf.raw_ops.AddV2(x=one, y=one)
        best = min(best, (time.perf_counter() - start) / 2000)
    return best * 1e6


def main():
    threads = int(sys.argv[1])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    print(tf.__version__, flush=True)
    cases = {}
    for line in sys.stdin:
        case = json.loads(line)
        if case["op"] == "dispatch":
            print(dispatch_us(case["repeats"]), flush=True)
            continue
        key = json.dumps({k: v for k, v in case.items() if k != "repeats"})
        if key not in cases:
            cases.clear()  # one case's tensors at a time
            cases[key] = make_case(case)
            cases[key]()
        print(fastest_ms(cases[key], case["repeats"]), flush=True)


main()
