"""Figures of a detector from its scores, as the protocol wants them."""
import numpy as np


def threshold(honest, rate):
    """The lowest score that at most `rate` of honest files reach."""
    allowed = int(rate * len(honest))
    ordered = np.sort(honest)[::-1]
    return np.nextafter(ordered[allowed], np.inf)


def recall_at(features, score, rate, rows=None):
    """(threshold, recall, mean recall of clusters, recall by nearness, recall and false positives by language)."""
    rows = features.validation if rows is None else rows
    shells = rows & (features.label == 1)
    honest = rows & (features.label == 0)
    limit = threshold(score[honest], rate)
    found = score >= limit
    near = features.near
    by_near = [
        100 * found[shells & (near < 0.2)].mean(),
        100 * found[shells & (near >= 0.2) & (near <= 0.45)].mean(),
        100 * found[shells & (near > 0.45)].mean(),
    ]
    languages = {}
    groups = {'php': [0], 'jsp': [1], 'asp(x)': [2, 3], 'other': [4, 5, 6, 7, 8]}
    for name, members in groups.items():
        of = np.isin(features.indexed, members)
        languages[name] = (100 * found[shells & of].mean(), 100 * found[honest & of].mean())
    return {
        'threshold': float(limit),
        'recall': 100 * found[shells].mean(),
        'cluster': mean_of_clusters(features, found, shells),
        'near': by_near,
        'languages': languages,
        'false positives': int(found[honest].sum()),
    }


def mean_of_clusters(features, found, shells):
    """Mean of what is found of each cluster, in %."""
    clusters = {}
    for cluster, hit in zip(features.cluster[shells], found[shells]):
        clusters.setdefault(cluster, []).append(hit)
    return 100 * np.mean([np.mean(hits) for hits in clusters.values()])


def robustness(features, score, limit):
    """Recall of the changed shells, by change."""
    table = {}
    for variant in np.unique(features.variant[~features.train]):
        rows = ~features.train & (features.variant == variant)
        if variant != '':
            table[str(variant)] = 100 * (score[rows] >= limit).mean()
    return table


def line(name, figures):
    languages = ' '.join(f'{key} {recall:.1f}@{rate:.2f}' for key, (recall, rate) in figures['languages'].items())
    near = '/'.join(f'{value:.1f}' for value in figures['near'])
    return f"{name}: {figures['recall']:.2f} cluster {figures['cluster']:.1f} near {near} | {languages}"
