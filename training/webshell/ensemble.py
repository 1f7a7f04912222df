"""Weighs the witnesses and writes the model: `ensemble.py CORPUS FEATURES MODELS OUT`.

Behind linear.py, cnn.py, witnesses.ts and fuzzy.ts. Weights of six witnesses come from a small grid, by the recall at few
false positives on validation: a logistic regression cares for all files alike, and a finer search finds what holds for
one project only. Figures come from halves of validation, divided by cluster and project: each half is judged by what the
other taught. What ships is chosen on all of it, and is scaled to probabilities there. In MODELS come to be scores.npz, for evaluate.py, in OUT webshells.bin.
"""
import collections
import hashlib
import itertools
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
    """(precise rules, matches of precise and of broad rules by row, where the models alone are not heard)."""
    witnesses = [json.loads(text) for text in open(os.path.join(folder, 'witnesses.ndjson'), encoding='utf-8')]
    honest = collections.Counter()
    shells = collections.Counter()
    for i in np.flatnonzero(f.train & (f.variant == '') & ~f.noisy):
        (shells if f.label[i] else honest).update(witnesses[i]['rules'])
    precise = sorted(rule for rule in shells if honest[rule] <= PRECISE and shells[rule] > 10 * honest[rule])
    known = set(precise)
    counts = np.array([[sum(r in known for r in w['rules']), sum(r not in known for r in w['rules'])] for w in witnesses])
    return precise, counts, np.array([w.get('idle', False) for w in witnesses])


def inputs(f, linear, cnn, fuzzy, rules, rows):
    """As `inputsOf` of ensemble.ts."""
    clip = lambda values: np.clip(values, -MOST, MOST)
    known = linear[:, 3] > 0
    whole = np.where(known, linear[:, 0], 0)
    worst = np.maximum(whole, np.where(linear[:, 4] > 0, linear[:, 2], -MOST))
    return np.stack([
        clip(worst), clip(cnn), np.minimum(MOST_RULES, rules[:, 0]), np.minimum(MOST_RULES, rules[:, 1]), fuzzy >= 50,
        np.log2(f.size[rows] + 1) / 16,
    ], 1).astype(float)


NAMES = ('linear', 'network', 'precise rules', 'broad rules', 'likeness', 'size')
NETWORK = 1
GRID = [np.array([0.8, network, precise, broad, 1.5, size]) for network, precise, broad, size in itertools.product(
    (0.2, 0.35, 0.5), (2, 3, 4), (0.4, 0.8, 1.2), (-2, -4, -6))]
BEST = 54  # of the grid, of which the mean is taken: with fewer, what holds for one project only has its say
RATES = (0.0005, 0.0007, 0.001, 0.0014, 0.002, 0.003)
ASKED = 0.05  # share of honest files for which the network is asked


def choose(x, y, left_out=None):
    """Weights: the mean of the best of the grid."""
    def worth(weights):
        odds = x @ weights
        honest, shells = np.sort(odds[y == 0])[::-1], odds[y == 1]
        return sum((shells > honest[int(rate * len(honest))]).mean() for rate in RATES)

    grid = GRID if left_out is None else [np.delete(weights, left_out) for weights in GRID]
    worths = [worth(weights) for weights in grid]
    return np.mean([grid[i] for i in np.argsort(worths, kind='stable')[::-1][:BEST]], 0)


def scale(odds, y):
    """(factor, bias) to log odds, by Platt."""
    model = LogisticRegression(C=100, max_iter=1000).fit(odds[:, None], y)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def verdicts(x, seen, weights, least):
    """(odds, where the network was asked): it is not where the others, by what was seen, are sure that nothing is wrong."""
    without = weights.copy()
    without[NETWORK] = 0
    asked = seen @ without > least
    return np.where(asked, x @ weights, x @ without - SURE), asked


def judge_first(x, first):
    return x @ first[1:] + first[0]


SURE = 100  # below whatever the network may say


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
    precise, rules, idle = rule_counts(f, folder)
    fuzzy = np.array([float(text) for text in open(os.path.join(folder, 'fuzzy.ndjson'))])
    seen = inputs(f, linear, cnn, fuzzy[rows], rules[rows], rows)
    # As judge-script.ts has it: nobody but the models speaks, of what can do nothing. Nothing is found there.
    unheard = idle[rows] & (fuzzy[rows] < 50)
    x = seen.copy()
    x[unheard, :2] = -MOST
    y = f.label[rows]
    # Halves by cluster of webshells and project of honest files; a changed file is where the file is.
    key = np.where(y == 1, f.cluster[rows].astype(str), f.project[rows])
    half = np.array([hash_of(k) & 1 for k in key], bool)
    plain = f.validation[rows]
    honest = plain & (y == 0)
    final = np.zeros(len(rows))
    asked = np.zeros(len(rows), bool)

    def least_of(weights, taught):
        without = weights.copy()
        without[NETWORK] = 0
        return threshold((seen @ without)[taught & (y == 0)], ASKED)

    for side in (False, True):
        taught = plain & (half != side)
        weights = choose(seen[taught], y[taught])
        odds, was = verdicts(x, seen, weights, least_of(weights, taught))
        final[half == side], asked[half == side] = odds[half == side], was[half == side]
        print('half', dict(zip(NAMES, weights.round(3).tolist())))
    every = np.full(len(f), -30.0)

    def spread(values):
        filled = every.copy()
        filled[rows] = values
        filled[~f.taken] = -30
        return filled

    withheld = np.zeros(len(rows))
    for side in (False, True):
        weights = choose(np.delete(seen, NETWORK, 1)[plain & (half != side)], y[plain & (half != side)], NETWORK)
        withheld[half == side] = (np.delete(x, NETWORK, 1) @ weights)[half == side]
    detectors = {
        'linear': spread(seen[:, 0]),
        'network': spread(cnn),
        'without the network': spread(withheld),
        'all together': spread(final),
    }
    for name, score in detectors.items():
        for rate in (0.001, 0.0005):
            figures = recall_at(f, score, rate)
            print(line(f'{name} {100 * rate} %', figures))
        print('  ', {k: float(round(v, 1)) for k, v in robustness(f, score, recall_at(f, score, 0.001)['threshold']).items()})
    print(f'models not heard alone: {unheard[honest].sum()} honest files, {unheard[plain & (y == 1)].sum()} webshells')
    print(f'network asked for {100 * asked[plain & (y == 0)].mean():.1f} % of honest files, {100 * asked[plain & (y == 1)].mean():.1f} % of webshells')
    weights = choose(seen[plain], y[plain])
    least = least_of(weights, plain)
    raw, shipped_asked = verdicts(x, seen, weights, least)
    print('shipped', dict(zip(NAMES, weights.round(3).tolist())), f'asked for {100 * shipped_asked[honest].mean():.1f} %')
    print(line('shipped 0.1 %, optimistic', recall_at(f, spread(raw), 0.001)))
    factor, bias = scale((seen @ weights)[plain], y[plain])
    odds = factor * raw + bias
    without = weights.copy()
    without[NETWORK] = 0
    first = np.concatenate([[bias], factor * without])
    second = np.concatenate([[bias], factor * weights])
    asp = np.isin(f.indexed[rows], [2, 3])
    # The odds that ship are those of the fit on all of validation: so are the thresholds.
    malicious, suspicious = threshold(odds[honest], 0.0005), threshold(odds[honest], 0.001)
    asp_suspicious = max(suspicious, threshold(odds[honest & asp], 0.003))
    asp_malicious = max(malicious, asp_suspicious, threshold(odds[honest & asp], 0.001))
    # Above, no network turns the verdict: its score is cut at 12.
    undecided = (factor * least + bias, max(malicious, asp_malicious) + factor * weights[NETWORK] * MOST)
    decided = judge_first(seen, first) >= undecided[1]
    print(f'network asked for {100 * (shipped_asked & ~decided)[plain].mean():.1f} % of all')
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
    write_expected(f, corpus, models, rows, linear, cnn)
    np.savez(os.path.join(models, 'scores.npz'), rows=rows, x=x, cnn=cnn, linear=linear, asked=asked, shipped=odds, weights=weights,
             **{f'detector {name}': score for name, score in detectors.items()})


def write_expected(f, corpus, models, rows, linear, cnn):
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
                'path': of['path'], 'webshell': bool(f.label[rows[i]]), 'offset': of['offset'], 'length': of['length'],
                'whole': float(linear[i, 0]) if known else 0.0, 'window': float(linear[i, 1]) if known else 0.0,
                'payload': float(linear[i, 2]) if linear[i, 4] > 0 else None, 'network': float(cnn[i]),
            }) + '\n')


def hash_of(text):
    return hashlib.sha256(str(text).encode()).digest()[0]


if __name__ == '__main__':
    main(*sys.argv[1:5])
