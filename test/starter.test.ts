import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apkVersions } from '../src/formats/versions/apk.ts';
import { debVersions } from '../src/formats/versions/deb.ts';
import type { VersionScheme } from '../src/model/version-scheme.ts';
import { hasShared, readShared } from './support/shared.ts';

const Event = z.union([z.strictObject({ introduced: z.string() }), z.strictObject({ fixed: z.string() })]);

/** The part of the OSV schema that the starter set uses; anything else is a slip. */
const Advisory = z.strictObject({
  schema_version: z.literal('1.6.0'),
  id: z.string().regex(/^CVE-\d{4}-\d{4,}$/),
  modified: z.iso.datetime(),
  summary: z.string().min(15).max(90),
  details: z.string().min(30).max(300),
  affected: z
    .array(
      z.strictObject({
        package: z.strictObject({ ecosystem: z.string(), name: z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/) }),
        ranges: z
          .array(z.strictObject({ type: z.literal('ECOSYSTEM'), events: z.array(Event).min(1).max(2) }))
          .length(1),
      }),
    )
    .min(1),
  references: z
    .array(z.strictObject({ type: z.enum(['ADVISORY', 'WEB']), url: z.url({ protocol: /^https$/ }) }))
    .min(1),
  database_specific: z.strictObject({ severity: z.enum(['NEGLIGIBLE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']) }),
});
type Advisory = z.infer<typeof Advisory>;

const files: readonly { name: string; versions: VersionScheme; releases: readonly string[]; records: unknown[] }[] = [
  { name: 'debian', versions: debVersions, releases: ['11', '12', '13'].map((release) => `Debian:${release}`) },
  { name: 'alpine', versions: apkVersions, releases: [16, 17, 18, 19, 20, 21].map((minor) => `Alpine:v3.${minor}`) },
].map((file) => ({
  ...file,
  records: JSON.parse(readFileSync(new URL(`../starter/advisories/${file.name}.json`, import.meta.url), 'utf8')),
}));

interface Claim {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly introduced: string;
  readonly fixed: string | undefined;
}

function claims(records: readonly unknown[]): Claim[] {
  return (records as Advisory[]).flatMap((record) =>
    record.affected.map(({ package: { ecosystem, name }, ranges }) => {
      const [first, second] = ranges[0]!.events;
      return {
        id: record.id,
        ecosystem,
        name,
        introduced: first !== undefined && 'introduced' in first ? first.introduced : '',
        fixed: second !== undefined && 'fixed' in second ? second.fixed : undefined,
      };
    }),
  );
}

describe.each(files)('starter advisories of $name', ({ versions, releases, records }) => {
  it('have the form of OSV 1.6', () => {
    for (const record of records)
      expect(Advisory.safeParse(record).error?.message, JSON.stringify(record)).toBeUndefined();
  });

  it('stand in the order of their ids, each once', () => {
    const keys = (records as Advisory[]).map((record) => record.id.split('-').map(Number).slice(1));

    for (let i = 1; i < keys.length; i++) {
      const [[year, number], [nextYear, nextNumber]] = [keys[i - 1] as [number, number], keys[i] as [number, number]];
      expect(year < nextYear || (year === nextYear && number < nextNumber), `${year}-${number}`).toBe(true);
    }
  });

  it('name releases that are in the set, and a package of a release once', () => {
    for (const record of records as Advisory[]) {
      const keys = record.affected.map((entry) => `${entry.package.ecosystem} ${entry.package.name}`);
      expect(new Set(keys).size, record.id).toBe(keys.length);
    }
    for (const claim of claims(records)) expect(releases, claim.id).toContain(claim.ecosystem);
  });

  it('hold versions that the package manager can order', () => {
    for (const { id, introduced, fixed } of claims(records)) {
      expect(introduced, id).not.toBe('');
      if (fixed !== undefined) expect(versions.compare(introduced, fixed), `${id} ${introduced} ${fixed}`).toBe(-1);
    }
  });
});

it('the starter set holds at least a hundred vulnerabilities', () => {
  expect(
    new Set(files.flatMap((file) => (file.records as Advisory[]).map((record) => record.id))).size,
  ).toBeGreaterThan(99);
});

interface TrackerRelease {
  readonly status: string;
  readonly fixed_version?: string;
}
type Tracker = Record<string, Record<string, { releases: Record<string, TrackerRelease> }>>;

interface SecurityDatabase {
  readonly packages: readonly {
    readonly pkg: { readonly name: string; readonly secfixes: Record<string, string[]> };
  }[];
}

describe.skipIf(!hasShared)('starter advisories against the feeds of their publishers', () => {
  const codenames = new Map([
    ['Debian:11', 'bullseye'],
    ['Debian:13', 'trixie'],
  ]);

  it('agree with the Debian security tracker where it knows a fix', () => {
    const tracker = JSON.parse(readShared('feeds/debian-tracker/tracker-data.json.gz').toString()) as Tracker;
    let compared = 0;
    for (const { id, ecosystem, name, fixed } of claims(files[0]!.records)) {
      const release = tracker[name]?.[id]?.releases[codenames.get(ecosystem) ?? ''];
      if (release?.status !== 'resolved') continue;
      expect(fixed, `${id} ${name} ${ecosystem}`).toBe(release.fixed_version);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('agree with the Alpine secdb where it knows a fix', () => {
    const archive = readShared('feeds/alpine-secdb/alpine-secdb.tar.zst');
    const fixes = new Map<string, string[]>();
    for (const release of files[1]!.releases) {
      for (const repository of ['main', 'community']) {
        const member = `${release.slice('Alpine:'.length)}/${repository}.json`;
        const text = execFileSync('tar', ['-xOf', '-', member], {
          input: archive,
          maxBuffer: 1 << 26,
          encoding: 'utf8',
        });
        for (const { pkg } of (JSON.parse(text) as SecurityDatabase).packages) {
          for (const [version, ids] of Object.entries(pkg.secfixes)) {
            for (const id of ids.flatMap((words) => words.split(' '))) {
              const key = `${release} ${pkg.name} ${id}`;
              fixes.set(key, [...(fixes.get(key) ?? []), version]);
            }
          }
        }
      }
    }
    let compared = 0;
    for (const { id, ecosystem, name, fixed } of claims(files[1]!.records)) {
      const known = fixes.get(`${ecosystem} ${name} ${id}`);
      if (known === undefined) continue;
      expect(known, `${id} ${name} ${ecosystem}`).toContain(fixed);
      compared++;
    }
    expect(compared).toBeGreaterThan(200);
  });
});
