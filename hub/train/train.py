"""Trains the digit classifier of the lessons and writes it as safetensors.

    python train.py DIR            train, write model.safetensors, sample.json and
                                   data/held-out.csv into DIR
    python train.py --check DIR    measure the model in DIR again, on the same
                                   held-out pictures, and compare with its card

Needs numpy and scikit-learn (for the data set alone, which its wheel holds).
Every random choice comes from one seeded generator.
"""

import argparse
import json
import pathlib
import struct
import sys

import numpy
from sklearn.datasets import load_digits

SEED = 20
HELD_OUT = 360
HIDDEN = 128
EPOCHS = 60
BATCH = 32
RATE = 0.002
DECAY = 1e-4
SHIFT_SHARE = 0.5
CSV_ROWS = 40
NAME, VERSION = "digits", "1.0"
DATA_SET = "UCI handwritten digits (8x8)"
TENSORS = ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")


def split():
    """Pictures and labels: what is trained on, what is held out, and the held-out row numbers."""
    digits = load_digits()
    order = numpy.random.default_rng(SEED).permutation(len(digits.data))
    held_out, train = order[:HELD_OUT], order[HELD_OUT:]
    pixels = digits.data.astype(numpy.float32)
    return (pixels[train], digits.target[train]), (pixels[held_out], digits.target[held_out]), held_out


def forward(weights, pixels):
    hidden = numpy.maximum(pixels / 16 @ weights["fc1.weight"].T + weights["fc1.bias"], 0)
    scores = hidden @ weights["fc2.weight"].T + weights["fc2.bias"]
    powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def shifted(pixels, random):
    """Half of the pictures moved by up to one pixel: a hand is never in the same place."""
    moved = pixels.reshape(-1, 8, 8).copy()
    for at in numpy.flatnonzero(random.random(len(moved)) < SHIFT_SHARE):
        down, right = random.integers(-1, 2, size=2)
        canvas = numpy.pad(moved[at], 1)
        moved[at] = canvas[1 + down : 9 + down, 1 + right : 9 + right]
    return moved.reshape(-1, 64)


def gradients(weights, pixels, labels):
    hidden, probabilities = forward(weights, pixels)
    error = probabilities
    error[numpy.arange(len(labels)), labels] -= 1
    error /= len(labels)
    back = error @ weights["fc2.weight"] * (hidden > 0)
    return {
        "fc1.weight": back.T @ (pixels / 16),
        "fc1.bias": back.sum(axis=0),
        "fc2.weight": error.T @ hidden,
        "fc2.bias": error.sum(axis=0),
    }


def train(pixels, labels):
    """Adam with decoupled weight decay and a rate that falls to zero."""
    random = numpy.random.default_rng(SEED + 1)
    weights = {
        "fc1.weight": random.normal(0, numpy.sqrt(2 / 64), (HIDDEN, 64)),
        "fc1.bias": numpy.zeros(HIDDEN),
        "fc2.weight": random.normal(0, numpy.sqrt(2 / HIDDEN), (10, HIDDEN)),
        "fc2.bias": numpy.zeros(10),
    }
    mean = {name: numpy.zeros_like(weights[name]) for name in TENSORS}
    square = {name: numpy.zeros_like(weights[name]) for name in TENSORS}
    steps = EPOCHS * (len(pixels) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        moved = shifted(pixels, random).astype(numpy.float64)
        order = random.permutation(len(pixels))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            found = gradients(weights, moved[batch], labels[batch])
            step += 1
            rate = RATE * (1 - step / steps)
            for name in TENSORS:
                mean[name] += 0.1 * (found[name] - mean[name])
                square[name] += 0.001 * (found[name] ** 2 - square[name])
                move = mean[name] / (1 - 0.9**step) / (numpy.sqrt(square[name] / (1 - 0.999**step)) + 1e-8)
                weights[name] -= rate * (move + DECAY * weights[name])
    return {name: weights[name].astype("<f4") for name in TENSORS}


def right(weights, pixels, labels):
    """How many pictures the model names as their label does."""
    return int((forward(weights, pixels)[1].argmax(axis=1) == labels).sum())


def accuracy_text(count, total):
    return f"{100 * count / total:.1f}% ({count} of {total})"


def safetensors(weights, metadata):
    """https://huggingface.co/docs/safetensors: length, JSON header padded to 8, numbers."""
    header, at = {"__metadata__": metadata}, 0
    for name in TENSORS:
        size = weights[name].nbytes
        header[name] = {"dtype": "F32", "shape": list(weights[name].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(weights[name].tobytes() for name in TENSORS)


def load(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    weights = {}
    for name in TENSORS:
        start, end = header[name]["data_offsets"]
        numbers = numpy.frombuffer(content[8 + length + start : 8 + length + end], dtype="<f4")
        weights[name] = numbers.reshape(header[name]["shape"])
    return weights, header["__metadata__"]


def sample_text(pixels, label, row):
    rows = ",\n".join("    [" + ", ".join(f"{int(pixel):2}" for pixel in line) + "]" for line in pixels.reshape(8, 8))
    return f'{{\n  "source": "{DATA_SET}, row {row}, held out",\n  "label": {label},\n  "pixels": [\n{rows}\n  ]\n}}\n'


def write(folder):
    taught, held_out, rows = split()
    weights = train(*taught)
    count = right(weights, *held_out)
    metadata = {
        "name": NAME,
        "version": VERSION,
        "data_set": DATA_SET,
        "accuracy": accuracy_text(count, HELD_OUT),
        "format": "np",
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(safetensors(weights, metadata))
    # The first seven of the held-out pictures, whatever the model says to it.
    at = int(numpy.flatnonzero(held_out[1] == 7)[0])
    (folder / "sample.json").write_text(sample_text(held_out[0][at], held_out[1][at], rows[at]))
    write_notebook_inputs(folder / "data", held_out)
    print(f"training accuracy {accuracy_text(right(weights, *taught), len(taught[0]))}")
    print(f"held-out accuracy {metadata['accuracy']}")


def write_notebook_inputs(folder, held_out):
    """The pictures that the notebook of the project looks at; they stay out of the image."""
    folder.mkdir(exist_ok=True)
    rows = zip(*(part[:CSV_ROWS] for part in held_out))
    lines = [",".join(str(int(number)) for number in (label, *pixels)) for pixels, label in rows]
    header = ",".join(["label", *(f"p{at}" for at in range(64))])
    (folder / "held-out.csv").write_text("\n".join([header, *lines]) + "\n")


def check(folder):
    weights, metadata = load(folder / "model.safetensors")
    measured = accuracy_text(right(weights, *split()[1]), HELD_OUT)
    print(f"held-out accuracy {measured}, the card says {metadata['accuracy']}")
    return measured == metadata["accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure the committed model instead of training")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    if not arguments.check:
        write(arguments.folder)
    elif not check(arguments.folder):
        sys.exit(1)


if __name__ == "__main__":
    main()
