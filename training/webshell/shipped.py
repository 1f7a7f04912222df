"""The network of a file of weights, for PyTorch to go on from: `shipped.py WEBSHELLS.BIN OUT.pt`."""
import json
import struct
import sys

import numpy as np
import torch

from model_file import MAGIC, STEPS

CHANNELS, EMBEDDING, HIDDEN = 64, 16, 64
WIDTHS = (3, 5, 7, 9)


def sections(file):
    content = open(file, 'rb').read()
    if content[:len(MAGIC)] != MAGIC:
        raise ValueError(f'{file} is no file of weights')
    length = struct.unpack_from('<I', content, 12)[0]
    begin = 16 + length
    places = json.loads(content[16:begin])['sections']
    return {name: content[begin + at:begin + at + size] for name, (at, size) in places.items()}


def state(file):
    """What `Network.load_state_dict` of cnn.py takes. Units are lost in the file: an embedding is at most 1 here."""
    found = sections(file)
    numbers = lambda name, kind: np.frombuffer(found[name], kind).astype(np.float32)
    embedding = numbers('embedding', '<i2').reshape(256, EMBEDDING)
    unit = 1 / STEPS
    taps = numbers('taps', '<i2')
    scales = numbers('scales', '<f4')
    values = {'embedding': embedding * unit}
    at = 0
    for k, width in enumerate(WIDTHS):
        of = taps[at:at + width * EMBEDDING * CHANNELS].reshape(width, EMBEDDING, CHANNELS)
        at += of.size
        # What a table is multiplied with is known, and so is what it is divided by when it is read.
        exact = np.einsum('be,wec->wbc', embedding.astype(np.float64), of.astype(np.float64))
        scale = 32_000 / width / max(np.abs(exact).max(), 1)
        values[f'taps.{k}'] = of * np.float32(scale / (float(scales[k]) * unit))
    values['bias'] = numbers('bias', '<f4')
    values['hidden.weight'] = numbers('hidden', '<f4').reshape(HIDDEN, -1)
    values['hidden.bias'] = numbers('hidden-bias', '<f4')
    out = numbers('out', '<f4')
    values['out.weight'], values['out.bias'] = out[None, :-1], out[-1:]
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in values.items()}


if __name__ == '__main__':
    torch.save(state(sys.argv[1]), sys.argv[2])
