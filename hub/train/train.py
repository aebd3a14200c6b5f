"""Trains digit classifiers and writes them as safetensors.

    python train.py DIR            train the model of the lessons; write
                                   model.safetensors, sample.json and
                                   data/held-out.csv into DIR
    python train.py --served DIR   train the models of the model server; write
                                   linear.safetensors, mlp.safetensors and
                                   held-out.csv, all held-out pictures, into DIR
    python train.py --check DIR    measure every model in DIR again, on the same
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
EPOCHS = 60
BATCH = 32
RATE = 0.002
DECAY = 1e-4
SHIFT_SHARE = 0.5
CSV_ROWS = 40
DATA_SET = "UCI handwritten digits (8x8)"
# Name, version and the sizes of the layers: of the lessons, then of the server.
LESSON = ("digits", "1.0", (64, 128, 10))
SERVED = {
    "linear": ("digits-linear", "1.0", (64, 10)),
    "mlp": ("digits-mlp", "2.0", (64, 128, 64, 10)),
}


def split():
    """Pictures and labels: what is trained on, what is held out, and the held-out row numbers."""
    digits = load_digits()
    order = numpy.random.default_rng(SEED).permutation(len(digits.data))
    held_out, train = order[:HELD_OUT], order[HELD_OUT:]
    pixels = digits.data.astype(numpy.float32)
    return (pixels[train], digits.target[train]), (pixels[held_out], digits.target[held_out]), held_out


def depth(weights):
    return len(weights) // 2


def forward(weights, pixels):
    """What goes into each layer, and the probabilities that come out of the last."""
    inputs = [pixels / 16]
    for at in range(1, depth(weights) + 1):
        scores = inputs[-1] @ weights[f"fc{at}.weight"].T + weights[f"fc{at}.bias"]
        inputs.append(numpy.maximum(scores, 0))
    powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return inputs[:-1], powers / powers.sum(axis=1, keepdims=True)


def shifted(pixels, random):
    """Half of the pictures moved by up to one pixel: a hand is never in the same place."""
    moved = pixels.reshape(-1, 8, 8).copy()
    for at in numpy.flatnonzero(random.random(len(moved)) < SHIFT_SHARE):
        down, right = random.integers(-1, 2, size=2)
        canvas = numpy.pad(moved[at], 1)
        moved[at] = canvas[1 + down : 9 + down, 1 + right : 9 + right]
    return moved.reshape(-1, 64)


def gradients(weights, pixels, labels):
    inputs, probabilities = forward(weights, pixels)
    error = probabilities
    error[numpy.arange(len(labels)), labels] -= 1
    error /= len(labels)
    found = {}
    for at in range(depth(weights), 0, -1):
        found[f"fc{at}.weight"] = error.T @ inputs[at - 1]
        found[f"fc{at}.bias"] = error.sum(axis=0)
        error = error @ weights[f"fc{at}.weight"] * (inputs[at - 1] > 0)
    return found


def train(pixels, labels, sizes):
    """Adam with decoupled weight decay and a rate that falls to zero."""
    random = numpy.random.default_rng(SEED + 1)
    weights = {}
    for at, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:]), 1):
        weights[f"fc{at}.weight"] = random.normal(0, numpy.sqrt(2 / fan_in), (fan_out, fan_in))
        weights[f"fc{at}.bias"] = numpy.zeros(fan_out)
    mean = {name: numpy.zeros_like(tensor) for name, tensor in weights.items()}
    square = {name: numpy.zeros_like(tensor) for name, tensor in weights.items()}
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
            for name in weights:
                mean[name] += 0.1 * (found[name] - mean[name])
                square[name] += 0.001 * (found[name] ** 2 - square[name])
                move = mean[name] / (1 - 0.9**step) / (numpy.sqrt(square[name] / (1 - 0.999**step)) + 1e-8)
                weights[name] -= rate * (move + DECAY * weights[name])
    return {name: tensor.astype("<f4") for name, tensor in weights.items()}


def right(weights, pixels, labels):
    """How many pictures the model names as their label does."""
    return int((forward(weights, pixels)[1].argmax(axis=1) == labels).sum())


def accuracy_text(count, total):
    return f"{100 * count / total:.1f}% ({count} of {total})"


def safetensors(weights, metadata):
    """https://huggingface.co/docs/safetensors: length, JSON header padded to 8, numbers."""
    header, at = {"__metadata__": metadata}, 0
    for name, tensor in weights.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(tensor.tobytes() for tensor in weights.values())


def load(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    weights = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        numbers = numpy.frombuffer(content[8 + length + start : 8 + length + end], dtype="<f4")
        weights[name] = numbers.reshape(entry["shape"])
    return weights, metadata


def sample_text(pixels, label, row):
    rows = ",\n".join("    [" + ", ".join(f"{int(pixel):2}" for pixel in line) + "]" for line in pixels.reshape(8, 8))
    return f'{{\n  "source": "{DATA_SET}, row {row}, held out",\n  "label": {label},\n  "pixels": [\n{rows}\n  ]\n}}\n'


def model(wish, taught, held_out):
    """A trained model as a file, with its card."""
    name, version, sizes = wish
    weights = train(*taught, sizes)
    metadata = {
        "name": name,
        "version": version,
        "data_set": DATA_SET,
        "accuracy": accuracy_text(right(weights, *held_out), HELD_OUT),
        "format": "np",
    }
    print(f"{name}: training accuracy {accuracy_text(right(weights, *taught), len(taught[0]))}")
    print(f"{name}: held-out accuracy {metadata['accuracy']}")
    return safetensors(weights, metadata)


def write_lesson(folder):
    taught, held_out, rows = split()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(model(LESSON, taught, held_out))
    # The first seven of the held-out pictures, whatever the model says to it.
    at = int(numpy.flatnonzero(held_out[1] == 7)[0])
    (folder / "sample.json").write_text(sample_text(held_out[0][at], held_out[1][at], rows[at]))
    # The pictures that the notebook of the project looks at; they stay out of the image.
    (folder / "data" / "held-out.csv").write_text(table(held_out, CSV_ROWS))


def write_served(folder):
    taught, held_out, _ = split()
    folder.mkdir(parents=True, exist_ok=True)
    for name, wish in SERVED.items():
        (folder / f"{name}.safetensors").write_bytes(model(wish, taught, held_out))
    (folder / "held-out.csv").write_text(table(held_out, HELD_OUT))


def table(pictures, count):
    """The first pictures as CSV: a label and 64 pixels a row."""
    rows = zip(*(part[:count] for part in pictures))
    lines = [",".join(str(int(number)) for number in (label, *pixels)) for pixels, label in rows]
    header = ",".join(["label", *(f"p{at}" for at in range(64))])
    return "\n".join([header, *lines]) + "\n"


def check(folder):
    agrees = True
    for path in sorted(folder.glob("*.safetensors")):
        weights, metadata = load(path)
        measured = accuracy_text(right(weights, *split()[1]), HELD_OUT)
        print(f"{path.name}: held-out accuracy {measured}, the card says {metadata['accuracy']}")
        agrees = agrees and measured == metadata["accuracy"]
    return agrees


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure the models that are there instead of training")
    parser.add_argument("--served", action="store_true", help="the models of the server")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.check:
        sys.exit(0 if check(arguments.folder) else 1)
    (write_served if arguments.served else write_lesson)(arguments.folder)


if __name__ == "__main__":
    main()
