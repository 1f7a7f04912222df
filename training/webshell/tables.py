"""Tables of the documentation beside those of the models: by language, and of public rules."""
import json
import os

import numpy as np

from features import LANGUAGES
from measure import mean_of_clusters

TITLES = {'php': 'PHP', 'jsp': 'JSP', 'asp': 'ASP', 'aspx': 'ASP.NET', 'cfm': 'ColdFusion', 'perl': 'Perl', 'python': 'Python',
          'sh': 'shell', 'js': 'Node.js'}
LEAST = 10  # webshells of a language that has a row of its own


def by_language(f, detectors, limits):
    """Lines of a table: recall and false positives of detectors at their limits, by language of the index."""
    rows = f.validation
    shells, honest = rows & (f.label == 1), rows & (f.label == 0)
    count = {name: int((shells & (f.indexed == i)).sum()) for i, name in enumerate(LANGUAGES)}
    own = [name for name in LANGUAGES if count[name] >= LEAST]
    others = [name for name in LANGUAGES if count[name] < LEAST]
    groups = [(TITLES[name], [name]) for name in own]
    if others:
        groups.append((', '.join(f'{TITLES[name]} {count[name]}' for name in others), others))
    lines = ['| language | webshells | honest files | ' + ' | '.join(detectors) + ' |', '|---|---|---|' + '---|' * len(detectors)]
    for title, members in groups:
        of = np.isin(f.indexed, [LANGUAGES.index(name) for name in members])
        cells = []
        for name, score in detectors.items():
            found = score >= limits[name]
            cells.append(f'{100 * found[shells & of].mean():.1f} @ {100 * found[honest & of].mean():.2f}')
        lines.append(f"| {title} | {int((shells & of).sum())} | {int((honest & of).sum())} | {' | '.join(cells)} |")
    return lines, others


def by_rules(f, folder, ours):
    """Lines of a table: public sets of rules on the bytes of files, each, together, and with `ours`; none without a measurement."""
    file = os.path.join(folder, 'public-rules.ndjson')
    if not os.path.exists(file):
        return []
    texts = open(file, encoding='utf-8').read().splitlines()
    sets = json.loads(texts[0])
    if not sets:
        return []
    found = {line['index']: line['sets'] for line in map(json.loads, texts[1:])}
    matched = np.zeros((len(sets), len(f)), bool)
    for row in np.flatnonzero(f.validation):
        matched[found[f.index[row]], row] = True
    starter = np.array([bool(json.loads(text)['rules']) for text in open(os.path.join(folder, 'witnesses.ndjson'), encoding='utf-8')])
    rows = [(f"{s['name']} ([{s['repository']}](https://github.com/{s['repository']}) {s['commit'][:7]}, {s['rules']} rules"
             + (f", {s['lost']} not taken" if s['lost'] else '') + ')', s['licence'], matched[i]) for i, s in enumerate(sets)]
    together = matched.any(0)
    rows += [
        ('all of these together', '', together),
        ('the starter rules alone, in all views', 'as Drydock', starter),
        ('ours, at the threshold of 0.1 %', 'as Drydock', ours),
        ('ours and all of these', '', ours | together),
    ]
    lines = ['| rules | licence | recall | mean of clusters | false positives | PHP | JSP | ASP | ASP.NET | other |', '|---|---|---|---|---|---|---|---|---|---|']
    shells, honest = f.validation & (f.label == 1), f.validation & (f.label == 0)
    for name, licence, hit in rows:
        cells = []
        for members in ([0], [1], [2], [3], [4, 5, 6, 7, 8]):
            of = np.isin(f.indexed, members)
            cells.append(f'{100 * hit[shells & of].mean():.1f} @ {100 * hit[honest & of].mean():.2f}')
        lines.append(f"| {name} | {licence} | {100 * hit[shells].mean():.1f} | {mean_of_clusters(f, hit, shells):.1f} | "
                     f"{100 * hit[honest].mean():.3f} ({int(hit[honest].sum())}) | {' | '.join(cells)} |")
    return lines
