import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VersionError, type VersionScheme } from '../../src/model/version-scheme.ts';
import { processorTimeSince } from './processor-time.ts';
import { hasShared, readShared } from './shared.ts';

/** What one scheme must answer. */
export interface VersionConformance {
  readonly scheme: VersionScheme;
  /** Absolute path of the scheme's own oracle: `A < B`, `A = B` or `A > B` a line. */
  readonly oracle: string;
  /** Oracle among the reference data, if there is one. */
  readonly sharedOracle?: string;
  /** How many relations that has at least; 1000 unless told. */
  readonly sharedRelations?: number;
  /** Valid versions, chosen so that equal and nearly equal ones are common. */
  readonly versions: fc.Arbitrary<string>;
  /** What the scheme must refuse. */
  readonly invalid: readonly string[];
}

type Order = -1 | 0 | 1;
const orders: Readonly<Record<string, Order>> = { '<': -1, '=': 0, '>': 1 };

interface Relation {
  readonly left: string;
  readonly right: string;
  readonly order: Order;
}

/** Reads an oracle: versions may hold anything but a blank, so lines are split at the blank-operator-blank. */
function readRelations(text: string): Relation[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parts = /^(.*) ([<=>]) (.*)$/.exec(line);
      if (parts === null) throw new Error(`no relation: ${line}`);
      return { left: parts[1] as string, right: parts[3] as string, order: orders[parts[2] as string] as Order };
    });
}

/** The opposite order, without a negative zero. */
function mirrored(order: Order): Order {
  return order === 0 ? 0 : order === 1 ? -1 : 1;
}

function failures(scheme: VersionScheme, relations: readonly Relation[]): string[] {
  return relations
    .filter(
      ({ left, right, order }) =>
        scheme.compare(left, right) !== order || scheme.compare(right, left) !== mirrored(order),
    )
    .map(({ left, right, order }) => `${left} ${right}: expected ${order}, got ${scheme.compare(left, right)}`);
}

/** Versions of 100 kB, which a scheme may refuse but not dwell on. */
const hostile = [
  '1',
  '0',
  '.',
  '-',
  '+',
  '_',
  '~',
  '!',
  'a',
  '.1',
  '.0',
  '-1',
  '-0',
  'a1',
  '.a',
  '-a',
  '0a',
  '+1',
  '1!',
  '..a',
].map((unit) => [JSON.stringify(unit), unit.repeat(100_000 / unit.length)] as const);

/** The suite that every version scheme passes: oracles, the laws of an order, and `explain` in step with `compare`. */
export function describeVersionScheme(cases: VersionConformance): void {
  const { scheme, versions } = cases;

  describe(`${scheme.id} versions keep the order`, () => {
    it('answers every line of its oracle, also mirrored', () => {
      const relations = readRelations(readFileSync(cases.oracle, 'utf8'));

      expect(relations.length).toBeGreaterThan(20);
      expect(failures(scheme, relations)).toEqual([]);
    });

    const shared = cases.sharedOracle;
    if (shared !== undefined) {
      it.skipIf(!hasShared)('answers every line of the reference oracle, also mirrored', () => {
        const relations = readRelations(readShared(shared).toString());

        expect(relations.length).toBeGreaterThanOrEqual(cases.sharedRelations ?? 1000);
        expect(failures(scheme, relations)).toEqual([]);
      });
    }

    it('is reflexive', () => {
      fc.assert(fc.property(versions, (a) => scheme.compare(a, a) === 0));
    });

    it('is antisymmetric', () => {
      fc.assert(
        fc.property(versions, versions, (a, b) => scheme.compare(a, b) === mirrored(scheme.compare(b, a))),
        {
          numRuns: 2000,
        },
      );
    });

    it('is transitive', () => {
      fc.assert(
        fc.property(versions, versions, versions, (a, b, c) => {
          const [low, middle, high] = [a, b, c].sort(scheme.compare) as [string, string, string];
          expect(scheme.compare(low, middle)).toBeLessThanOrEqual(0);
          expect(scheme.compare(middle, high)).toBeLessThanOrEqual(0);
          expect(scheme.compare(low, high)).toBeLessThanOrEqual(0);
          // Equal versions compare alike with every other one.
          if (scheme.compare(a, b) === 0) expect(scheme.compare(a, c)).toBe(scheme.compare(b, c));
        }),
        { numRuns: 5000 },
      );
    });

    it('explains what it compares: the last step decides, all before are equal', () => {
      fc.assert(
        fc.property(versions, versions, (a, b) => {
          const steps = scheme.explain(a, b);
          expect(steps.length).toBeGreaterThan(0);
          expect(steps.at(-1)?.result).toBe(scheme.compare(a, b));
          expect(steps.slice(0, -1).every((step) => step.result === 0)).toBe(true);
          expect(steps.every((step) => step.part !== '' && step.why !== '')).toBe(true);
        }),
        { numRuns: 1000 },
      );
    });

    it.each(cases.invalid.map((version) => [JSON.stringify(version).slice(0, 60), version]))('refuses %s', (_, bad) => {
      const good = fc.sample(versions, 1)[0] as string;

      for (const attempt of [
        () => scheme.compare(bad, good),
        () => scheme.compare(good, bad),
        () => scheme.compare(bad, bad),
        () => scheme.explain(good, bad),
        () => scheme.explain(bad, good),
      ]) {
        expect(attempt).toThrow(VersionError);
        expect(attempt).toThrow(expect.objectContaining({ scheme: scheme.id }));
      }
    });

    it.each(hostile)('answers in linear time about 100 kB of %s', (_, text) => {
      const before = process.cpuUsage();
      for (const [a, b] of [
        [`1${text}`, `1${text}1`],
        [`1${text}a`, `1${text}`],
        [text, `${text}.0`],
      ] as const) {
        try {
          expect(scheme.explain(a, b).at(-1)?.result).toBe(scheme.compare(a, b));
        } catch (error) {
          if (!(error instanceof VersionError)) throw error;
        }
      }

      expect(processorTimeSince(before)).toBeLessThan(5000);
    });

    it('compares very long versions in linear time', () => {
      const long = `1.${'1234567890'.repeat(100_000)}`;
      const before = process.cpuUsage();

      expect(scheme.compare(`${long}1`, `${long}2`)).toBe(-1);
      expect(processorTimeSince(before)).toBeLessThan(2000);
    });
  });
}
