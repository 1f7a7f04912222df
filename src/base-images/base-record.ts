import type { KnownBase } from './known-base.ts';

/** More are not kept: the ones that were not met for the longest time go, but none that was taught. */
export const MOST_BASES = 10_000;

const VERSION = 1;

/** The file of known bases. @param bases by the names of their layers */
export function writeBases(bases: ReadonlyMap<string, KnownBase>): string {
  const lines = [...bases.values()].map((base) => JSON.stringify(base));
  return `{"schemaVersion":${VERSION},"bases":[\n${lines.join(',\n')}\n]}\n`;
}

/** @returns undefined where the file is damaged, or of another version */
export function parseBases(text: string): Map<string, KnownBase> | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(document) || document['schemaVersion'] !== VERSION) return undefined;
  const list = document['bases'];
  if (!Array.isArray(list) || list.length > MOST_BASES) return undefined;
  const bases = new Map<string, KnownBase>();
  for (const one of list as readonly unknown[]) {
    if (!isBase(one)) return undefined;
    bases.set(one.chain, one);
  }
  return bases;
}

/** Room for one more. @returns false where all that there are were taught */
export function makeRoom(bases: Map<string, KnownBase>): boolean {
  if (bases.size < MOST_BASES) return true;
  const oldest = [...bases.values()]
    .filter(({ by }) => by === 'known')
    // RFC 3339 in UTC, as it is written here, sorts by time.
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, bases.size - MOST_BASES + 1);
  for (const { chain } of oldest) bases.delete(chain);
  return bases.size < MOST_BASES;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBase(value: unknown): value is KnownBase {
  if (!isRecord(value)) return false;
  const { chain, layers, name, by, digest, created, entries, at } = value;
  return (
    typeof chain === 'string' &&
    isCount(layers) &&
    layers > 0 &&
    typeof name === 'string' &&
    (by === 'taught' || by === 'known') &&
    (digest === undefined || typeof digest === 'string') &&
    (created === undefined || typeof created === 'string') &&
    isCount(entries) &&
    typeof at === 'string'
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
