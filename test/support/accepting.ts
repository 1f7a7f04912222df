import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { dpkgStatus } from './databases.ts';
import { dockerArchive, layer } from './image.ts';
import { runDrydock } from './run.ts';
import { temporaryFolder, writeTemporary } from './temporary.ts';

export const NOW = '2026-08-21T12:00:00Z';
export const [hull, mast] = ['pkg:deb/debian/hull@1.0', 'pkg:deb/debian/mast@1.0'];

export const root = layer([
  { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
  {
    path: 'var/lib/dpkg/status',
    content: dpkgStatus([
      { name: 'hull', version: '1.0' },
      { name: 'mast', version: '1.0' },
    ]),
  },
]);
export const image = writeTemporary('image.tar', dockerArchive({ layers: [root] }));
export const cache = temporaryFolder();
let database = '';

/** The database with the advisories above, once they are imported. */
export function databaseFile(): string {
  return database;
}

/** What the Debian tracker says: a high vulnerability of hull, a low one of mast. */
export const known = (fixed: string, urgency: string) => ({
  releases: { bookworm: { repositories: {}, status: 'resolved', fixed_version: fixed, urgency } },
});
export const tracker = {
  hull: { 'CVE-2099-0001': known('2.0', 'high') },
  mast: { 'CVE-2099-0002': known('2.0', 'low') },
};

export async function drydock(
  args: readonly string[],
  options: { folder?: string; environment?: Record<string, string> } = {},
) {
  const environment = {
    XDG_CACHE_HOME: cache,
    SOURCE_DATE_EPOCH: String(Date.parse(NOW) / 1000),
    ...options.environment,
  };
  return await runDrydock([...args], { folder: options.folder ?? temporaryFolder(), environment });
}

export const scanOf = (of: string, ...args: readonly string[]): string[] => [
  'scan',
  of,
  '--db',
  database,
  '--checks',
  'vulnerability',
  ...args,
];

export async function report(args: readonly string[], options: Parameters<typeof drydock>[1] = {}): Promise<Report> {
  const { status, stdout, stderr } = await drydock([...args, '-f', 'json'], options);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout) as Report;
}

export const suppressed = ({ findings }: Report): Record<string, string | undefined> =>
  Object.fromEntries(findings.map((finding) => [finding.id, finding.suppressed?.by]));

export function folderWith(files: Readonly<Record<string, string | object>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export const policy = (...entries: readonly string[]): string =>
  ['accept:', ...entries.map((one) => `- {${one}}`), ''].join('\n');
export const accepts = policy('id: CVE-2099-0001, reason: not reachable, expires: 2026-12-31');

export const vex = (vulnerability: string, product: string, more: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  author: 'Example',
  timestamp: '2026-01-01T00:00:00Z',
  statements: [
    {
      vulnerability: { name: vulnerability },
      products: [{ '@id': product }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      ...more,
    },
  ],
});

/** Imports the advisories that the tests are about. */
export async function importAdvisories(): Promise<void> {
  const feeds = folderWith({ 'debian-tracker/tracker.json': tracker });
  expect(await drydock(['db', 'import', feeds])).toMatchObject({ status: 0 });
  const folder = path.join(cache, 'drydock');
  database = path.join(folder, readdirSync(folder).find((name) => /^advisories-\d+\.db$/.test(name))!);
}
