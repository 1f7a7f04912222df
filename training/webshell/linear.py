"""Trains the linear model: `linear.py CORPUS FEATURES MODELS`.

Weights of hashed 1- to 3-grams of tokens. A text is scored as a whole and by windows of 600 tokens; each n-gram counts
once a text, or once a step of 300 tokens. It learns from the window that scores best (multiple instances): a webshell
has one window that is bad, an honest file has none.
"""
import ctypes
import os
import sys
import time

import numpy as np

from features import Features, native, pointer
from measure import line, recall_at, robustness

KEYS = 1 << 24
FEATURES = int(os.environ.get('FEATURES', 300_000))
POWER = float(os.environ.get('POWER', 0.5))
EPOCHS = int(os.environ.get('EPOCHS', 16))
RATE = float(os.environ.get('RATE', 1))
SHRINK = float(os.environ.get('SHRINK', 0))
SPLICE = float(os.environ.get('SPLICE', 0.3))
SHELL = float(os.environ.get('SHELL_WEIGHT', 1))
HARD = float(os.environ.get('HARD', 4))
SEEDS = (1, 2, 3)  # of orders of the files: what is kept is the one that is best on validation
RATES = (0.0005, 0.0007, 0.001, 0.0015, 0.002, 0.003)


def informative(f, library, folder):
    """Keys of the n-grams that say most about a text, by the likelihood ratio; each in two clusters at least."""
    cached = os.path.join(folder, f'keys-{FEATURES}.npy')
    if os.path.exists(cached):
        return np.load(cached)
    found = []
    totals = []
    for label in (1, 0):
        rows = np.flatnonzero(f.train & ~f.noisy & (f.variant == '') & (f.label == label))
        rows = rows[np.argsort(f.cluster[rows], kind='stable')].astype(np.int32)
        groups = f.cluster[rows].astype(np.int32)
        counts = np.zeros(KEYS, np.int32)
        library.group_counts(
            pointer(f.tokens), pointer(f.offsets), pointer(f.counts), pointer(f.first_text), pointer(rows), len(rows),
            pointer(groups), pointer(counts),
        )
        found.append(counts.astype(float))
        totals.append(len(np.unique(groups)))
    (a, b), (all_a, all_b) = found, totals
    n = a + b
    share = n / (all_a + all_b)

    def part(seen, expected):
        return np.where(seen > 0, seen * np.log(np.maximum(seen, 1e-9) / np.maximum(expected, 1e-9)), 0)

    ratio = (part(a, all_a * share) + part(b, all_b * share)
             + part(all_a - a, all_a * (1 - share)) + part(all_b - b, all_b * (1 - share)))
    ratio[n < 2] = 0
    ratio[(a > 0) & (a < 2) & (b < 2)] = 0
    print(f'{(n > 0).sum()} keys, {(n > 1).sum()} in two clusters, {(a > 1).sum()} in two clusters of webshells')
    keys = np.sort(np.argpartition(-ratio, FEATURES)[:FEATURES]).astype(np.uint32)
    np.save(cached, keys)
    return keys


class Texts:
    """The features of all texts, by step."""

    def __init__(self, f, library, folder, keys=None):
        self.f, self.library = f, library
        self.keys = informative(f, library, folder) if keys is None else keys
        feature_of = np.full(KEYS, -1, np.int32)
        feature_of[self.keys] = np.arange(len(self.keys), dtype=np.int32)
        self.text_steps = np.zeros(len(f.counts) + 1, np.int32)
        cached = os.path.join(folder, f'ids-{FEATURES}.npz')
        if os.path.exists(cached):
            found = np.load(cached)
            self.ids, self.step_starts, self.text_steps = found['ids'], found['step_starts'], found['text_steps']
            return
        library.text_features.restype = ctypes.c_int64
        of = (pointer(f.tokens), pointer(f.offsets), pointer(f.counts), len(f.counts), pointer(feature_of), len(self.keys))
        size = library.text_features(*of, None, None, pointer(self.text_steps))
        self.ids = np.zeros(size, np.uint32)
        self.step_starts = np.zeros(self.text_steps[-1] + 1, np.int64)
        library.text_features(*of, pointer(self.ids), pointer(self.step_starts), pointer(self.text_steps))
        np.savez(cached, ids=self.ids, step_starts=self.step_starts, text_steps=self.text_steps)

    def base(self):
        return pointer(self.ids), pointer(self.step_starts), pointer(self.text_steps), pointer(self.f.first_text)

    def scores(self, w, rows, power=POWER):
        out = np.zeros((len(rows), 5), np.float32)
        rows = rows.astype(np.int32)
        self.library.linear_scores(*self.base(), pointer(rows), len(rows), pointer(w), ctypes.c_float(power), pointer(out))
        return out


def train_weights(texts, rows, seed):
    """Weights, averaged over the second half of the epochs, and the two biases."""
    f, library = texts.f, texts.library
    random = np.random.default_rng(seed)
    # Webshells of big families count less each.
    weights = np.ones(len(f), np.float32)
    shells = rows[f.label[rows] == 1]
    sizes = dict(zip(*np.unique(f.cluster[shells], return_counts=True)))
    weights[shells] = SHELL * np.array([sizes[c] for c in f.cluster[shells]], np.float32) ** -0.3
    # Honest files that do what webshells do are what is taken for one, and there are few.
    weights[rows[f.hard[rows] & (f.label[rows] == 0)]] = HARD
    honest = [rows[(f.variant[rows] == '') & (f.label[rows] == 0) & (f.language[rows] == l)] for l in range(9)]
    honest_texts = f.first_text[np.concatenate(honest)].astype(np.int32)
    honest_from = np.cumsum([0] + [len(h) for h in honest]).astype(np.int32)
    w = np.zeros(len(texts.keys), np.float32)
    squares = np.full(len(w), 1e-3, np.float32)
    bias = np.array([-1, -1, 1, 1], np.float32)
    mean, averaged = np.zeros(len(w)), 0
    for epoch in range(EPOCHS):
        start = time.time()
        order = random.permutation(rows).astype(np.int32)
        rate = RATE * (1 - epoch / EPOCHS) + RATE * 0.05
        loss = library.linear_epoch(
            *texts.base(), pointer(order), len(order), pointer(f.label), pointer(weights), pointer(honest_texts),
            pointer(honest_from), pointer(f.language), pointer(w), pointer(squares), pointer(bias),
            ctypes.c_float(POWER), ctypes.c_float(rate), ctypes.c_float(SHRINK), ctypes.c_float(SPLICE),
            ctypes.c_uint64(1000 * seed + epoch),
        )
        if epoch >= EPOCHS // 2:
            mean += w
            averaged += 1
    print(f'epoch {epoch}: loss {loss / len(order):.4f}, {time.time() - start:.0f} s', flush=True)
    return (mean / averaged).astype(np.float32), bias[:2]


def combined(scores):
    """One number of the five."""
    return np.maximum((scores[:, 0] + scores[:, 1]) / 2, scores[:, 2])


def main(corpus, folder, models):
    f = Features(corpus, folder)
    library = native(os.path.join(models, 'native.so'))
    texts = Texts(f, library, folder)
    print(f'{len(texts.ids)} features of texts', flush=True)
    validation = np.flatnonzero(~f.train)

    def say(w):
        found = texts.scores(w, validation)
        every = np.full((len(f), 5), -30, np.float32)
        every[validation] = found
        for name, score in {
            'whole ': np.maximum(every[:, 0], every[:, 2]),
            'window': np.maximum(every[:, 1], every[:, 2]),
            'mean  ': combined(every),
        }.items():
            figures = recall_at(f, score, 0.001)
            print('  ' + line(name, figures))
            if name == 'mean  ':
                print('  ' + line('0.05 %', recall_at(f, score, 0.0005)))
                print('  ', {k: float(round(v, 1)) for k, v in robustness(f, score, figures['threshold']).items()}, flush=True)

    def worth(w):
        # At several rates: at one of them, a single honest file decides.
        found = texts.scores(w, validation)
        every = np.full(len(f), -30, np.float32)
        every[validation] = np.maximum(found[:, 0], found[:, 2])
        every[~f.taken] = -30
        return np.mean([recall_at(f, every, rate)['recall'] for rate in RATES])

    best = 0.0
    for seed in SEEDS:
        learnt = train_weights(texts, np.flatnonzero(f.train & ~f.noisy), seed)
        say(learnt[0])
        found = worth(learnt[0])
        print(f'seed {seed}: {found:.2f} % at the mean of {len(RATES)} rates', flush=True)
        if found > best:
            best, (w, bias) = found, learnt
    name = os.environ.get('NAME', 'linear')
    np.savez(os.path.join(models, f'{name}.npz'), w=w, bias=bias, keys=texts.keys, power=POWER)


if __name__ == '__main__':
    main(*sys.argv[1:4])
