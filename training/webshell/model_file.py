"""The file of weights that ships; src/checks/webshells/model-file.ts reads it."""
import hashlib
import json
import struct

import numpy as np

MAGIC = b'DRYDOCKM'
VERSION = 1
CODES = 127
STEPS = 2047  # of the embedding and the taps: products of twelve bits, sums of sixteen of them are exact
LARGEST = 32_000  # as in cnn.ts


def codes_of(weights):
    """(signed bytes, largest): the square of a byte, with its sign, is the weight."""
    # None is cut: the few that are far larger than the rest carry much of what the model knows.
    largest = float(np.abs(weights).max())
    codes = np.rint(np.sqrt(np.abs(weights) / largest) * CODES) * np.sign(weights)
    return codes.astype(np.int8), largest


def weights_of(codes, largest):
    signed = codes.astype(np.float64)
    return (np.sign(signed) * signed * signed * largest / (CODES * CODES)).astype(np.float32)


def gaps(numbers):
    out = bytearray()
    last = 0
    for number in numbers.tolist():
        gap = number - last
        last = number
        while gap >= 0x80:
            out.append(gap & 0x7f | 0x80)
            gap >>= 7
        out.append(gap)
    return bytes(out)


class ShippedNetwork:
    """The network with the whole numbers that ship, and the tables that cnn.ts folds of them."""

    def __init__(self, state):
        values = {name: tensor.numpy() for name, tensor in state.items()}
        embedding = values['embedding'].copy()
        embedding[0] = 0
        unit = np.abs(embedding).max() / STEPS
        self.embedding = np.rint(embedding / unit).astype(np.int16)
        taps, scales, tables = [], [], []
        for k, width in enumerate((3, 5, 7, 9)):
            of = values[f'taps.{k}']
            tap_unit = np.abs(of).max() / STEPS
            whole = np.rint(of / tap_unit).astype(np.int16)
            exact = np.einsum('be,wec->wbc', self.embedding.astype(np.float64), whole.astype(np.float64))
            scale = LARGEST / width / max(np.abs(exact).max(), 1)
            tables.append(np.floor(exact * scale + 0.5).astype(np.int16).reshape(-1))
            taps.append(whole.reshape(-1))
            scales.append(scale / (unit * tap_unit))
        self.taps = np.concatenate(taps)
        self.scales = np.array(scales, np.float32)
        self.tables = np.concatenate(tables)
        self.bias = values['bias'].astype(np.float32)
        self.hidden = values['hidden.weight'].astype(np.float32)
        self.hidden_bias = values['hidden.bias'].astype(np.float32)
        self.out = np.concatenate([values['out.weight'][0], values['out.bias']]).astype(np.float32)

    def head(self, maxima):
        """Scores of maxima, files x widths x channels of whole numbers."""
        found = maxima.astype(np.float64) / self.scales[:, None]
        active = np.maximum(found.reshape(len(maxima), -1) + self.bias, 0)
        raised = np.maximum(active @ self.hidden.T.astype(np.float64) + self.hidden_bias, 0)
        return raised @ self.out[:-1].astype(np.float64) + self.out[-1]


def write_model(file, keys, codes, largest, power, network, ensemble, digests):
    sections = {
        'keys': gaps(keys),
        'weights': codes.tobytes(),
        'embedding': network.embedding.astype('<i2').tobytes(),
        'taps': network.taps.astype('<i2').tobytes(),
        'scales': network.scales.astype('<f4').tobytes(),
        'bias': network.bias.astype('<f4').tobytes(),
        'hidden': network.hidden.astype('<f4').tobytes(),
        'hidden-bias': network.hidden_bias.astype('<f4').tobytes(),
        'out': network.out.astype('<f4').tobytes(),
        'digests': '\n'.join(digests).encode('latin-1'),
    }
    places, at = {}, 0
    for name, content in sections.items():
        places[name] = [at, len(content)]
        at += len(content)
    header = json.dumps(
        {'sections': places, 'linear': {'power': power, 'largest': largest}, 'ensemble': ensemble},
        separators=(',', ':'), sort_keys=True,
    ).encode()
    body = MAGIC + struct.pack('<II', VERSION, len(header)) + header + b''.join(sections.values())
    with open(file, 'wb') as out:
        out.write(body + hashlib.sha256(body).digest())
    return {name: length for name, (_, length) in places.items()}
