import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePackage } from '../../test/support/view.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { VersionError, type VersionScheme } from '../model/version-scheme.ts';
import { ecosystems } from './index.ts';

const folder = import.meta.dirname;
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const analyzers = new Set<Analyzer>(ecosystems.flatMap((ecosystem) => ecosystem.analyzers));

function reads(compare: VersionScheme['compare'], version: string): boolean {
  try {
    return compare(version, version) === 0;
  } catch (error) {
    if (error instanceof VersionError) return false;
    throw error;
  }
}

describe('the list of ecosystems', () => {
  it('has every folder, no other, in the order of their names', () => {
    expect(ecosystems.map(({ id }) => id)).toEqual(folders.toSorted());
  });

  it('has one analyzer for each name', () => {
    const names = [...analyzers].map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('has one feed for each name', () => {
    const names = ecosystems.flatMap(({ feeds }) => feeds.map(({ name }) => name));

    expect(new Set(names).size).toBe(names.length);
  });

  it('names each release once in all of it', () => {
    const names = ecosystems.flatMap(({ releases = [] }) => releases.map(({ id, version }) => `${id}:${version}`));

    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(ecosystems.map((ecosystem) => ({ ecosystem, id: ecosystem.id })))(
  'the ecosystem $id',
  ({ ecosystem, id }) => {
    it('describes itself', () => {
      expect(ecosystem.displayName).not.toBe('');
      expect(ecosystem.analyzers.length).toBeGreaterThan(0);
      expect(new Set(ecosystem.types).size).toBe(ecosystem.types.length);
    });

    it('has a README that names its sources and links to them', () => {
      const readme = path.join(folder, id, 'README.md');

      expect(existsSync(readme)).toBe(true);
      const text = readFileSync(readme, 'utf8');
      expect(text).toContain(`# ${ecosystem.displayName}`);
      expect(text).toMatch(/^## Quirks$/m);
      expect(text).toMatch(/https:\/\//);
      for (const feed of ecosystem.feeds) expect(text).toContain(feed.name);
      for (const analyzer of ecosystem.analyzers) expect(text).toContain(analyzer.name);
    });

    it('has releases with a version and a valid end of life', () => {
      for (const release of ecosystem.releases ?? []) {
        expect(release.id).toMatch(/^[a-z][a-z0-9._-]*$/); // as os-release(5) allows
        expect(release.version).toMatch(/^[A-Za-z0-9.-]+$/);
        expect(release.name).toContain(release.version === 'unstable' ? 'sid' : release.version);
        if (release.endOfLife === undefined) continue;
        expect(release.endOfLife).toMatch(/^20\d\d-\d\d-\d\d$/);
        expect(new Date(release.endOfLife).toISOString().slice(0, 10)).toBe(release.endOfLife);
      }
    });

    // A language has no releases: its packages are of no distribution.
    const releases = ecosystem.detect === undefined ? [undefined] : (ecosystem.releases ?? []);
    const watched = ecosystem.types.flatMap((type) =>
      releases.map((release) => ({
        release,
        namespaces: ecosystem.namespaces(makePackage('a', '1', { type }), release),
      })),
    );

    it('has a namespace for packages of each of its releases if it has a feed, and none if it has not', () => {
      for (const { release, namespaces } of watched) {
        if (ecosystem.feeds.length === 0) expect(namespaces).toEqual([]);
        // Advisories may name a release otherwise than os-release does: `amazon:2` for `amzn:2`.
        else expect(namespaces, release?.name).not.toEqual([]);
      }
    });

    it('has namespaces for packages of no other distribution', () => {
      if (ecosystem.detect === undefined) return;
      const pkg = makePackage('a', '1', { type: ecosystem.types[0] ?? 'rpm' });
      expect(ecosystem.namespaces(pkg, undefined)).toEqual([]);
      expect(ecosystem.namespaces(pkg, { id: 'other', version: '12', name: 'Other 12' })).toEqual([]);
    });

    it('has a version order for each namespace, which keeps the laws of an order on plain versions', () => {
      const schemes = new Set(
        watched.flatMap(({ namespaces }) => namespaces.map((namespace) => ecosystem.versions(namespace))),
      );

      for (const { compare } of schemes) {
        // Three numbers are a version everywhere, four not where a language says that they are none.
        const most = ecosystem.detect === undefined && !reads(compare, '1.2.3.4') ? 3 : 4;
        const numbers = fc.array(fc.nat(12), { minLength: 1, maxLength: most }).map((parts) => parts.join('.'));
        expect(compare('1.9', '1.10')).toBe(-1);
        fc.assert(
          fc.property(numbers, numbers, numbers, (a, b, c) => {
            expect(compare(a, a)).toBe(0);
            expect(compare(a, b) + compare(b, a)).toBe(0);
            if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
          }),
        );
      }
      expect(schemes.size > 0).toBe(ecosystem.types.length > 0 && ecosystem.feeds.length > 0);
    });

    it.each(ecosystem.analyzers.map((analyzer) => [analyzer.name, analyzer]))(
      'lists the analyzer %s, which keeps its contract',
      (_, analyzer) => {
        const { name, version } = analyzer as Analyzer;

        expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
        expect(version).toBeGreaterThanOrEqual(1);
        expect((analyzer as Analyzer).open({ problem: () => undefined }).close()).toEqual([]);
      },
    );
  },
);
