import { describe, expect, it } from 'vitest';
import { debian12, judgeWith, makeLayers, makeView } from '../../../test/support/view.ts';
import type { Distribution } from '../../model/distribution.ts';
import { endOfLife } from './index.ts';

async function judge(now: string, distribution: Distribution | undefined) {
  const release = { path: 'usr/lib/os-release', text: 'ID=debian', fields: new Map() };
  const view = makeView({
    image: { layers: makeLayers('ADD file:1 in /', 'RUN upgrade', 'COPY . /app') },
    ...(distribution !== undefined && { distribution }),
    releaseFiles: [release],
    facts: [0, 1].map((layer) => ({ layer, fact: { kind: 'release', path: release.path, text: release.text } })),
  });
  return judgeWith(endOfLife, view, now);
}

describe('end-of-life', () => {
  it.each([
    ['long before', '2020-01-01T00:00:00Z', []],
    ['91 days before', '2028-03-31T23:59:59Z', []],
    ['90 days before', '2028-04-01T00:00:00Z', ['distribution-end-of-life-soon low']],
    ['on the last day', '2028-06-30T23:59:59Z', ['distribution-end-of-life-soon low']],
    ['the day after', '2028-07-01T00:00:00Z', ['distribution-end-of-life high']],
    ['years after', '2040-01-01T00:00:00Z', ['distribution-end-of-life high']],
  ])('%s', async (_, now, expected) => {
    const findings = await judge(now, debian12);

    expect(findings.map((f) => ('kind' in f ? `${f.id} ${f.severity}` : f.code))).toEqual(expected);
  });

  it('names both days, and the layer that brought the release file', async () => {
    expect(await judge('2030-01-02T00:00:00Z', debian12)).toMatchObject([
      {
        kind: 'configuration',
        evidence:
          'The security updates of Debian GNU/Linux 12 (bookworm) ended on 2028-06-30, and today is 2030-01-02.',
        location: { path: 'usr/lib/os-release' },
        layer: { index: 1, instruction: 'RUN upgrade' },
        historyIndex: 1,
      },
    ]);
  });

  it.each(['1970-01-01T00:00:00Z', '2012-12-31T23:59:59Z'])('a clock that says %s decides nothing', async (now) => {
    const said = await judge(now, debian12);

    expect(said).toEqual(
      ['distribution-end-of-life', 'distribution-end-of-life-soon'].map((id) => ({
        code: 'check.undecided',
        message: `end-of-life: ${id} cannot be decided: the day of the scan is ${now.slice(0, 10)}, before there were images`,
      })),
    );
  });

  it.each([
    ['a release without a known day', { id: 'debian', version: 'unstable', name: 'Debian sid' }],
    ['no distribution', undefined],
  ])('%s: nothing', async (_, distribution) => {
    expect(await judge('2040-01-01T00:00:00Z', distribution)).toEqual([]);
  });
});
