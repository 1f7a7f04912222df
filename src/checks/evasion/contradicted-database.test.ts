import { describe, expect, it } from 'vitest';
import { type DatabasePackage, dpkgStatus as dpkgDatabase } from '../../../test/support/databases.ts';
import { imageOf, layersContext } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { judgeWith, makeLayers, makeView } from '../../../test/support/view.ts';
import { assembleImage } from '../../assembly/assemble.ts';
import { isFinding } from '../../model/check.ts';
import type { DatabaseContradiction } from '../../model/view.ts';
import { dpkgInfo } from '../../packages/dpkg/info.ts';
import { dpkgStatus } from '../../packages/dpkg/status.ts';
import { readLayers } from '../../reading/read-layers.ts';
import { evasion } from './index.ts';

const analyzers = [dpkgStatus, dpkgInfo];
const now = '2026-01-01T00:00:00Z';

async function told(...layers: (readonly TarEntry[])[]): Promise<readonly string[]> {
  const context = layersContext();
  const image = imageOf(...layers);
  const { view } = await assembleImage(image, await readLayers(image, analyzers, context), analyzers, [], context);
  const findings = (await judgeWith(evasion, view, now)).filter(isFinding);
  return findings.map(({ id, severity, layer, evidence }) => `${id} ${severity} @${layer?.index}: ${evidence}`);
}

const path = 'var/lib/dpkg/status';
const status = (...packages: DatabasePackage[]): TarEntry => ({ path, content: dpkgDatabase(packages) });
const packaged = (name: string): TarEntry[] => [
  { path: `var/lib/dpkg/info/${name}.list`, content: `/.\n/usr/bin/${name}\n/usr/lib/${name}.so\n` },
  { path: `usr/bin/${name}`, content: name, mode: 0o755 },
  { path: `usr/lib/${name}.so`, content: name },
];
const one = { name: 'one', version: '1' };
const two = { name: 'two', version: '1' };
const base = [status(one, two), ...packaged('one'), ...packaged('two')];

describe('a database that contradicts the files', () => {
  it.each<{ title: string; layers: (readonly TarEntry[])[]; expected: readonly string[] }>([
    { title: 'not at all', layers: [base], expected: [] },
    {
      title: 'an honest upgrade',
      layers: [base, [status({ ...one, version: '2' }, two), ...packaged('one')]],
      expected: [],
    },
    {
      title: 'an honest removal',
      layers: [
        base,
        [
          status(two),
          { path: 'usr/bin/.wh.one' },
          { path: 'usr/lib/.wh.one.so' },
          { path: 'var/lib/dpkg/info/.wh.one.list' },
        ],
      ],
      expected: [],
    },
    {
      title: 'another version without files',
      layers: [base, [status({ ...one, version: '2' }, two)]],
      expected: [
        `package-version-without-files high @1: Layer 1 names one 2 in ${path} instead of 1, but 2 of its 2 files are older than the layer.`,
      ],
    },
    {
      title: 'no entry in any layer',
      layers: [[status(two), ...base.slice(1)]],
      expected: [
        'package-unlisted medium @0: var/lib/dpkg/info/one.list lists 2 files of one, of which 2 are there; no database tells of it.',
      ],
    },
    {
      title: 'an entry without files',
      layers: [base, [{ path: 'usr/bin/.wh.one' }, { path: 'usr/lib/.wh.one.so' }]],
      expected: [`package-without-files low @0: ${path} lists one 1; of its 2 programs and libraries 0 are there.`],
    },
    {
      title: 'a link to another file',
      layers: [
        [...base, { path: 'opt/x', content: dpkgDatabase([one, two]) }],
        [{ path, type: 'symlink', linkTarget: '/opt/x' }],
      ],
      expected: [`package-database-not-plain medium @1: ${path} of layer 1 is a link.`],
    },
    {
      title: 'a file of somebody',
      layers: [[{ ...status(one, two), uid: 1000 }, ...base.slice(1)]],
      expected: [`package-database-not-plain low @0: ${path} of layer 0 belongs to user 1000 and has mode 644.`],
    },
    {
      title: 'a FIFO in its place',
      layers: [base, [{ path, type: 'fifo' }]],
      expected: [
        `package-database-removed high @1: Layer 1 puts a fifo in the place of ${path} of layer 0, which lists 2 packages.`,
      ],
    },
    {
      title: 'a FIFO from the start',
      layers: [[{ path, type: 'fifo' }]],
      expected: [`package-database-not-plain medium @0: ${path} of layer 0 is a fifo.`],
    },
    {
      title: 'a folder of packages removed',
      layers: [
        [
          { path: `${path}.d/one`, content: dpkgDatabase([one]) },
          { path: `${path}.d/two`, content: dpkgDatabase([two]) },
        ],
        [{ path: 'var/lib/dpkg/.wh.status.d' }],
      ],
      expected: [`package-database-removed high @1: Layer 1 removes ${path}.d of layer 0, which lists 2 packages.`],
    },
  ])('$title', async ({ layers, expected }) => {
    expect(await told(...layers)).toEqual(expected);
  });

  it('tells that a distribution has no database, with the lists that are left', async () => {
    const message = 'the image is of Debian GNU/Linux 13 (trixie), but no layer has a database of its packages';
    const lists = ['one', 'two'].map((name): DatabaseContradiction => {
      return { kind: 'unlisted', package: name, path: `var/lib/dpkg/info/${name}.list`, layer: 0, files: 2, kept: 2 };
    });
    const of = async (contradictions: readonly DatabaseContradiction[]): Promise<readonly unknown[]> => {
      const view = makeView({ contradictions, problems: [{ code: 'packages.database-missing', message }] });
      return (await judgeWith(evasion, view, now)).filter(isFinding).map(({ id, evidence }) => [id, evidence]);
    };

    const said = 'The image is of Debian GNU/Linux 13 (trixie), but no layer has a database of its packages';
    expect(await of([])).toEqual([['package-database-missing', `${said}.`]]);
    expect(await of(lists)).toEqual([['package-database-missing', `${said}; lists of files are left of 2 packages.`]]);
  });

  it('names fifty packages of a rule, and counts the rest by layer', async () => {
    const contradictions = Array.from(
      { length: 75 },
      (_, i): DatabaseContradiction => ({
        kind: 'files',
        package: `p${String(i).padStart(2, '0')}`,
        version: '1',
        path,
        layer: i % 2,
        files: 2,
        kept: 0,
      }),
    );
    const view = makeView({ contradictions, image: { layers: makeLayers('ADD x /', 'RUN y') } });
    const findings = (await judgeWith(evasion, view, now)).filter(isFinding);

    expect(findings).toHaveLength(52);
    expect(findings.slice(50).map(({ layer, evidence }) => [layer?.index, evidence])).toEqual([
      [0, 'The same of p50, p52, p54, p56, p58, p60, p62, p64, p66, p68 and 3 more.'],
      [1, 'The same of p51, p53, p55, p57, p59, p61, p63, p65, p67, p69 and 2 more.'],
    ]);
  });
});
