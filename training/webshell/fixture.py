"""Answers of PyTorch for the inert scripts of the tests: `fixture.py MODELS ROOT`, behind ensemble.py.

The scripts stand in src/checks/webshells/fixtures/scripts; features.ts makes features of them as of any corpus. PyTorch
convolves one-hot bytes with the folded tables, which is another way than native.c and cnn.ts go. The linear scores are
those of native.c. In fixtures comes to be answers.json.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch

from features import Features, native
from linear import Texts
from model_file import ShippedNetwork, codes_of, weights_of

WIDTHS = (3, 5, 7, 9)


def convolved(network, data):
    """Scores of inputs by a convolution of 256 channels, in double precision."""
    scores = []
    for text in data:
        end = len(text)
        while end > 16 and text[end - 1] == 0:
            end -= 1
        one_hot = torch.nn.functional.one_hot(torch.from_numpy(text[:end].astype(np.int64)), 256).T.double()[None]
        found, at = [], 0
        for k, width in enumerate(WIDTHS):
            table = network.tables[at:at + width * 256 * 64].reshape(width, 256, 64)
            at += width * 256 * 64
            kernel = torch.from_numpy(table.astype(np.float64)).permute(2, 1, 0)
            found.append(torch.nn.functional.conv1d(one_hot, kernel)[0].max(1).values / float(network.scales[k]))
        active = torch.relu(torch.cat(found) + torch.from_numpy(network.bias.astype(np.float64)))
        raised = torch.relu(torch.from_numpy(network.hidden.astype(np.float64)) @ active + torch.from_numpy(network.hidden_bias.astype(np.float64)))
        out = torch.from_numpy(network.out.astype(np.float64))
        scores.append(float(raised @ out[:-1] + out[-1]))
    return scores


def main(models, root):
    fixtures = os.path.join(root, 'src/checks/webshells/fixtures')
    here = os.path.dirname(os.path.abspath(__file__))
    scripts = sorted(os.listdir(os.path.join(fixtures, 'scripts')))
    learnt = np.load(os.path.join(models, 'linear.npz'))
    codes, largest = codes_of(learnt['w'])
    network = ShippedNetwork(torch.load(os.path.join(models, 'cnn.pt'), weights_only=True))
    with tempfile.TemporaryDirectory() as folder:
        at, lines, contents = 0, [], []
        for name in scripts:
            content = open(os.path.join(fixtures, 'scripts', name), 'rb').read()
            lines.append({'path': name, 'sha256': hashlib.sha256(content).hexdigest(), 'language': name.split('.')[-1],
                          'label': 'benign', 'split': 'validation', 'cluster': 0, 'repository': 'none',
                          'offset': at, 'length': len(content)})
            contents.append(content)
            at += len(content)
        with open(os.path.join(folder, 'corpus.bin'), 'wb') as out:
            out.write(b''.join(contents))
        with open(os.path.join(folder, 'corpus.ndjson'), 'w', encoding='utf-8') as out:
            out.writelines(json.dumps(line) + '\n' for line in lines)
        node = os.environ.get('NODE', os.path.join(root, 'node_modules/.bin/node'))
        subprocess.run([node, os.path.join(here, 'features.ts'), folder, folder], check=True)
        f = Features(folder, folder)
        texts = Texts(f, native(os.path.join(models, 'native.so')), folder, learnt['keys'])
        linear = texts.scores(weights_of(codes, largest), np.arange(len(f)), float(learnt['power']))
        scores = convolved(network, f.bytes)
    answers = {}
    for name, (whole, window, payload, known, payloads), score in zip(scripts, linear.tolist(), scores):
        answers[name] = {'whole': whole if known else 0, 'window': window if known else 0,
                         'payload': payload if payloads else None, 'network': score}
    with open(os.path.join(fixtures, 'answers.json'), 'w', encoding='utf-8') as out:
        json.dump(answers, out, indent=1)
        out.write('\n')


if __name__ == '__main__':
    main(*sys.argv[1:3])
