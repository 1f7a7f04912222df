import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory, Affected, BuildFilter, VersionRange } from '../model/advisory.ts';
import { severities } from '../model/severity.ts';
import { decodeAdvisory, decodeAffected, encodeAdvisory } from './encoding.ts';

const text = fc.string();
const texts = fc.array(text);

/** Members that a value may lack: never there and undefined. */
function some<T extends object>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(parts, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const range = some<Required<VersionRange>>({ introduced: text, fixed: text, lastAffected: text });
const only = some<Required<BuildFilter>>({
  module: text,
  architectures: texts,
  repositories: texts,
  flavour: text,
  apart: texts,
});
const affected: fc.Arbitrary<Affected> = fc.record(
  {
    namespace: text,
    package: text,
    nameKind: fc.constantFrom('source' as const, 'binary' as const),
    state: fc.constantFrom(
      'fixed' as const,
      'affected' as const,
      'will-not-fix' as const,
      'deferred' as const,
      'end-of-life' as const,
      'under-investigation' as const,
      'not-affected' as const,
    ),
    ranges: fc.array(range, { maxLength: 3 }),
    versions: texts,
    only,
    severity: fc.constantFrom(...severities),
    note: text,
  },
  { requiredKeys: ['namespace', 'package', 'nameKind', 'state', 'ranges'] },
) as fc.Arbitrary<Affected>;

const advisory = (entries: readonly Affected[]): Advisory => ({
  key: 'k',
  id: 'CVE-2024-0001',
  aliases: [],
  severity: 'low',
  urls: [],
  affected: entries,
});

describe('the encoding of advisories', () => {
  it('gives every entry back: ranges, versions, builds, severity, note', () => {
    fc.assert(
      fc.property(fc.array(affected, { maxLength: 4 }), (entries) => {
        expect(encodeAdvisory(advisory(entries)).affected.map(decodeAffected)).toEqual(entries);
      }),
      { numRuns: 500 },
    );
  });

  it('has another digest for every entry that differs', () => {
    fc.assert(
      fc.property(affected, affected, (a, b) => {
        const [left, right] = [a, b].map((entry) => encodeAdvisory(advisory([entry])).digest.toString('hex'));
        expect(left === right).toBe(JSON.stringify(canonical(a)) === JSON.stringify(canonical(b)));
      }),
    );
  });

  it('tells one build from another', () => {
    const entry = (filter: BuildFilter): Affected => ({
      namespace: 'rhel:9',
      package: 'nodejs',
      nameKind: 'binary',
      state: 'fixed',
      ranges: [{ fixed: '1' }],
      only: filter,
    });
    const digests = [{ module: 'nodejs:18' }, { module: 'nodejs:20' }, { flavour: 'nodejs:18' }, {}].map((filter) =>
      encodeAdvisory(advisory([entry(filter)])).digest.toString('hex'),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('gives the rest of an advisory back', () => {
    const whole: Advisory = {
      ...advisory([]),
      aliases: ['DSA-1'],
      related: ['X'],
      title: 't',
      description: 'd',
      cvss: [{ version: '3.1', vector: 'v', source: 'nvd' }],
      urls: ['u'],
      published: 'p',
      modified: 'm',
    };
    const row = encodeAdvisory(whole);
    expect({ ...decodeAdvisory('k', row.name, row.severity, row.detail), affected: [] }).toEqual(whole);
  });
});

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, canonical(part)]));
}
