import { describe, expect, it } from 'vitest';
import { judgeWith, makeLayers, makePackage, makeView, type ViewParts } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { Package } from '../../model/package.ts';
import { evasion } from './index.ts';

async function judge(parts: ViewParts) {
  const layers = makeLayers('ADD file:1 in /', 'RUN apt-get install', 'RUN rm -rf /var/lib/dpkg');
  const view = makeView({ image: { layers }, ...parts });
  return (await judgeWith(evasion, view, '2026-01-01T00:00:00Z')).filter(isFinding);
}

const status = 'var/lib/dpkg/status';

function removedIn(layer: number, packages: readonly Package[]) {
  const removed: PackageRecord[] = packages.map(({ name, version, type }) => ({ name, version, type }));
  return [0, 1, 2].map((index) => ({
    layer: index,
    added: [],
    changed: [],
    removed: index === layer ? removed : [],
  }));
}

describe('a package database that a layer removes', () => {
  it('is a finding, with the layer and what it lists', async () => {
    const packages = ['bash', 'openssl'].map((name) => makePackage(name, '1', { presence: 'recovered' }));
    const databases = [{ slot: 'dpkg', path: status, layer: 1, removedBy: 2 }];

    expect(await judge({ packages, databases })).toMatchObject([
      {
        kind: 'evasion',
        id: 'package-database-removed',
        severity: 'high',
        layer: { index: 2, instruction: 'RUN rm -rf /var/lib/dpkg' },
        location: { path: status },
        evidence: 'Layer 2 removes var/lib/dpkg/status of layer 1, which lists 2 packages.',
      },
    ]);
  });

  it('is none while it is in sight', async () => {
    expect(await judge({ databases: [{ slot: 'dpkg', path: status, layer: 1 }] })).toEqual([]);
  });
});

describe('packages dropped from the database', () => {
  it('are findings that name the layer that dropped them', async () => {
    const packages = [
      makePackage('openssl', '1', { presence: 'recovered' }),
      makePackage('bash', '1', { presence: 'recovered' }),
      makePackage('zlib', '1'),
    ];

    const findings = await judge({
      packages,
      databases: [{ slot: 'dpkg', path: status, layer: 2 }],
      inventory: removedIn(2, packages.slice(0, 2)),
    });

    expect(findings.map(({ id, package: p, layer }) => [id, p?.name, layer?.index])).toEqual([
      ['package-dropped-from-database', 'bash', 2],
      ['package-dropped-from-database', 'openssl', 2],
    ]);
    expect(findings[0]?.evidence).toBe(
      'bash 1 came with layer 0; layer 2 dropped it from var/lib/dpkg/status, its files are still there.',
    );
  });

  it('are named together beyond the first fifty', async () => {
    const packages = Array.from({ length: 75 }, (_, i) =>
      makePackage(`p${String(i).padStart(2, '0')}`, '1', { presence: 'recovered' }),
    );

    const findings = await judge({ packages, inventory: removedIn(1, packages) });

    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({ id: 'package-dropped-from-database', layer: { index: 1 } });
    expect(findings.at(-1)?.evidence).toMatch(/p50, p51, .*, p59 and 15 more\.$/);
  });
});
