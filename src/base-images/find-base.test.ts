import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeFinding } from '../../test/support/report.ts';
import { makeLayers, makeView } from '../../test/support/view.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { chainIds } from './chain-ids.ts';
import { findBase } from './find-base.ts';
import { isBetter, type KnownBase, knownBaseOf } from './known-base.ts';
import { withOrigin } from './origin.ts';

const now = new Date('2026-06-01T00:00:00Z');

/** Three layers; the first two are the base with a CMD after them. */
const history = [
  { index: 0, instruction: 'ADD rootfs.tar /', layerIndex: 0, created: '2026-01-01T00:00:00Z' },
  { index: 1, instruction: 'RUN upgrade', layerIndex: 1, created: '2026-01-03T00:00:00Z' },
  { index: 2, instruction: 'CMD ["bash"]', created: '2026-01-02T00:00:00Z' },
  { index: 3, instruction: 'ENV A=1' },
  { index: 4, instruction: 'COPY . /app', layerIndex: 2, created: '2026-05-01T00:00:00Z' },
  { index: 5, instruction: 'CMD ["/app"]' },
];
const layers = makeLayers('ADD', 'RUN', 'COPY');

function imageOf(more: Partial<ImageInfo> = {}): ImageInfo {
  return makeView({ image: { layers, history, ...more } }).image;
}

function baseOf(count: number, more: Partial<KnownBase> = {}): KnownBase {
  const base = knownBaseOf(imageOf({ layers: layers.slice(0, count), history: history.slice(0, 3) }), [], {
    name: `base:${count}`,
    by: 'known',
    now,
  });
  return { ...base!, ...more };
}

const known = (...bases: readonly KnownBase[]) => new Map(bases.map((base) => [base.chain, base]));
const claiming = (labels: unknown): Partial<ImageInfo> => ({ config: { Labels: labels } });
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

describe('chainIds', () => {
  it('are those of the OCI image specification', () => {
    const [a, b, c] = [digest('a'), digest('b'), digest('c')];
    const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

    expect(chainIds([{ diffId: a }, { diffId: b }, { diffId: c }])).toEqual([
      a,
      sha256(`${a} ${b}`),
      sha256(`${sha256(`${a} ${b}`)} ${c}`),
    ]);
  });

  // Computed with sha256sum.
  it('has the name that another program computes', () => {
    expect(chainIds([{ diffId: digest('a') }, { diffId: digest('b') }])[1]).toBe(
      'sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
    );
  });

  it.each([
    ['no digest', [undefined, digest('b')], 0],
    ['no digest after the first', [digest('a'), undefined, digest('b')], 1],
    ['no digest at all', [digest('a'), 'sha256:zz', digest('b')], 1],
    ['two lines', [`${digest('a')}\n`, digest('b')], 0],
  ])('%s: ends', (_, diffIds, expected) => {
    expect(chainIds(diffIds.map((diffId) => ({ ...(diffId !== undefined && { diffId }) })))).toHaveLength(expected);
  });
});

describe('findBase', () => {
  it('takes the longest that is known, and tells how much of the image is its', () => {
    expect(findBase(imageOf(), known(baseOf(1), baseOf(2, { digest: digest('e') })), [], true)).toEqual({
      by: 'known',
      name: 'base:2',
      digest: digest('e'),
      layers: 2,
      entries: 3,
      created: '2026-01-03T00:00:00Z',
      reason: 'The first 2 of 3 layers are those of an image that was scanned here.',
    });
  });

  it('never is the image itself, nor one with all its layers', () => {
    const whole = knownBaseOf(imageOf(), [], { name: 'same', by: 'taught', now })!;

    expect(findBase(imageOf({ history: [] }), known(whole))).toBeUndefined();
    expect(findBase(imageOf(), known(whole, baseOf(1)))).toMatchObject({ name: 'base:1', layers: 1 });
  });

  it.each([
    ['the first', 0, undefined],
    ['the second', 1, 1],
    ['the third', 2, 2],
    ['nobody knows which', undefined, undefined],
  ])('does not believe layers from %s on when that is another than its digest says', (_, layer, expected) => {
    const problem: Problem = { code: 'image.digest-mismatch', message: '', ...(layer !== undefined && { layer }) };

    expect(findBase(imageOf(), known(baseOf(1), baseOf(2)), [problem])?.layers).toBe(expected);
  });

  it.each([
    ['as many as it has', 3, 3],
    ['those of a derived image without layers', 4, 4],
    ['more than there are before a layer of others', 5, 2],
    ['fewer than its layers need', 1, 2],
  ])('counts entries of the history: %s', (_, entries, expected) => {
    expect(findBase(imageOf(), known(baseOf(2, { entries })))?.entries).toBe(expected);
  });

  it('counts none where the history names no layers', () => {
    const base = findBase(imageOf({ history: [] }), known(baseOf(2)));

    expect(base).toMatchObject({ layers: 2 });
    expect(base).not.toHaveProperty('entries');
  });

  const BASE = 'org.opencontainers.image.base';
  it.each([
    ['a name', { [`${BASE}.name`]: 'debian:12' }, { name: 'debian:12' }],
    ['a digest', { [`${BASE}.digest`]: digest('f') }, { digest: digest('f') }],
    ['a name, and no digest', { [`${BASE}.name`]: 'a', [`${BASE}.digest`]: 'sha256:1' }, { name: 'a' }],
  ])('takes from a label %s, but no layers', (_, labels, expected) => {
    const base = findBase(imageOf(claiming(labels)), new Map());

    expect(base).toEqual({ by: 'label', ...expected, reason: expect.stringContaining('label names it') as string });
  });

  it.each([
    ['an empty name', { [`${BASE}.name`]: '' }],
    ['a number', { [`${BASE}.name`]: 7 }],
    ['a name of a megabyte', { [`${BASE}.name`]: 'a'.repeat(1_000_000) }],
    ['null', null],
    ['a list', ['x']],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('%s is no claim', (_, labels) => {
    expect(findBase(imageOf({ ...claiming(labels), history: [] }), new Map())).toBeUndefined();
  });

  it('says when a label contradicts the layers', () => {
    const other = baseOf(2, { chain: digest('9'), digest: digest('f') });
    const labelled = claiming({ [`${BASE}.digest`]: digest('f') });

    expect(findBase(imageOf(labelled), known(other))?.reason).toContain('does not begin with its layers');
    expect(findBase(imageOf(labelled), known(baseOf(2, { digest: digest('f') })))?.reason).toContain('says so, too');
    expect(findBase(imageOf(labelled), known(baseOf(2, { digest: digest('e') })))?.reason).toContain('another image');
  });

  const remark = (...comments: readonly string[]): Partial<ImageInfo> => ({
    history: history.map((entry, i) => ({ ...entry, ...(comments[i] !== undefined && { comment: comments[i] }) })),
  });
  it.each([
    ['the manifest', { annotatedBase: { name: 'debian:12', digest: digest('f') } }, 'annotation', 'debian:12'],
    ['the remark of Buildah', remark('', '', '', 'FROM quay.io/a/b:1'), 'history', 'quay.io/a/b:1'],
    ['the last of several remarks', remark('FROM a:1', '', '', 'FROM b:2'), 'history', 'b:2'],
    ['not that of an image in between', remark('', '', 'FROM b:2', 'FROM 0123456789ab'), 'history', 'b:2'],
    [
      'the manifest before a label',
      { ...claiming({ [`${BASE}.name`]: 'a' }), annotatedBase: { name: 'b' } },
      'annotation',
      'b',
    ],
    ['a remark before a label', { ...claiming({ [`${BASE}.name`]: 'a' }), ...remark('FROM b:2') }, 'history', 'b:2'],
  ] as const)('takes the word of %s', (_, more, by, name) => {
    const base = findBase(imageOf(more), new Map());

    expect(base).toMatchObject({ by, name });
    expect(base).not.toHaveProperty('layers');
  });

  it.each([
    'FROM scratch',
    'FROM user:secret@host/a',
    'FROM a b',
    'from a',
    'FROM \u001b[31m',
    `FROM ${'a'.repeat(1000)}`,
  ])('no claim is the remark %j', (comment) => {
    expect(findBase(imageOf(remark('', comment)), new Map())?.by).toBe('none');
  });

  it('only hints at what the history looks like', () => {
    expect(findBase(imageOf(), new Map())).toEqual({
      by: 'none',
      reason: expect.stringContaining('the first 2 layers come from one') as string,
    });
  });

  it.each([
    ['no command', history.filter(({ instruction }) => !instruction.startsWith('CMD'))],
    ['a command at the end alone', history.filter(({ index }) => index !== 2)],
    ['no history', []],
  ])('hints at nothing: %s', (_, entries) => {
    expect(findBase(imageOf({ history: entries }), new Map())).toBeUndefined();
  });

  it('takes no date of the base from the year 0, nor what is none', () => {
    const odd = history.map((entry, i) => ({ ...entry, created: ['0001-01-01T00:00:00Z', 'May 2026', ''][i] ?? '' }));

    expect(findBase(imageOf({ history: odd }), known(baseOf(2)))).not.toHaveProperty('created');
  });
});

describe('knownBaseOf', () => {
  it.each([
    ['a layer without a digest', { layers: [{ index: 0, size: 1 }] }, []],
    ['no layers', { layers: [] }, []],
    ['a layer that is another', {}, [{ code: 'image.digest-mismatch', message: '', layer: 2 }]],
    ['layers that a bill of materials claims', {}, [{ code: 'sbom.source', message: '' }]],
    ['a layer that is missing', {}, [{ code: 'image.layer-missing', message: '', layer: 2 }]],
  ] as const)('%s: nothing to recognise', (_, more, problems) => {
    expect(knownBaseOf(imageOf(more), problems, { name: 'x', by: 'known', now })).toBeUndefined();
  });
});

describe('isBetter', () => {
  it.each([
    ['taught after scanned', { by: 'taught' }, { by: 'known' }, true],
    ['scanned after taught', { by: 'known' }, { by: 'taught' }, false],
    ['taught once more', { by: 'taught', name: 'b' }, { by: 'taught', name: 'a' }, true],
    ['one with fewer instructions', { entries: 2, name: 'b' }, { entries: 3, name: 'a' }, true],
    ['one with more', { entries: 3, name: 'b' }, { entries: 2, name: 'a' }, false],
    ['the same once more', { entries: 3, name: 'a' }, { entries: 2, name: 'a' }, true],
  ] as const)('%s', (_, one, other, expected) => {
    expect(isBetter(baseOf(2, one), baseOf(2, other))).toBe(expected);
  });
});

describe('withOrigin', () => {
  const findings = [
    makeFinding('layer-1', { layer: { index: 1 }, historyIndex: 5 }),
    makeFinding('layer-2', { layer: { index: 2 } }),
    { ...makeFinding('entry-2', { historyIndex: 2 }), layer: undefined },
    { ...makeFinding('entry-3', { historyIndex: 3 }), layer: undefined },
    { ...makeFinding('nowhere'), layer: undefined },
  ].map(({ layer, ...finding }) => ({ ...finding, ...(layer !== undefined && { layer }) }));
  const fromOf = (base: Parameters<typeof withOrigin>[1]): readonly string[] =>
    withOrigin(findings, base).map(({ from }) => from);

  it.each([
    ['layers and entries', { layers: 2, entries: 3 }, ['base', 'own', 'base', 'own', 'unknown']],
    ['layers alone', { layers: 2 }, ['base', 'own', 'unknown', 'unknown', 'unknown']],
    ['a name alone', {}, ['unknown', 'unknown', 'unknown', 'unknown', 'unknown']],
  ] as const)('by %s', (_, base, expected) => {
    expect(fromOf({ by: 'known', reason: '', ...base })).toEqual(expected);
  });

  it('without a base leaves everything unknown', () => {
    expect(new Set(fromOf(undefined))).toEqual(new Set(['unknown']));
  });
});
