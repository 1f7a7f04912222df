import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { DrydockError } from '../../../src/errors.ts';
import { loadFormats } from '../../../src/report/index.ts';
import { faults } from '../../hostile/hostile-case.ts';
import { rpmDatabase, smallRpm } from '../../hostile/rpm-databases.ts';
import { runScan } from '../../hostile/scan-case.ts';
import { xzStored } from '../../hostile/xz.ts';
import { dockerArchive, layer, ociLayout } from '../../support/image.ts';
import { listTemplate } from '../../support/list-template.ts';
import { alpineFiles, debianLayer } from '../../support/root-file-systems.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { inside, tarMutations } from './format-mutations.ts';
import type { FuzzReader } from './fuzz-reader.ts';

const formats = await loadFormats();
const options = { width: 80, colour: false, listPackages: true, template: listTemplate };

let file: string | undefined;

/** Whatever the bytes are: the scan ends with reports that every format can show, or with an error that has a code. */
async function scan(bytes: Buffer): Promise<void> {
  file ??= path.join(temporaryFolder(), 'image');
  writeFileSync(file, bytes);
  const { reports, error } = await runScan({ reference: file });
  if (error !== undefined) {
    if (!(error instanceof DrydockError)) throw error;
    if (!error.code.startsWith('source.') || faults.test(error.message))
      throw new Error(`${error.code}: ${error.message}`);
  }
  for (const report of reports) {
    for (const { code, message } of report.problems) {
      if (faults.test(message) || code === 'judge.failed' || code === 'analyzer.failed') {
        throw new Error(`${code}: ${message}`);
      }
    }
    for (const format of formats) format.render([report], options);
  }
}

function upper(): Buffer {
  return layer([
    { path: 'usr/bin/.wh.bash' },
    { path: 'link', type: 'symlink', linkTarget: 'usr/lib' },
    { path: 'hard', type: 'hardlink', linkTarget: 'link' },
    { path: 'caps', capabilities: Buffer.from('0100000202', 'hex'), globalPax: [['comment', 'c']] },
    { path: 'var/lib/rpm/rpmdb.sqlite', content: rpmDatabase('sqlite', [smallRpm('one')]) },
    { path: 'var/lib/rpm/Packages', content: rpmDatabase('bdb-le', [smallRpm('two')]) },
  ]);
}

const repack = inside(gunzipSync, (bytes) => gzipSync(bytes, { level: 1 }), tarMutations);

export const imageReaders: readonly FuzzReader[] = [
  {
    name: 'image-archive',
    seeds: () => {
      const layers = [debianLayer(), upper(), layer(alpineFiles())];
      return [dockerArchive({ layers }), dockerArchive({ layers, layout: 'blobs' })];
    },
    mutations: tarMutations,
    run: scan,
  },
  {
    name: 'image-layout',
    seeds: () => {
      const layers = [debianLayer(), upper(), layer(alpineFiles())];
      return [
        ociLayout({ layers, compression: 'none', nestedIndex: true }),
        ociLayout({ layers, attestations: true }),
        ociLayout({ layers, compression: 'zstd' }),
      ];
    },
    mutations: tarMutations,
    run: scan,
  },
  {
    name: 'image-packed-layer',
    seeds: () => [gzipSync(debianLayer()), gzipSync(upper()), zstdCompressSync(upper()), xzStored(upper())],
    mutations: [repack],
    run: scan,
  },
  { name: 'image-layer', seeds: () => [debianLayer(), upper()], mutations: tarMutations, run: scan },
];
