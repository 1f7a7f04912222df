import { describe, expect, it } from 'vitest';
import { judgeWith, makeLayers, makeView } from '../../../test/support/view.ts';
import type { BaseImage } from '../../model/base-image.ts';
import { endOfLife } from './index.ts';

async function judge(base: BaseImage | undefined, now = '2026-01-01T00:00:00Z') {
  const layers = makeLayers('ADD file:1 in /', 'RUN upgrade', 'COPY . /app');
  return await judgeWith(endOfLife, makeView({ image: { layers, ...(base !== undefined && { base }) } }), now);
}

const base: BaseImage = { by: 'known', layers: 2, created: '2026-01-01T00:00:00Z', reason: '' };

describe('base-old', () => {
  it.each([
    ['on the same day', '2026-01-01T00:00:00Z', []],
    ['before it was made', '2020-01-01T00:00:00Z', []],
    ['after 180 days', '2026-06-30T23:59:59Z', []],
    ['after 181 days', '2026-07-01T00:00:00Z', ['base-old negligible']],
    ['after 365 days', '2027-01-01T00:00:00Z', ['base-old negligible']],
    ['after 366 days', '2027-01-02T00:00:00Z', ['base-old low']],
  ])('%s', async (_, now, expected) => {
    const said = await judge(base, now);

    expect(said.map((one) => ('kind' in one ? `${one.id} ${one.severity}` : one.code))).toEqual(expected);
  });

  it('names the day, and the last layer of the base', async () => {
    expect(await judge(base, '2026-07-20T00:00:00Z')).toMatchObject([
      { evidence: 'The base image was made on 2026-01-01, 200 days ago.', layer: { index: 1 } },
    ]);
  });

  it.each([
    [
      'only a label names it',
      { by: 'label', name: 'debian:12', reason: '' },
      'the layers of its base image are not known',
    ],
    ['only the history hints at it', { by: 'none', reason: '' }, 'the layers of its base image are not known'],
    ['it has no date', { by: 'known', layers: 1, reason: '' }, 'nothing tells when its base image was made'],
    [
      'its date is none',
      { by: 'known', layers: 1, created: 'May', reason: '' },
      'nothing tells when its base image was made',
    ],
  ] as const)('says that it cannot be decided: %s', async (_, one, why) => {
    expect(await judge(one)).toEqual([
      { code: 'check.undecided', message: `end-of-life: base-old cannot be decided: ${why}` },
    ]);
  });

  it('says that it cannot be decided where the clock was not set', async () => {
    expect(await judge(base, '1970-01-01T00:00:00Z')).toEqual([
      {
        code: 'check.undecided',
        message: 'end-of-life: base-old cannot be decided: the day of the scan is 1970-01-01, before there were images',
      },
    ]);
  });

  it('has nothing to ask where nothing tells of a base', async () => {
    expect(await judge(undefined, '2040-01-01T00:00:00Z')).toEqual([]);
  });
});
