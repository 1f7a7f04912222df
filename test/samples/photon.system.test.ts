import { describe, expect, it } from 'vitest';
import { photonCve } from '../../src/ecosystems/photon/feed.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';

/** `id namespace package version-or-state`. Every row counts for a package and a source: one of them is compared. */
function ours(advisories: readonly Advisory[]): string[] {
  return advisories.flatMap(({ id, affected }) =>
    affected.flatMap((row) =>
      row.nameKind === 'binary' ? [`${id} ${row.namespace} ${row.package} ${row.ranges[0]?.fixed ?? row.state}`] : [],
    ),
  );
}

function inputs(files: ReadonlyMap<string, Buffer>, folder: string, wanted: RegExp): Record<string, Buffer> {
  const found = [...files].filter(([path]) => path.startsWith(`${folder}/`) && wanted.test(path));
  return Object.fromEntries(found.map(([path, content]) => [path.slice(folder.length + 1), content]));
}

const plain = /cve_data_photon\d\.\d\.json$/;

interface Row {
  readonly os_version?: string;
  readonly cve_id: string;
  readonly pkg: string;
  readonly res_ver: string;
  readonly status?: string;
}

const meant: readonly Reason[] = [
  [/^(?:UNK-\d+|Re) /, 'a placeholder is no id that anybody could look up'],
  [/^CVE-2023-50447 .* (?:NA|None)$/, 'fixed without a version: the row does not say what is affected'],
];

describe.skipIf(!hasShared)('samples of Photon OS', () => {
  it('vuln-list-update: the rows of its 15 goldens', async () => {
    const files = sampleFiles('photon', 'vuln-list-update');
    const folder = 'photon/testdata';
    const { upserts } = await readFiles(photonCve, inputs(files, folder, plain));
    const rows = [...files]
      .filter(([path]) => path.includes('/golden/'))
      .map(([, text]) => JSON.parse(text.toString()) as Row)
      // It drops the status: `NA` is all that is left of "Not Affected".
      .map((row) => `${row.cve_id} photon:${row.os_version} ${row.pkg} ${row.res_ver.replace(/^NA$/, 'not-affected')}`);

    const { equal, theirs, unexplained } = differencesOf(rows, ours(upserts), meant, []);
    expect({ equal, theirs, unexplained }).toEqual({ equal: 15, theirs: {}, unexplained: [] });
  });

  it('vuls-data-update: the rows of its goldens', async () => {
    const files = sampleFiles('photon', 'vuls-data-update');
    const folder = 'fetch/photon/cve/testdata';
    const { upserts } = await readFiles(photonCve, inputs(files, `${folder}/fixtures/happy`, plain));
    const rows = [...files]
      .filter(([path]) => path.startsWith(`${folder}/golden/`))
      .map(([path, text]) => {
        const row = JSON.parse(text.toString()) as Row;
        const version = row.status === 'Not Affected' ? 'not-affected' : row.res_ver;
        return `${row.cve_id} photon:${path.slice(folder.length + 8).split('/')[0]} ${row.pkg} ${version}`;
      });

    const { equal, theirs, unexplained } = differencesOf(rows, ours(upserts), meant, []);
    expect({ equal, theirs, unexplained }).toEqual({ equal: 7, theirs: { [meant[0]?.[1] ?? '']: 4 }, unexplained: [] });
  });

  it.each(['cve_data_photon3.0_invalid_cveid.json', 'cve_data_photon_empty_cveid.json'])(
    'says what it leaves out of %s',
    async (name) => {
      const content = sampleFiles('photon', 'vuln-list-update').get(`photon/testdata/${name}`) ?? Buffer.alloc(0);
      const { upserts, notes } = await readFiles(photonCve, { 'cve_data_photon3.0.json': content });

      expect(upserts).toEqual([]);
      expect(notes).toEqual([expect.stringMatching(/row 1: ".*" is no id$/)]);
    },
  );
});
