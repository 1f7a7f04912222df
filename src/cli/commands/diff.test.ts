import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dpkgStatus } from '../../../test/support/databases.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { FindingChange, ReportDiff } from '../../diff/report-diff.ts';

interface State {
  readonly fixed?: string;
  readonly urgency?: string;
}

/** What the Debian tracker says of packages of bookworm: for each `package CVE`. */
function tracker(states: Readonly<Record<string, State>>): string {
  const document: Record<string, Record<string, unknown>> = {};
  for (const [key, { fixed, urgency = 'low' }] of Object.entries(states)) {
    const [name = '', id = ''] = key.split(' ');
    const state = fixed === undefined ? { status: 'open' } : { status: 'resolved', fixed_version: fixed };
    document[name] ??= {};
    document[name][id] = { releases: { bookworm: { repositories: {}, urgency, ...state } } };
  }
  return JSON.stringify(document);
}

function image(name: string, ...packages: readonly (readonly [name: string, version: string])[]): string {
  const status = dpkgStatus(packages.map(([pkg, version]) => ({ name: pkg, version })));
  const release = 'ID=debian\nVERSION_ID="12"\n';
  const entries = [
    { path: 'etc/os-release', content: release },
    { path: 'var/lib/dpkg/status', content: status },
  ];
  return writeTemporary(name, dockerArchive({ layers: [layer(entries)] }));
}

const cache = temporaryFolder();
const first = image('first.tar', ['hull', '1.0'], ['mast', '1.0']);
const second = image('second.tar', ['hull', '2.0'], ['sail', '1.0']);

async function drydock(day: string, ...args: readonly string[]) {
  const epoch = String(Date.parse(`${day}T12:00:00Z`) / 1000);
  return await runDrydock([...args], { environment: { XDG_CACHE_HOME: cache, SOURCE_DATE_EPOCH: epoch } });
}

async function importTracker(day: string, states: Parameters<typeof tracker>[0]): Promise<void> {
  const feeds = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker(states))));
  expect(await drydock(day, 'db', 'import', feeds)).toMatchObject({ status: 0 });
}

async function diff(...args: readonly string[]): Promise<readonly string[]> {
  const { status, stdout, stderr } = await drydock('2026-03-01', 'diff', ...args, '--offline', '-f', 'json');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const { findings } = JSON.parse(stdout) as ReportDiff;
  return findings.map(({ change, cause, before, after }: FindingChange) => {
    const { id, package: pkg } = (after ?? before)!;
    return `${change} ${cause} ${id} ${pkg?.name} ${pkg?.version}`;
  });
}

async function report(day: string, of: string, name: string): Promise<string> {
  const { status, stdout } = await drydock(day, 'scan', of, '--offline', '-f', 'json');
  expect(status).toBe(0);
  return writeTemporary(name, stdout);
}

/** Made when only the first advisories were there. */
let old: string;

beforeAll(async () => {
  await importTracker('2026-01-10', {
    'hull CVE-2026-0001': { fixed: '2.0' },
    'mast CVE-2026-0002': {},
    'hull CVE-2026-0006': { fixed: '9' },
  });
  old = await report('2026-01-11', first, 'old.json');
  await importTracker('2026-02-10', {
    'hull CVE-2026-0001': { fixed: '2.0' },
    'mast CVE-2026-0002': {},
    'hull CVE-2026-0006': { fixed: '9', urgency: 'high' },
    'hull CVE-2026-0003': { fixed: '3.0' },
    'sail CVE-2026-0004': {},
  });
});

const imageChanges = [
  'new image CVE-2026-0004 sail 1.0',
  'gone image CVE-2026-0001 hull 1.0',
  'gone image CVE-2026-0002 mast 1.0',
];

describe('drydock diff', () => {
  it('of two images, by one database: the image is the cause of all', async () => {
    expect(await diff(first, second)).toEqual(imageChanges);
  });

  it('of a report and an image: the packages of before are judged by what is known now', async () => {
    expect(await diff(old, second)).toEqual([
      'new database CVE-2026-0003 hull 2.0',
      imageChanges[0],
      ...imageChanges.slice(1),
      'changed severity CVE-2026-0006 hull 2.0',
    ]);
  });

  it('of two reports, the database of the second being at hand', async () => {
    const later = await report('2026-02-11', second, 'later.json');
    const both = await diff(old, later);

    expect(both).toEqual(await diff(old, second));
  });

  it('of two reports, that database being elsewhere: what cannot be told apart is said to be unknown', async () => {
    const later = await report('2026-02-11', second, 'later.json');
    const none = { XDG_CACHE_HOME: temporaryFolder() };
    const { stdout } = await runDrydock(['diff', old, later, '-f', 'json'], { environment: none });
    const { findings } = JSON.parse(stdout) as ReportDiff;

    expect(findings.map(({ change, cause, after, before }) => `${change} ${cause} ${(after ?? before)!.id}`)).toEqual([
      'new unknown CVE-2026-0003',
      'new image CVE-2026-0004',
      'gone unknown CVE-2026-0001',
      'gone image CVE-2026-0002',
      'changed severity CVE-2026-0006',
    ]);
  });

  it('of two reports by the same data, that database being elsewhere: the image is the cause', async () => {
    const [before, after] = [await report('2026-02-11', first, 'a.json'), await report('2026-02-11', second, 'b.json')];
    const none = { XDG_CACHE_HOME: temporaryFolder() };
    const { stdout } = await runDrydock(['diff', before, after, '-f', 'json'], { environment: none });
    const { findings } = JSON.parse(stdout) as ReportDiff;

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ cause }) => cause !== 'image')).toEqual([]);
  });

  it('of two images by the starter set: the image is the cause', async () => {
    const none = { XDG_CACHE_HOME: temporaryFolder() };
    const sides = ['1.0.1f-1', '1.0.1g-1'].map((version) => image('i.tar', ['openssl', version]));
    const { stdout } = await runDrydock(['diff', ...sides, '--offline', '-f', 'json'], { environment: none });
    const { findings } = JSON.parse(stdout) as ReportDiff;

    expect(findings.map(({ change, cause, before }) => `${change} ${cause} ${before?.id}`)).toContain(
      'gone image CVE-2014-0160',
    );
    expect(findings.filter(({ cause }) => cause !== 'image')).toEqual([]);
  });

  it('of one image on two days: the database is the cause', async () => {
    expect(await diff(first, '--since', '2026-01-31')).toEqual([
      'new database CVE-2026-0003 hull 1.0',
      'changed severity CVE-2026-0006 hull 1.0',
    ]);
    expect(await diff(first, '--since', '2026-01-31', '--as-of', '2026-02-01')).toEqual([]);
  });

  it('fails only by what is new or graver', async () => {
    const status = async (...args: readonly string[]) =>
      (await drydock('2026-03-01', 'diff', ...args, '--offline')).status;

    expect(await status(old, second, '--fail-on', 'high')).toBe(1);
    expect(await status(old, second, '--fail-on', 'critical')).toBe(0);
    expect(await status(second, first, '--fail-on', 'high')).toBe(0);
    expect(await status(first, first, '--fail-on', 'negligible')).toBe(0);
  });

  it('takes a file for the image that the command line names', async () => {
    const entry = 'accept:\n- {id: CVE-2026-0004, image: example, reason: x, expires: 2026-12-31}\n';
    const policy = ['--policy', writeTemporary('policy.yaml', entry)];

    const status = async (...args: readonly string[]) =>
      (await drydock('2026-03-01', 'diff', ...args, '--fail-on', 'negligible', '--offline', ...policy)).status;
    const before = await report('2026-02-11', first, 'before.json');
    expect(await status(before, second)).toBe(1);
    expect(await status(before, second, '--image-name', 'example:2')).toBe(0);
    expect(await status(first, '--since', '2026-02-11', '--image-name', 'example:2')).toBe(0);
  });

  it('writes text and Markdown', async () => {
    const table = await drydock('2026-03-01', 'diff', old, second, '--offline');
    expect(table.stdout).toContain('NEW, since the advisories know more  1 (1 low)\n');
    expect(table.stdout).toContain('2 new, 1 changed, 2 gone, 0 the same\n');
    const markdown = await drydock('2026-03-01', 'diff', old, second, '--offline', '-f', 'markdown');
    expect(markdown.stdout).toContain(
      '| low | CVE\\-2026\\-0003 | hull 2.0 | 3.0 | hull 1.0 has it too, as is known now. |',
    );
  });

  it.each([
    ['one image', [first], 'needs two images or reports, or one image and --since DAY'],
    ['two images and a day', [first, second, '--since', '2026-01-31'], 'one image on two days'],
    ['one name for two images', [first, second, '--image-name', 'example:1'], '--image-name: 2 images are given'],
    ['a day to come', [first, '--since', '2027-01-31'], '--since: nothing is known of 2027-01-31 yet'],
  ])('refuses %s', async (_, args, words) => {
    const { status, stderr } = await drydock('2026-03-01', 'diff', ...args, '--offline');

    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(words) });
  });

  it('refuses JSON that is no report', async () => {
    const file = writeTemporary('grype.json', '{"matches": []}');
    const { status, stderr } = await drydock('2026-03-01', 'diff', file, second, '--offline');

    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('it has no schemaVersion') });
  });
});

describe('scan --baseline', () => {
  it('counts only what is new or graver, and says how the rest stands', async () => {
    const { status, stdout } = await drydock(
      '2026-03-01',
      ...[
        'scan',
        first,
        '--offline',
        '--baseline',
        old,
        '--fail-on',
        'low',
        '-o',
        `json=${path.join(cache, 'r.json')}`,
      ],
    );

    expect(status).toBe(1);
    expect(stdout).toMatch(/BASELINE {2}1 new, 1 graver, 2 known, 0 gone since the report on\s+\S+ of\s+2026-01-11/);
    expect(stdout).toMatch(/HIGH {8}CVE-2026-0006 {2}fix available {2}\[graver\]/);
    expect(stdout).toMatch(/LOW {9}CVE-2026-0003 {2}fix available {2}\[new\]/);
    const now = await report('2026-03-01', first, 'now.json');
    const args = ['scan', first, '--offline', '--baseline', now, '--exit-code', '9'];
    expect(await drydock('2026-03-01', ...args)).toMatchObject({ status: 0 });
  });

  it.each([
    ['no file', 'none.json', 'no such file: '],
    ['an image', first, 'is not a report in JSON'],
  ])('refuses %s before it scans', async (_, file, why) => {
    const { status, stderr } = await drydock('2026-03-01', 'scan', first, '--offline', '--baseline', file);

    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(why) });
  });
});
