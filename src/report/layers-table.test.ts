import { describe, expect, it } from 'vitest';
import { debian12, makeLayers, makeView } from '../../test/support/view.ts';
import type { PackageRecord } from '../model/fact.ts';
import { buildLayersReport } from './layers-report.ts';
import { renderLayersJson, renderLayersTable } from './layers-table.ts';

function record(name: string, version: string, more: Partial<PackageRecord> = {}): PackageRecord {
  return { name, version, type: 'deb', ...more };
}

const libssl = record('libssl3', '3.0.11', {
  arch: 'amd64',
  source: { name: 'openssl', version: '3.0.11' },
  licences: ['Apache-2.0'],
});

const report = buildLayersReport(
  makeView({
    distribution: debian12,
    image: { layers: makeLayers('ADD file:0f1e2d in /', 'RUN apt-get \x1b[31m\\\n  upgrade', 'COPY . /app') },
    inventory: [
      { layer: 0, added: [record('zlib1g', '1.2'), libssl], changed: [], removed: [] },
      {
        layer: 1,
        added: [],
        changed: [{ before: record('zlib1g', '1.2'), after: record('zlib1g', '1.3') }],
        removed: [libssl],
      },
    ],
  }),
);

describe('the report of layers', () => {
  it('has the fields that programs rely on', () => {
    const { layers } = JSON.parse(renderLayersJson(report));

    expect(layers[0]).toEqual({
      index: 0,
      digest: expect.stringMatching(/^sha256:/),
      diffId: expect.stringMatching(/^sha256:/),
      size: 1_000_000,
      instruction: 'ADD file:0f1e2d in /',
      added: [
        {
          name: 'libssl3',
          version: '3.0.11',
          type: 'deb',
          arch: 'amd64',
          source: { name: 'openssl', version: '3.0.11' },
        },
        { name: 'zlib1g', version: '1.2', type: 'deb' },
      ],
      changed: [],
      removed: [],
    });
    expect(layers[1]).toMatchObject({
      changed: [{ name: 'zlib1g', version: '1.3', previousVersion: '1.2', type: 'deb' }],
      removed: [{ name: 'libssl3' }],
    });
    expect(layers[2]).toMatchObject({ index: 2, added: [], changed: [], removed: [] });
  });

  it('reads like this', () => {
    expect(renderLayersTable(report, { width: 80, colour: false })).toBe(`\
example:1 (Debian GNU/Linux 12 (bookworm))

layer 0  1.0 MB  ADD file:0f1e2d in /
  packages: 2 added
    + libssl3 3.0.11 (deb amd64, source openssl 3.0.11)
    + zlib1g 1.2 (deb)

layer 1  2.0 MB  RUN apt-get \\x1b[31m upgrade
  packages: 1 changed, 1 removed
    ~ zlib1g 1.2 -> 1.3 (deb)
    - libssl3 3.0.11 (deb amd64, source openssl 3.0.11)

layer 2  3.0 MB  COPY . /app
  no packages

`);
  });

  it('begins with what could not be read', () => {
    const damaged = { ...report, problems: [{ code: 'layer.truncated', message: 'The layer ends early.' } as const] };

    expect(renderLayersTable(damaged, { width: 80, colour: false })).toMatch(/^! INCOMPLETE/);
  });

  it('tells what files only ask for from what is installed', () => {
    const lodash = (version: string, evidence?: 'lockfile') =>
      record('lodash', version, { type: 'npm', ...(evidence !== undefined && { evidence }) });
    const both = buildLayersReport(
      makeView({
        image: { layers: makeLayers('COPY . /app') },
        inventory: [{ layer: 0, added: [lodash('4.17.21', 'lockfile'), lodash('4.17.15')], changed: [], removed: [] }],
      }),
    );

    expect(JSON.parse(renderLayersJson(both)).layers[0].added).toEqual([
      { name: 'lodash', version: '4.17.15', type: 'npm' },
      { name: 'lodash', version: '4.17.21', type: 'npm', evidence: 'lockfile' },
    ]);
    const table = renderLayersTable(both, { width: 100, colour: false });
    expect(table).toContain('packages: 1 added, 1 only asked for by lockfiles and manifests\n');
    expect(table).toContain('+ lodash 4.17.15 (npm)\n');
    expect(table).toContain('+ lodash 4.17.21 (npm, lockfile)\n');
  });
});
