"""What features.ts wrote, as arrays."""
import ctypes
import json
import os

import numpy as np

LANGUAGES = ['php', 'jsp', 'asp', 'aspx', 'cfm', 'perl', 'python', 'sh', 'js']
CNN_BYTES = 8192


class Features:
    """Rows of a folder of features, joined with the lines of the corpus they come from."""

    def __init__(self, corpus, folder):
        lines = [json.loads(line) for line in open(os.path.join(corpus, 'corpus.ndjson'), encoding='utf-8')]
        rows = [json.loads(line) for line in open(os.path.join(folder, 'rows.ndjson'), encoding='utf-8')]
        self.tokens = np.memmap(os.path.join(folder, 'tokens.bin'), np.uint32, 'r')
        self.bytes = np.memmap(os.path.join(folder, 'bytes.bin'), np.uint8, 'r').reshape(-1, CNN_BYTES)
        self.variant = np.array([row['variant'] for row in rows])
        self.taken = np.array([row['taken'] for row in rows])
        self.index = np.array([row['index'] for row in rows])
        self.size = np.array([row['size'] for row in rows])
        of = [lines[row['index']] for row in rows]
        self.label = np.array([line['label'] == 'webshell' for line in of], np.uint8)
        self.noisy = np.array([bool(line.get('noisy')) for line in of])
        self.hard = np.array([bool(line.get('hard')) for line in of])
        self.train = np.array([line['split'] == 'train' for line in of])
        self.cluster = np.array([line['cluster'] for line in of])
        self.near = np.array([line.get('near', np.nan) for line in of], float)
        self.project = np.array([line.get('group', line['repository']) for line in of])
        self.indexed = np.array([LANGUAGES.index(line['language']) for line in of], np.uint8)
        self.language = np.array([LANGUAGES.index(row['language']) for row in rows], np.uint8)
        texts = [text for row in rows for text in row['texts']]
        self.offsets = np.array([text['offset'] for text in texts], np.int64)
        self.counts = np.array([text['tokens'] for text in texts], np.int32)
        self.first_text = np.zeros(len(rows) + 1, np.int32)
        np.cumsum([len(row['texts']) for row in rows], out=self.first_text[1:])

    def __len__(self):
        return len(self.variant)

    @property
    def validation(self):
        """Rows that headline figures are about: files of validation as they are, without noisy ones."""
        return ~self.train & (self.variant == '') & ~self.noisy


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def native(path):
    library = ctypes.CDLL(path)
    library.linear_epoch.restype = ctypes.c_double
    return library
