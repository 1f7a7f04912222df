import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ExportOptions, exportAdvisories } from '../../src/advisories/artefact/export.ts';
import { type InstallOptions, type InstallSummary, installAdvisories } from '../../src/advisories/artefact/install.ts';
import type { Manifest } from '../../src/advisories/artefact/manifest.ts';
import { generateKeys, readTrustedKeys, type TrustedKey } from '../../src/advisories/artefact/signature.ts';
import { openAdvisories } from '../../src/advisories/database.ts';
import { updateAdvisories } from '../../src/advisories/update.ts';
import type { Advisory } from '../../src/model/advisory.ts';
import type { FeedEvent } from '../../src/model/feed.ts';
import { offlineDialer } from '../../src/net/dial.ts';
import { fakeFeed, plainAdvisory, tellAll } from './fake-feed.ts';
import { temporaryFolder } from './temporary.ts';

/** Who signs, and how others believe it. */
export interface Signer {
  readonly key: KeyObject;
  readonly trusted: TrustedKey;
  readonly publicKey: string;
  readonly privateKey: string;
}

export function makeSigner(): Signer {
  const { privateKey, publicKey } = generateKeys();
  const [trusted] = readTrustedKeys(publicKey, 'a key');
  return { key: createPrivateKey(privateKey), trusted: trusted!, publicKey, privateKey };
}

/** A day of the tests, by its number. */
export function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, number));
}

/** EPSS scores, all of them other ones each day. */
function* scores(count: number, salt: number): Generator<FeedEvent> {
  for (let i = 0; i < count; i++) {
    const score = ((i * 7919 + salt * 104_729) % 100_000) / 100_000;
    const epss = { score, percentile: score, date: '2026-01-01' };
    yield { type: 'enrich', enrichment: { name: `CVE-2024-${String(i).padStart(4, '0')}`, epss } };
  }
}

/** Fills a database with these advisories, as it would have been on that day. */
export async function fillDatabase(
  file: string,
  advisories: readonly Advisory[],
  now: Date,
  scored = 0,
): Promise<string> {
  const feeds = [fakeFeed('debian', () => tellAll(advisories))];
  if (scored > 0) feeds.push(fakeFeed('epss', () => scores(scored, now.getTime() / 86_400_000), { enriches: true }));
  const summary = await updateAdvisories({ path: file, feeds, dialer: offlineDialer(), now, force: true });
  for (const { error } of summary.feeds) if (error !== undefined) throw error;
  return file;
}

/** A database with so many advisories. */
export async function makeDatabase(count = 3, now = day(1)): Promise<string> {
  return await fillDatabase(path.join(temporaryFolder(), 'source.db'), manyAdvisories(count), now);
}

export function manyAdvisories(count: number, more: Partial<Advisory> = {}): Advisory[] {
  return Array.from({ length: count }, (_, i) => plainAdvisory(`2026-${1000 + i}`, more));
}

/** Exports a database, signed or not. */
export async function exportTo(
  database: string,
  signer: Signer | undefined,
  more: Partial<ExportOptions> = {},
): Promise<{ readonly file: string; readonly manifest: Manifest }> {
  const output = path.join(temporaryFolder(), 'advisories.drydock');
  const key = signer === undefined ? {} : { key: signer.key };
  const manifest = await exportAdvisories({ database, output, now: day(1), ...key, ...more });
  return { file: more.output ?? output, manifest };
}

/** Installs an artefact on the day after it was made. */
export async function install(
  artefact: string,
  target: string,
  signer: Signer | undefined,
  more: Partial<InstallOptions> = {},
): Promise<InstallSummary> {
  const trust = { keys: signer === undefined ? [] : [signer.trusted] };
  return await installAdvisories({ artefact, path: target, trust, now: day(2), ...more });
}

/** The keys of all records of a database. */
export async function recordsOf(file: string): Promise<readonly string[]> {
  const database = await openAdvisories(file);
  try {
    return [...database.records()].map(({ advisory }) => advisory.key).sort();
  } finally {
    database.close();
  }
}

/** An artefact as bytes, to be spoilt. */
export function bytesOf(file: string): Buffer {
  return readFileSync(file);
}
