"""Trains the byte network: `cnn.py CORPUS FEATURES MODELS`.

Bytes are embedded in 16 numbers; convolutions of widths 3, 5, 7 and 9 with 64 channels each, maximum over time, 64
hidden, one score. A convolution of an embedding is a sum of rows of tables (one row for each tap and byte), so the
maxima over a file are found without PyTorch (native.c); gradients go through the winning windows only, which is what
they do through a maximum anyway.
"""
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from features import Features, native, pointer
from measure import line, recall_at, robustness

WIDTHS = (3, 5, 7, 9)
CHANNELS = 64
EMBEDDING = 16
HIDDEN = 64
BATCH = int(os.environ.get('BATCH', 128))
START = os.environ.get('START')  # weights to go on from; that takes fewer and smaller steps
EPOCHS = int(os.environ.get('EPOCHS', 12 if START else 30))
HONEST = int(os.environ.get('HONEST', 24000))
DECAY = 0.998
RATE = float(os.environ.get('RATE', 8e-4 if START else 2e-3))
MIX = 0.25  # of a batch that gets an honest file beside it
SMOOTH = 0.02
SEED = 20240607
widths = np.array(WIDTHS, np.int32)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Parameter(torch.randn(256, EMBEDDING) * 0.5)
        self.taps = torch.nn.ParameterList(
            [torch.nn.Parameter(torch.randn(w, EMBEDDING, CHANNELS) * (2 / (w * EMBEDDING)) ** 0.5) for w in WIDTHS])
        self.bias = torch.nn.Parameter(torch.zeros(len(WIDTHS) * CHANNELS))
        self.hidden = torch.nn.Linear(len(WIDTHS) * CHANNELS, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, 1)
        self.drop = torch.nn.Dropout(0.4)

    def exact_tables(self):
        """A row of 64 for each tap and byte, by width. Byte 0, padding, is zeros."""
        embedding = torch.cat([torch.zeros(1, EMBEDDING), self.embedding[1:]])
        return [torch.einsum('be,wec->wbc', embedding, taps) for taps in self.taps]

    def values(self, tables, bytes_, places):
        """The values of the winning windows, with gradients. places: files x widths x channels."""
        channel = torch.arange(CHANNELS)[:, None]
        found = []
        for k, width in enumerate(WIDTHS):
            tap = torch.arange(width)
            at = places[:, k, :, None] + tap
            byte = torch.gather(bytes_, 1, at.reshape(len(bytes_), -1)).reshape(at.shape)
            row = (tap * 256 + byte) * CHANNELS + channel
            found.append(torch.gather(tables[k].reshape(-1), 0, row.reshape(-1)).reshape(row.shape).sum(-1))
        return torch.cat(found, 1)

    def head(self, maxima):
        features = torch.relu(maxima + self.bias)
        return self.out(torch.relu(self.hidden(self.drop(features))))[:, 0]


def whole_tables(tables):
    """(16-bit numbers, scale of each width), for `maxima`."""
    parts, scales = [], []
    for width, table in zip(WIDTHS, tables):
        scale = np.float32(32000 / width / table.abs().max().item())
        parts.append(torch.round(table.detach() * scale).to(torch.int16).reshape(-1))
        scales.append(scale)
    return torch.cat(parts).numpy(), np.array(scales, np.float32)


def maxima(library, bytes_, tables, pool):
    """(maxima, places) of files x widths x channels."""
    table, scales = tables
    files, length = bytes_.shape
    values = np.zeros((files, len(WIDTHS), CHANNELS), np.int16)
    places = np.zeros((files, len(WIDTHS), CHANNELS), np.int32)
    half = (files + 1) // 2

    def part(start, end):
        if end > start:
            library.cnn_maxima(pointer(bytes_[start:end]), end - start, length, pointer(table), pointer(widths),
                               len(WIDTHS), pointer(values[start:end]), pointer(places[start:end]))

    list(pool.map(lambda r: part(*r), [(0, half), (half, files)]))
    return values / scales[:, None], places


def scores(library, network, bytes_, rows, pool):
    network.eval()
    tables = whole_tables(network.exact_tables())
    found = np.zeros(len(rows), np.float32)
    for at in range(0, len(rows), 512):
        batch = np.ascontiguousarray(bytes_[rows[at:at + 512]])
        values, _ = maxima(library, batch, tables, pool)
        with torch.no_grad():
            found[at:at + 512] = network.head(torch.from_numpy(values.reshape(len(batch), -1))).numpy()
    network.train()
    return found


def blanked(data, random):
    """Every fourth input with one to three spans of it taken out, so that no single place is enough."""
    data = np.array(data)
    for i in np.flatnonzero(random.random(len(data)) < 0.25):
        end = int(np.flatnonzero(data[i])[-1]) + 1 if data[i].any() else 0
        for _ in range(random.integers(1, 4)):
            span = int(random.integers(0, max(1, end // 6)))
            at = int(random.integers(0, max(1, end - span)))
            data[i, at:at + span] = 0x20
    return data


def joined(values, label, random):
    """Some of a batch as if an honest file of it stood beside them: maxima of both are maxima of either."""
    honest = np.flatnonzero(label == 0)
    if len(honest) == 0:
        return values
    beside = np.arange(len(label))
    chosen = random.random(len(label)) < MIX
    beside[chosen] = random.choice(honest, chosen.sum())
    return torch.maximum(values, values[torch.from_numpy(beside)])


def train_network(f, library, rows, pool, say=lambda network: None, checkpoint=None, start=None):
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    random = np.random.default_rng(SEED)
    network = Network()
    if start:
        network.load_state_dict(torch.load(start, weights_only=True))
    # What is kept is a moving average of the weights: it generalises better than the last of them.
    averaged = Network()
    averaged.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-4)
    shells = rows[f.label[rows] == 1]
    honest = rows[f.label[rows] == 0]
    sizes = dict(zip(*np.unique(f.cluster[shells], return_counts=True)))
    weight = np.ones(len(f), np.float32)
    weight[shells] = np.array([sizes[c] for c in f.cluster[shells]], np.float32) ** -0.3
    # Languages with few webshells would be given up for the sake of PHP.
    weight[shells[f.language[shells] != 0]] *= 2
    # What was hard is drawn more often: chances follow the last known score of an honest file.
    last = np.full(len(f), 0, np.float32)
    encoded = np.char.equal(f.variant, 'encoded')
    steps = EPOCHS * ((len(shells) + HONEST) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 5, pct_start=0.15)
    for epoch in range(EPOCHS):
        began = time.time()
        chance = 1 / (1 + np.exp(-np.clip(last[honest], -6, 4))) + 0.02
        chance[encoded[honest]] += 0.05
        drawn = random.choice(honest, HONEST, replace=False, p=chance / chance.sum())
        order = random.permutation(np.concatenate([shells, drawn]))
        total = 0.0
        for at in range(0, len(order), BATCH):
            batch = order[at:at + BATCH]
            data = blanked(f.bytes[batch], random)
            tables = network.exact_tables()
            _, places = maxima(library, data, whole_tables(tables), pool)
            values = network.values(tables, torch.from_numpy(data).long(), torch.from_numpy(places).long())
            score = network.head(joined(values, f.label[batch], random))
            label = torch.from_numpy(f.label[batch].astype(np.float32))
            # Some labels are wrong: no score has to be beyond all doubt.
            target = label * (1 - SMOOTH) + SMOOTH / 2
            losses = torch.nn.functional.binary_cross_entropy_with_logits(score, target, reduction='none')
            loss = (losses * torch.from_numpy(weight[batch])).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            for average, now in zip(averaged.parameters(), network.parameters()):
                average.data.lerp_(now.data, 1 - DECAY)
            total += loss.item() * len(batch)
            last[batch] = score.detach().numpy()
        print(f'epoch {epoch}: loss {total / len(order):.4f}, {time.time() - began:.0f} s', flush=True)
        if checkpoint:
            torch.save(averaged.state_dict(), checkpoint)
        if epoch % 2 == 1 or epoch == EPOCHS - 1:
            say(averaged)
    return averaged


def main(corpus, folder, models):
    f = Features(corpus, folder)
    library = native(os.path.join(models, 'native.so'))
    name = os.environ.get('NAME', 'cnn')
    validation = np.flatnonzero(~f.train)
    with ThreadPoolExecutor(2) as pool:
        best = [0.0]

        def say(network):
            every = np.full(len(f), -30, np.float32)
            every[validation] = scores(library, network, f.bytes, validation, pool)
            figures = recall_at(f, every, 0.001)
            print('  ' + line('0.10 %', figures))
            print('  ' + line('0.05 %', recall_at(f, every, 0.0005)))
            print('  ', {k: float(round(v, 1)) for k, v in robustness(f, every, figures['threshold']).items()}, flush=True)
            # Training stops to help before its end: what is kept is the best at that.
            if figures['recall'] > best[0]:
                best[0] = figures['recall']
                np.save(os.path.join(models, f'{name}-validation.npy'), every)
                torch.save(network.state_dict(), os.path.join(models, f'{name}.pt'))

        train_network(f, library, np.flatnonzero(f.train & ~f.noisy), pool, say, os.path.join(models, f'{name}-last.pt'), START)


if __name__ == '__main__':
    main(*sys.argv[1:4])
