"""Writes what was measured: `evaluate.py CORPUS FEATURES MODELS ROOT`, behind ensemble.py and verify.ts.

Into docs/checks/webshells.md, between its marks, go the tables; starter/models/webshells.json becomes the card of the
model. All figures are of validation, those of `all together` cross-fitted (ensemble.py).
"""
import collections
import json
import os
import sys

import numpy as np

from features import Features
from measure import recall_at, robustness, threshold
from tables import by_language, by_rules

RATES = (0.001, 0.0005)
BEGIN, END = '<!-- measured by training/webshell/evaluate.py -->', '<!-- end of what was measured -->'


def counts(f):
    table = {}
    for split in ('train', 'validation'):
        rows = (f.train == (split == 'train')) & (f.variant == '')
        table[split] = {
            'webshells': int((rows & (f.label == 1) & ~f.noisy).sum()),
            'clusters': len(np.unique(f.cluster[rows & (f.label == 1) & ~f.noisy])),
            'noisy': int((rows & f.noisy).sum()),
            'honest': int((rows & (f.label == 0)).sum()),
            'projects': len(np.unique(f.project[rows & (f.label == 0)])),
        }
    table['train']['changed'] = int((f.train & (f.variant != '') & (f.label == 1)).sum())
    table['train']['encoded'] = int((f.variant == 'encoded').sum())
    return table


def row_of(figures, rate, name):
    languages = ' | '.join(f'{recall:.1f} @ {wrong:.2f}' for recall, wrong in figures['languages'].values())
    near = ' | '.join(f'{value:.1f}' for value in figures['near'])
    return f"| {name} | {100 * rate:g} | {figures['recall']:.1f} | {figures['cluster']:.1f} | {languages} | {near} |"


def main(corpus, folder, models, root):
    f = Features(corpus, folder)
    saved = np.load(os.path.join(models, 'scores.npz'))
    verified = json.load(open(os.path.join(models, 'verified.json'), encoding='utf-8'))
    detectors = {key[9:]: saved[key] for key in saved.files if key.startswith('detector ')}
    all_ = detectors['all together']
    honest = f.validation & (f.label == 0)
    data = counts(f)
    size = os.path.getsize(os.path.join(root, 'starter/models/webshells.bin'))
    card = {
        'model': 'webshells.bin', 'bytes': size, 'data': data,
        'note': 'Learnt from public collections that are named, with commits and digests, in the index that '
                'training/webshell/README.md tells of. No content of them is in the file: hashed n-grams with weights, '
                'weights of a network, fuzzy digests.',
        'verified': verified, 'recall': {}, 'robustness': {},
    }
    lines = [BEGIN, '', f"Validation: {data['validation']['webshells']} webshells of {data['validation']['clusters']} clusters, "
             f"{data['validation']['honest']} honest files of {data['validation']['projects']} projects, none of which training saw. "
             'Recall in %, at a share of honest files that are taken for one, in %; behind `@` that share of the language.', '',
             '| detector | false positives | recall | mean of clusters | PHP | JSP | ASP, ASP.NET | other | near < 0.2 | 0.2 to 0.45 | > 0.45 |',
             '|---|---|---|---|---|---|---|---|---|---|---|']
    for name, score in detectors.items():
        for rate in RATES:
            figures = recall_at(f, score, rate)
            if figures['false positives'] > rate * honest.sum() + 0.5 or not np.isfinite(figures['threshold']):
                continue
            lines.append(row_of(figures, rate, name))
            card['recall'][f'{name} at {100 * rate:g} %'] = {
                **figures, 'languages': {key: {'recall': round(a, 2), 'false positives': round(b, 3)} for key, (a, b) in figures['languages'].items()},
                'recall': round(figures['recall'], 2), 'cluster': round(figures['cluster'], 2), 'near': [round(v, 1) for v in figures['near']],
            }
    limits = {name: recall_at(f, score, 0.001)['threshold'] for name, score in detectors.items()}
    php = recall_php(f, all_)
    chosen = np.full(len(f), -1e9)
    chosen[saved['rows']] = saved['shipped']
    chosen[~f.taken] = -1e9
    shipped = recall_at(f, chosen, 0.001)
    card['weights chosen on all of validation, at 0.1 %'] = round(shipped['recall'], 2)
    languages, others = by_language(f, {name: detectors[name] for name in ('linear', 'network', 'all together')}, limits)
    lines += ['', 'At 0.1 %, by language: recall, and behind `@` the share of its honest files, in %.'
              + (' Languages of fewer than ten webshells have a row together, with how many there are of each.' if others else ''), '',
              *languages]
    lines += ['', f'PHP alone, all together, at 0.05 % of honest PHP files: {php:.1f} %. In each half of validation the witnesses are weighed as '
              f"the other half taught; the weights that ship were chosen on both, and find {shipped['recall']:.1f} % of them there at 0.1 %.", '',
              'Of 200 webshells in PHP, changed, at the threshold of 0.1 %:', '']
    tables = {name: robustness(f, score, limits[name]) for name, score in detectors.items()}
    card['robustness'] = {name: {k: round(float(v), 1) for k, v in table.items()} for name, table in tables.items()}
    titles = {'same': 'none', 'renamed': 'variables and functions renamed', 'spaced': 'white space', 'commented': 'comments',
              'split': 'strings in parts', 'base64-strings': 'strings in base64', 'base64-file': 'the file in base64',
              'front-20k': '20 kB of honest code before it', 'around-20k': '10 kB before and 10 kB behind',
              'back-20k': '20 kB behind it'}
    lines += ['| change | ' + ' | '.join(tables) + ' |', '|---|' + '---|' * len(tables)]
    for key, title in titles.items():
        lines.append(f'| {title} | ' + ' | '.join(f'{table[key]:.1f}' for table in tables.values()) + ' |')
    wrong = honest & (all_ >= limits['all together'])
    projects = collections.Counter(f.project[wrong])
    card['false positives by project'] = dict(projects.most_common())
    lines += ['', 'Honest files taken for webshells at 0.1 %, by project: '
              + ', '.join(f'{project} {count}' for project, count in projects.most_common()) + '. '
              + f"Of the {int((honest & f.hard).sum())} that look dangerous: {int((wrong & f.hard).sum())}."]
    public = by_rules(f, folder, all_ >= limits['all together'])
    if public:
        lines += ['', 'Public rules about webshells, on the same files as they are, without views: a file that any rule matches is taken '
                  'for one. Behind `@` the share of honest files of the language. None of these rules is in Drydock; '
                  '`drydock rules import PATH` takes them.', '', *public]
    noisy = ~f.train & f.noisy & (f.variant == '')
    lines += ['', f"Weights: {size / 1e6:.2f} MB. {verified['files']} files of validation score in TypeScript as in training, to "
              f"{max(verified['differences'].values()):.1e}. Loaded in {verified['loadMilliseconds']} ms; "
              f"{verified['filesPerSecond']} files/s, {verified['megabytesPerSecond']} MB/s on one core of a busy machine, "
              f"gate, views and models. Of {int(noisy.sum())} files of webshell collections that probably are none, "
              f"{100 * (all_[noisy] >= limits['all together']).mean():.0f} % are taken for one.", '', END]
    page = os.path.join(root, 'docs/checks/webshells.md')
    os.makedirs(os.path.dirname(page), exist_ok=True)
    text = open(page, encoding='utf-8').read() if os.path.exists(page) else f'# Webshells\n\n## Measured\n\n{BEGIN}\n{END}\n'
    before, rest = text.split(BEGIN, 1)
    with open(page, 'w', encoding='utf-8') as out:
        out.write(before + '\n'.join(lines) + rest.split(END, 1)[1])
    with open(os.path.join(root, 'starter/models/webshells.json'), 'w', encoding='utf-8') as out:
        json.dump(card, out, indent=2)
        out.write('\n')
    print('\n'.join(lines))


def recall_php(f, score):
    rows = f.validation & (f.indexed == 0)
    limit = threshold(score[rows & (f.label == 0)], 0.0005)
    return 100 * (score[rows & (f.label == 1)] >= limit).mean()


if __name__ == '__main__':
    main(*sys.argv[1:5])
