"""Weighs the witnesses and writes the model: `ensemble.py CORPUS FEATURES MODELS OUT`.

Behind linear.py, cnn.py, witnesses.ts and fuzzy.ts. A logistic regression of what they say, fitted on validation.
Figures come from halves of it, divided by cluster and project: each half is judged by what the other taught. What ships
is fitted on all of validation. In MODELS come to be scores.npz, for evaluate.py, in OUT webshells.bin.
"""
import collections
import ctypes
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from cnn import maxima
from features import LANGUAGES, Features, native
from linear import Texts
from measure import line, recall_at, robustness, threshold
from model_file import ShippedNetwork, codes_of, weights_of, write_model

MOST, MOST_RULES = 12, 3
PRECISE = 3  # honest files of train that a precise rule may match


def network_scores(library, network, bytes_, rows):
    found = np.zeros(len(rows))
    with ThreadPoolExecutor(2) as pool:
        for at in range(0, len(rows), 512):
            batch = np.ascontiguousarray(bytes_[rows[at:at + 512]])
            values, _ = maxima(library, batch, (network.tables, np.ones(4, np.float32)), pool)
            found[at:at + 512] = network.head(values)
    return found


def rule_counts(f, folder):
    """(precise rules, matches of precise and of broad rules by row, opaque share)."""
    witnesses = [json.loads(text) for text in open(os.path.join(folder, 'witnesses.ndjson'), encoding='utf-8')]
    honest = collections.Counter()
    shells = collections.Counter()
    for i in np.flatnonzero(f.train & (f.variant == '') & ~f.noisy):
        (shells if f.label[i] else honest).update(witnesses[i]['rules'])
    precise = sorted(rule for rule in shells if honest[rule] <= PRECISE and shells[rule] > 10 * honest[rule])
    known = set(precise)
    counts = np.array([[sum(r in known for r in w['rules']), sum(r not in known for r in w['rules'])] for w in witnesses])
    return precise, counts, np.array([w['opaque'] for w in witnesses])


def inputs(f, linear, cnn, fuzzy, rules, opaque, rows):
    """As `inputsOf` of ensemble.ts."""
    clip = lambda x: np.clip(x, -MOST, MOST)
    whole = np.where(linear[:, 3] > 0, clip(linear[:, 0]), 0)
    window = np.where(linear[:, 3] > 0, clip(linear[:, 1]), 0)
    has = linear[:, 4] > 0
    payload = clip(linear[:, 2])
    size = np.log2(f.size[rows] + 1) / 16
    l = f.language[rows]
    return np.stack([
        whole, window, np.maximum((whole + window) / 2, np.where(has, payload, -MOST)), has, np.where(has, payload, 0),
        clip(cnn), fuzzy / 100, fuzzy >= 50, np.minimum(MOST_RULES, rules[:, 0]), np.minimum(MOST_RULES, rules[:, 1]),
        size, opaque, l == 1, l == 2, l == 3, l > 3,
    ], 1).astype(float)


NETWORK = 5


def fit(x, y):
    model = LogisticRegression(C=1, max_iter=3000)
    model.fit(x, y)
    return np.concatenate([model.intercept_, model.coef_[0]])


def judge(weights, x):
    return x @ weights[1:] + weights[0]


def both(x, y, taught, undecided=None):
    """Weights of the two and the band in which the network is asked: of 5 % of honest files."""
    without = x.copy()
    without[:, NETWORK] = 0
    first = fit(without[taught], y[taught])
    second = fit(x[taught], y[taught])
    odds = judge(first, without)
    if undecided is None:
        honest = np.sort(odds[taught & (y == 0)])
        low = honest[int(0.95 * len(honest))]
        undecided = (float(low), 12.0)
    return first, second, undecided


def verdicts(x, first, second, undecided):
    without = x.copy()
    without[:, NETWORK] = 0
    odds = judge(first, without)
    asked = (odds > undecided[0]) & (odds < undecided[1])
    return np.where(asked, judge(second, x), odds), asked


def main(corpus, folder, models, out):
    f = Features(corpus, folder)
    library = native(os.path.join(models, 'native.so'))
    texts = Texts(f, library, folder)
    learnt = np.load(os.path.join(models, 'linear.npz'))
    codes, largest = codes_of(learnt['w'])
    shipped = weights_of(codes, largest)
    network = ShippedNetwork(torch.load(os.path.join(models, 'cnn.pt'), weights_only=True))
    rows = np.flatnonzero(~f.train)
    power = float(learnt['power'])
    linear = texts.scores(shipped, rows, power)
    cnn = network_scores(library, network, f.bytes, rows)
    precise, rules, opaque = rule_counts(f, folder)
    fuzzy = np.array([float(text) for text in open(os.path.join(folder, 'fuzzy.ndjson'))])
    x = inputs(f, linear, cnn, fuzzy[rows], rules[rows], opaque[rows], rows)
    y = f.label[rows]
    # Halves by cluster of webshells and project of honest files; a changed file is where the file is.
    key = np.where(y == 1, f.cluster[rows].astype(str), f.project[rows])
    half = np.array([hash_of(k) & 1 for k in key], bool)
    plain = f.validation[rows]
    final = np.zeros(len(rows))
    asked = np.zeros(len(rows), bool)
    for side in (False, True):
        first, second, undecided = both(x, y, plain & (half != side))
        odds, was = verdicts(x, first, second, undecided)
        final[half == side], asked[half == side] = odds[half == side], was[half == side]
    every = np.full(len(f), -30.0)

    def spread(values):
        filled = every.copy()
        filled[rows] = values
        filled[~f.taken] = -30
        return filled

    detectors = {
        'linear': spread(np.maximum(x[:, 0], np.where(x[:, 3] > 0, x[:, 4], -30))),
        'network': spread(cnn),
        'precise rules': spread(rules[rows][:, 0].astype(float)),
        'all together': spread(final),
    }
    for name, score in detectors.items():
        for rate in (0.001, 0.0005):
            figures = recall_at(f, score, rate)
            print(line(f'{name} {100 * rate} %', figures))
        print('  ', {k: float(round(v, 1)) for k, v in robustness(f, score, recall_at(f, score, 0.001)['threshold']).items()})
    print(f'network asked for {100 * asked[plain & (y == 0)].mean():.1f} % of honest files, {100 * asked[plain & (y == 1)].mean():.1f} % of webshells')
    first, second, undecided = both(x, y, plain)
    odds, _ = verdicts(x, first, second, undecided)
    honest = plain & (y == 0)
    asp = np.isin(f.indexed[rows], [2, 3])
    # The odds that ship are those of the fit on all of validation: so are the thresholds.
    malicious, suspicious = threshold(odds[honest], 0.0005), threshold(odds[honest], 0.001)
    asp_suspicious = max(suspicious, threshold(odds[honest & asp], 0.003))
    asp_malicious = max(malicious, asp_suspicious, threshold(odds[honest & asp], 0.001))
    p = lambda z: float(1 / (1 + np.exp(-z)))
    thresholds = {
        name: {'malicious': p(asp_malicious if name in ('asp', 'aspx') else malicious),
               'suspicious': p(asp_suspicious if name in ('asp', 'aspx') else suspicious)}
        for name in LANGUAGES
    }
    ensemble = {'first': first.round(6).tolist(), 'second': second.round(6).tolist(), 'undecided': list(undecided),
                'precise': precise, 'thresholds': thresholds}
    digests = open(os.path.join(folder, 'digests.txt'), encoding='latin-1').read().split()
    os.makedirs(out, exist_ok=True)
    sizes = write_model(os.path.join(out, 'webshells.bin'), learnt['keys'], codes, largest, power, network, ensemble, digests)
    print('bytes', sizes, os.path.getsize(os.path.join(out, 'webshells.bin')), 'features', len(codes))
    print('first', dict(zip(NAMES, first.round(2))))
    print('second', dict(zip(NAMES, second.round(2))))
    write_expected(f, corpus, models, rows, linear, x, cnn)
    np.savez(os.path.join(models, 'scores.npz'), rows=rows, x=x, cnn=cnn, linear=linear, asked=asked, shipped=odds,
             **{f'detector {name}': score for name, score in detectors.items()})


def write_expected(f, corpus, models, rows, linear, x, cnn):
    """What 500 files of validation get, webshells and honest ones alternating, for verify.ts."""
    lines = [json.loads(text) for text in open(os.path.join(corpus, 'corpus.ndjson'), encoding='utf-8')]
    random = np.random.default_rng(20240607)
    plain = np.flatnonzero((f.variant[rows] == '') & f.taken[rows])
    # As many of each as there are, but a third webshells: honest files are what is met, webshells what is hard.
    shells = random.choice(plain[f.label[rows[plain]] == 1], 150, replace=False)
    honest = random.choice(plain[f.label[rows[plain]] == 0], 350, replace=False)
    with open(os.path.join(models, 'expected.ndjson'), 'w', encoding='utf-8') as out:
        for i in np.sort(np.concatenate([shells, honest])):
            of = lines[f.index[rows[i]]]
            known = linear[i, 3] > 0
            out.write(json.dumps({
                'path': of['path'], 'offset': of['offset'], 'length': of['length'],
                'whole': float(linear[i, 0]) if known else 0.0, 'window': float(linear[i, 1]) if known else 0.0,
                'payload': float(linear[i, 2]) if linear[i, 4] > 0 else None, 'network': float(cnn[i]),
            }) + '\n')


NAMES = ('bias whole window worst has-payload payload network fuzzy fuzzy-50 precise broad size opaque jsp asp aspx other').split()


def hash_of(text):
    import hashlib
    return hashlib.sha256(str(text).encode()).digest()[0]


if __name__ == '__main__':
    main(*sys.argv[1:5])
