import { describe, expect, it } from 'vitest';
import { fedoraBodhi } from '../../src/ecosystems/fedora/bodhi.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';
import { cvesOf, detectionCves, detectionFacts, factsByCve, fixedInFacts, goldenRecords } from './goldens.ts';

const vuls = () => sampleFiles('fedora', 'vuls-data-update');

/** What a golden says of updates that we leave out, on purpose. */
const theirs: readonly Reason[] = [
  [/FEDORA-EPEL-|epel/i, 'EPEL is not of Fedora'],
  [/^FEDORA-MODULAR-/, 'the build of a module names no rpm; which it has, the build system alone tells'],
  [/^FEDORA-(?:CONTAINER|FLATPAK)-|^FEDORA-2021-f5540ef3d6/, 'a container or flatpak, which is no rpm'],
  [/^FEDORA-2023-(?:bb021a4854|5911638116|bd14c83780)/, 'it was tested, and had not reached users'],
  [/^fedora:7 /, 'EPEL 7, taken for Fedora 7 there'],
  [/^fedora:21 /, 'a release before 35, which is no longer read'],
];

/** `ID SOURCE FIX` of what is an update of Fedora that reached its users. */
function sourcesOf(upserts: readonly Advisory[]): string[] {
  return upserts.flatMap(({ id, affected }) => affected.map((row) => `${id} ${row.package} ${row.ranges[0]?.fixed}`));
}

describe.skipIf(!hasShared)('samples of Fedora', () => {
  it.each([
    ['default', 'input', 5],
    ['merge', 'merge-input', 6],
  ])('vunnel: gives the packages and fixes of its goldens: %s', async (golden, input, equal) => {
    const files = sampleFiles('fedora', 'vunnel');
    const inputs = [...files].filter(([path]) => path.includes(`/${input}/`));
    const { upserts, notes } = await readFiles(fedoraBodhi, Object.fromEntries(inputs));
    const records = goldenRecords(files, new RegExp(`snapshots/${golden}/`));

    expect(records.length).toBeGreaterThan(0);
    expect(differencesOf(records.flatMap(fixedInFacts), factsByCve(upserts), theirs, [])).toMatchObject({
      equal,
      ours: {},
      unexplained: [],
    });
    // Every update that is left out is noted.
    expect(upserts.length + notes.length).toBe(inputs.length);
  });

  it('vuls-data-update: pages have the updates of its goldens', async () => {
    const files = vuls();
    const inputs = [...files].filter(([path]) => /^fetch\/fedora\/api\/testdata\/fixtures\/updates\//.test(path));
    const { upserts } = await readFiles(fedoraBodhi, Object.fromEntries(inputs));
    const golden = goldenRecords(files, /^fetch\/fedora\/api\/testdata\/golden\//).map((record) =>
      String(record['alias']),
    );

    expect(
      differencesOf(
        golden,
        upserts.map(({ id }) => id),
        theirs,
        [],
      ),
    ).toEqual({
      equal: 1,
      theirs: { [theirs[1]?.[1] ?? '']: 1, [theirs[2]?.[1] ?? '']: 2, [theirs[3]?.[1] ?? '']: 3 },
      ours: {},
      unexplained: [],
    });
  });

  it('vuls-data-update: its updates give the CVEs and, by sources, the fixes of its detections', async () => {
    const files = vuls();
    const inputs = [...files].filter(([path]) => /^extract\/fedora\/api\/testdata\/fixtures\//.test(path));
    const { upserts } = await readFiles(fedoraBodhi, Object.fromEntries(inputs));
    const records = goldenRecords(files, /^extract\/fedora\/api\/testdata\/golden\/data\//);
    // A golden lists what the build system made of a build; the source package is among that.
    const sources = records.flatMap((record) =>
      detectionFacts(record, (ecosystem) => ecosystem)
        .map((line) => line.split(' '))
        .filter(([, , , arch]) => arch === 'src')
        .map(([id, , name, , fixed]) => `${id} ${name} ${fixed}`),
    );

    expect(differencesOf(sources, sourcesOf(upserts), theirs, [])).toMatchObject({
      equal: 3,
      ours: {},
      unexplained: [],
    });
    expect(differencesOf(records.flatMap(detectionCves), cvesOf(upserts), theirs, [])).toMatchObject({
      ours: {},
      unexplained: [],
    });
  });
});
