import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedMirror, startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { drydockEntry } from '../../../test/support/program.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { type RunOptions, runDrydock, runProgram } from '../../../test/support/run.ts';
import { sarifErrors } from '../../../test/support/sarif-schema.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

/** One advisory on a package of `debianLayer()`, as the Debian tracker would have it. */
function tracker(status: 'resolved' | 'open'): string {
  const release = { status, urgency: 'high', ...(status === 'resolved' && { fixed_version: '3.0.12-1~deb12u1' }) };
  const releases = { bookworm: { repositories: { bookworm: '3.0.11-1~deb12u1' }, ...release } };
  return JSON.stringify({ openssl: { 'CVE-2099-0001': { scope: 'remote', releases } } });
}

const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer({ release: '12' })], layout: 'blobs' }));
const old = writeTemporary('old.tar', dockerArchive({ layers: [debianLayer({ release: '10' })], layout: 'blobs' }));
const broken = writeTemporary(
  'broken.tar',
  dockerArchive({ layers: [debianLayer(), layer([{ path: 'x', content: 'x' }])], dropLayers: [1] }),
);
const other = writeTemporary('other.tar', layer([{ path: 'x', content: 'x' }]));
const text = writeTemporary('image.txt', 'no image');

let mirror: FeedMirror;
/** A cache folder with a database that has the advisory above. */
let cache: string;
/** A folder laid out for `db import`. */
let feeds: string;

async function run(args: readonly string[], options: RunOptions = {}) {
  return await runDrydock(args, { ...options, environment: { XDG_CACHE_HOME: cache, ...options.environment } });
}

function fresh(more: Record<string, string> = {}): RunOptions {
  return { environment: { XDG_CACHE_HOME: temporaryFolder(), ...more } };
}

beforeAll(async () => {
  mirror = await startFeedMirror();
  mirror.set('tracker/data/json', tracker('resolved'));
  cache = temporaryFolder();
  feeds = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker('resolved'))));
  expect(await run(['db', 'import', feeds])).toMatchObject({ status: 0 });
});

afterAll(() => {
  mirror.close();
});

describe('the exit status tells apart', () => {
  it.each<[string, number, string[]]>([
    ['a scan', 0, [image]],
    ['findings that were asked about', 1, [image, '--fail-on', 'high']],
    ['findings of the asked severity only', 0, [image, '--fail-on', 'critical']],
    ['findings that are not shown', 0, [image, '--fail-on', 'low', '-s', 'critical']],
    ['findings with a status of their own', 17, [image, '--fail-on', 'high', '--exit-code', '17']],
    ['any finding', 18, [image, '--exit-code', '18']],
    ['a distribution at its end of life', 19, [old, '--exit-on-eol', '19']],
    ['a bad flag', 2, [image, '--fail-on', 'dire']],
    ['no such file', 3, ['none.tar']],
    ['no image', 3, [text]],
    ['an incomplete scan', 4, [broken, '--require-complete']],
    ['an incomplete scan that was asked nothing', 0, [broken]],
    ['one of two images that is not there', 3, [image, 'none.tar', '--fail-on', 'low']],
  ])('%s: %i', async (_, status, args) => {
    const result = await run(['scan', ...args, '--offline']);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status });
  });

  it('missing advisories, where they are required: 5', async () => {
    expect(await runDrydock(['scan', image, '--offline', '--require-complete'], fresh())).toMatchObject({ status: 5 });
    expect(await runDrydock(['scan', image, '--offline'], fresh())).toMatchObject({ status: 0 });
  });

  it('missing advisories, where findings decide: 5, and what to do about it', async () => {
    const options = [
      ['--fail-on', 'critical'],
      ['--exit-code', '17'],
      ['--fail-on', 'low', '--exit-code', '18'],
    ];
    for (const option of options) {
      const { status, stderr } = await runDrydock(['scan', image, '--offline', ...option], fresh());
      expect({ option, status }).toEqual({ option, status: 5 });
      expect(stderr).toMatch(/Advisories are missing, .* db update", or give --allow-incomplete/);
    }
  });

  it('missing advisories that are allowed to be missing: what was found', async () => {
    const scan = ['scan', image, '--offline', '--allow-incomplete'];
    const { status, stderr } = await runDrydock([...scan, '--fail-on', 'critical'], fresh());
    // The starter set has one that is critical.
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });

  it('advisories that nobody asked for do not miss', async () => {
    const scan = ['scan', image, '--offline', '--fail-on', 'critical', '--checks', 'secrets'];
    expect(await runDrydock(scan, fresh())).toMatchObject({ status: 0 });
  });

  it('missing advisories in a comparison with a baseline: 5', async () => {
    const baseline = writeTemporary('baseline.json', (await run(['scan', image, '-f', 'json'])).stdout);
    const scan = ['scan', image, '--offline', '--baseline', baseline];
    expect(await runDrydock(scan, fresh())).toMatchObject({ status: 5 });
    expect(await runDrydock([...scan, '--allow-incomplete'], fresh())).toMatchObject({ status: 0 });
  });

  it('an unusable database, where it is required: 5', async () => {
    const db = writeTemporary('advisories.db', 'x'.repeat(5000));
    expect(await run(['scan', image, '--db', db, '--require-complete'])).toMatchObject({ status: 5 });
    const { status, stdout } = await run(['scan', image, '--db', db, '-f', 'json']);
    expect(status).toBe(0);
    const { problems } = JSON.parse(stdout) as Report;
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['advisories.missing', 'advisories.starter']),
    );
  });
});

describe('output', () => {
  it('is the report alone on standard output, in JSON', async () => {
    const { stdout, stderr } = await run(['scan', image, '-f', 'json']);
    const report = JSON.parse(stdout) as Report;
    expect(stderr).toBe('');
    expect(report.findings.map(({ id, severity, fixedVersion }) => [id, severity, fixedVersion])).toEqual([
      ['CVE-2099-0001', 'high', '3.0.12-1~deb12u1'],
    ]);
    expect(report.advisories).toMatchObject({ generation: 1, starter: false });
  });

  it('is the same bytes twice with SOURCE_DATE_EPOCH', async () => {
    const once = () => run(['scan', image, '-f', 'json'], { environment: { SOURCE_DATE_EPOCH: '1700000000' } });
    const [first, second] = [await once(), await once()];
    expect(first.stdout).toBe(second.stdout);
    expect((JSON.parse(first.stdout) as Report).createdAt).toBe('2023-11-14T22:13:20Z');
  });

  it('is several reports in one document', async () => {
    const { stdout } = await run(['scan', image, old, '-f', 'json']);
    const { reports } = JSON.parse(stdout) as { reports: Report[] };
    expect(reports.map((report) => report.image.reference)).toEqual([image, old]);
  });

  it('goes to files, whole and without colours, and to standard output besides', async () => {
    const folder = temporaryFolder();
    const { stdout } = await run(['scan', image, '--color', 'always', '-o', 'json=r.json', '-o', 'table=r.txt'], {
      folder,
      environment: { SOURCE_DATE_EPOCH: '1700000000' },
    });
    expect(stdout).toContain('\u001b[');
    expect(readdirSync(folder).toSorted()).toEqual(['r.json', 'r.txt']);
    expect(JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
    const table = readFileSync(path.join(folder, 'r.txt'), 'utf8');
    expect(table).toContain('CVE-2099-0001');
    expect(table).not.toContain('\u001b');
  });

  it('is written in several formats by one option, which says what it wrote unless it is quiet', async () => {
    const folder = temporaryFolder();
    const formats = ['--format', 'table', '--format', 'sarif=r.sarif', '--format', 'json=r.json'];
    const { status, stdout, stderr } = await run(['scan', image, '--offline', ...formats], { folder });
    expect([status, stdout.includes('CVE-2099-0001')]).toEqual([0, true]);
    expect(readdirSync(folder).toSorted()).toEqual(['r.json', 'r.sarif']);
    expect(JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
    expect(sarifErrors(readFileSync(path.join(folder, 'r.sarif'), 'utf8'))).toEqual([]);
    expect(stderr).toBe('drydock: sarif written to r.sarif\ndrydock: json written to r.json\n');
    expect((await run(['scan', image, '--offline', '-q', ...formats], { folder })).stderr).toBe('');
  });

  it.each<[string, string[], RegExp, string[]]>([
    ['standard output by -o FORMAT', ['-o', 'json'], /^\{\n {2}"schemaVersion": 1/, []],
    ['standard output by -o FORMAT=-', ['-o', 'sarif=-'], /^\{\n {2}"\$schema": /, []],
    ['a file instead by -f FORMAT -o FILE', ['-f', 'sarif', '-o', 'out.sarif'], /^$/, ['out.sarif']],
    ['a file alone by -f FORMAT=FILE', ['-f', 'sarif=out.sarif'], /CVE-2099-0001/, ['out.sarif']],
  ])('goes to %s', async (_, args, expected, files) => {
    const folder = temporaryFolder();
    const { status, stdout } = await run(['scan', image, '--offline', ...args], { folder });
    expect([status, readdirSync(folder)]).toEqual([0, files]);
    expect(stdout).toMatch(expected);
    for (const file of files) expect(sarifErrors(readFileSync(path.join(folder, file), 'utf8'))).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    [
      'two formats on standard output',
      ['-f', 'table', '-o', 'json=-'],
      /^drydock: --output: json and table .* cannot both/,
    ],
    ['one file for two formats', ['-f', 'json=a', '-o', 'sarif=./a'], /^drydock: --output: ".*a" is named twice/],
    ['a file in no format', ['-o', 'r.json'], /^drydock: --output: FORMAT=FILE is expected, not "r\.json" alone/],
    ['the image itself', ['-f', `sarif=${image}`], /^drydock: --output: .* is to be read, so no report can be written/],
  ])('is refused as %s', async (_, args, expected) => {
    const folder = temporaryFolder();
    const { status, stdout, stderr } = await run(['scan', image, '--offline', ...args], { folder });
    expect([status, stdout, readdirSync(folder)]).toEqual([2, '', []]);
    expect(stderr).toMatch(expected);
  });

  it('changes no exit status', async () => {
    const folder = temporaryFolder();
    const { status, stdout } = await run(
      ['scan', image, '--offline', '-f', 'json', '-o', 'r.json', '--fail-on', 'high'],
      {
        folder,
      },
    );
    expect([status, stdout]).toEqual([1, '']);
  });

  it('goes whole to standard output where that is the file', async () => {
    const folder = temporaryFolder();
    const main = drydockEntry();
    const shell = '"$1" "$2" scan "$3" --offline -o json=/dev/stdout';
    for (const to of ['>out', '| cat >out']) {
      await runProgram('sh', ['-c', `${shell} ${to}`, 'sh', process.execPath, main, image], {
        folder,
        environment: { XDG_CACHE_HOME: cache },
      });
      const out = readFileSync(path.join(folder, 'out'), 'utf8');
      expect(out).toMatch(/^\{\n {2}"schemaVersion": 1,[\s\S]*\n\}\n.*image[\s\S]*\nTOTAL .*\n$/);
    }
  });

  it('is not lost when a file cannot be written', async () => {
    const { status, stdout, stderr } = await run(['scan', image, '-f', 'json', '-o', 'table=/dev/full']);
    expect([status, (JSON.parse(stdout) as Report).findings.length]).toEqual([2, 1]);
    expect(stderr).toBe('drydock: /dev/full could not be written: the disk is full.\n');
  });

  it('is refused before the scan where its folder is not there', async () => {
    const { status, stdout, stderr } = await run(['scan', 'none.tar', '-o', 'table=none/r.txt']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^drydock: .*none\/r\.txt could not be written: its folder does not exist\.\n$/);
  });

  it('has only the findings that are asked for, and says that others exist', async () => {
    const { stdout } = await run(['scan', image, '-s', 'low']);
    expect(stdout).not.toContain('CVE-2099-0001');
    expect(stdout).toMatch(/1 .*(hidden|left out|not shown|filter)/i);
  });

  it('lists packages when asked', async () => {
    expect((await run(['scan', image])).stdout).not.toContain('1:1.2.13.dfsg-1');
    expect((await run(['scan', image, '--list-packages'])).stdout).toContain('1:1.2.13.dfsg-1');
  });

  it('judges no vulnerability without that check', async () => {
    const { stdout } = await run(['scan', old, '-f', 'json', '--checks', 'end-of-life']);
    expect(new Set((JSON.parse(stdout) as Report).findings.map(({ kind }) => kind))).toEqual(
      new Set(['configuration']),
    );
  });

  it('has the form of several where several images were named, also when one cannot be read', async () => {
    const { status, stdout, stderr } = await run(['scan', 'none.tar', image, '-f', 'json']);
    const { reports } = JSON.parse(stdout) as { reports: Report[] };
    expect([status, reports.map(({ image: { reference } }) => reference)]).toEqual([3, [image]]);
    expect(stderr).toMatch(/^drydock: none\.tar is no file or folder here\./);
  });

  it('does not read standard input twice', async () => {
    expect(await run(['scan', '-', '-'])).toEqual({
      status: 2,
      signal: undefined,
      stdout: '',
      stderr: 'drydock: standard input (-) is named twice, but can be read once only.\n',
    });
  });

  it('comes from standard input too', async () => {
    const { status, stdout } = await run(['scan', '-', '-f', 'json'], { input: readFileSync(image) });
    expect([status, (JSON.parse(stdout) as Report).findings.length]).toEqual([0, 1]);
  });

  it.each([
    ['pkg:deb/debian/openssl@3.0.11-1~deb12u1?distro=debian-12', 0, ['CVE-2099-0001'], []],
    ['pkg:deb/debian/openssl@3.0.12-1~deb12u1?distro=debian-12', 0, [], []],
    ['pkg:deb/debian/openssl@3.0.11-1~deb12u1', 4, [], ['distribution.unknown']],
    ['pkg:cobol/x@1', 0, [], ['packages.without-feed']],
  ])('is of one package by its URL: %s', async (url, status, ids, codes) => {
    const done = await run(['scan', url, '-f', 'json', '--require-complete']);
    const { findings, problems } = JSON.parse(done.stdout) as Report;
    expect([done.status, findings.map(({ id }) => id)]).toEqual([status, ids]);
    expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  });

  it('of a layer without packages is incomplete', async () => {
    expect((await run(['scan', other, '--offline'])).stdout).toMatch(/^! INCOMPLETE/);
  });
});

describe('advisories', () => {
  it('are fetched on first need, only what is needed, and kept', async () => {
    const options = fresh({ DRYDOCK_MIRROR: mirror.url });
    const before = mirror.requests.length;
    const first = await runDrydock(['scan', image, '-f', 'json', '-v'], options);
    expect((JSON.parse(first.stdout) as Report).findings.map(({ id }) => id)).toEqual(['CVE-2099-0001']);
    const { host } = new URL(mirror.url);
    expect((JSON.parse(first.stdout) as Report).hosts).toEqual([host]);
    expect(first.stderr.trimEnd().split('\n').at(-1)).toBe(`drydock: hosts contacted: ${host}`);
    expect(mirror.requests.slice(before).map(({ path: asked }) => asked)).toEqual([
      'tracker/data/json',
      'debian-security-tracker/data/DSA/list',
      'debian-security-tracker/data/DLA/list',
    ]);

    const second = await runDrydock(['scan', image, '-f', 'json', '-v'], options);
    expect((JSON.parse(second.stdout) as Report).findings).toHaveLength(1);
    expect((JSON.parse(second.stdout) as Report).hosts).toEqual([]);
    expect(second.stderr).toContain('no host was contacted');
  });

  it.each<[string, string[], RegExp]>([
    ['named at the end', [], /^(?:.*\n)*drydock: hosts contacted: 127\.0\.0\.1:\d+\n$/],
    ['not named when quiet', ['-q'], /^$/],
    ['not asked when offline, and nothing is said of that', ['--offline', '-v'], /^(?!.*host)/s],
  ])('hosts are %s', async (_, flags, expected) => {
    const { stdout, stderr } = await runDrydock(['scan', image, ...flags], fresh({ DRYDOCK_MIRROR: mirror.url }));
    expect(stderr).toMatch(expected);
    expect(stdout).not.toContain('127.0.0.1');
  });

  it('hosts are named also where the scan fails, and in the report of a file', async () => {
    const folder = temporaryFolder();
    const options = { ...fresh({ DRYDOCK_MIRROR: mirror.url }), folder };
    const { status, stderr } = await runDrydock(['scan', image, 'none.tar', '-o', 'json=r.json'], options);
    const { reports } = JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8')) as { reports: Report[] };
    expect(status).toBe(3);
    expect(stderr).toMatch(/^drydock: hosts contacted: .*\ndrydock: json written to r\.json\n$/m);
    expect(reports.map(({ hosts }) => hosts)).toEqual([[new URL(mirror.url).host]]);
  });

  it('are fetched by several scans at once without harm', async () => {
    const options = fresh({ DRYDOCK_MIRROR: mirror.url });
    const results = await Promise.all([1, 2, 3, 4].map(() => runDrydock(['scan', image, '-f', 'json'], options)));
    for (const { status, stdout } of results) {
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as Report).findings.map(({ id }) => id)).toEqual(['CVE-2099-0001']);
    }
  });

  it('that cannot be fetched are a problem, the starter set answers, and the next scan does not wait again (T-30)', async () => {
    mirror.fault('tracker/data/json', 'missing');
    const options = fresh({ DRYDOCK_MIRROR: mirror.url });
    const scan = async () => {
      const { stdout } = await runDrydock(['scan', image, '-f', 'json'], options);
      return (JSON.parse(stdout) as Report).problems.map(({ code }) => code);
    };
    const before = mirror.requests.length;
    expect(await scan()).toEqual(expect.arrayContaining(['advisories.feed-failed', 'advisories.starter']));
    expect(await scan()).toEqual(expect.arrayContaining(['advisories.feed-failed', 'advisories.starter']));
    expect(mirror.requests.length - before).toBe(1);
    mirror.fault('tracker/data/json', undefined);
  });

  it('are not fetched offline, which the report says', async () => {
    const before = mirror.requests.length;
    const { stdout } = await runDrydock(['scan', image, '--offline'], fresh({ DRYDOCK_MIRROR: mirror.url }));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('no network is allowed (--offline)');
    expect(mirror.requests.length).toBe(before);
  });

  it('of a database that is named and there are used as they are', async () => {
    const db = path.join(temporaryFolder(), 'advisories.db');
    await runDrydock(['db', 'import', feeds, '--db', db], fresh());
    const before = mirror.requests.length;
    const alpine = fresh({ DRYDOCK_MIRROR: mirror.url });
    expect(await runDrydock(['scan', image, old, '--db', db], alpine)).toMatchObject({ status: 0 });
    expect(mirror.requests.length).toBe(before);
  });

  it('that are older than a week are used, and the report says so', async () => {
    const later = String(Math.floor(Date.now() / 1000) + 9 * 24 * 3600);
    const { stdout } = await run(['scan', image, '-f', 'json', '--offline'], {
      environment: { SOURCE_DATE_EPOCH: later },
    });
    const { problems, findings } = JSON.parse(stdout) as Report;
    const stale = problems.find(({ code }) => code === 'advisories.stale');
    expect(stale?.message).toMatch(
      /^Debian security tracker was last read on \d{4}-\d{2}-\d{2}\. Run "drydock db update"\.$/,
    );
    expect(findings).toHaveLength(1);
  });
});

describe('a scan that does not get to its end', () => {
  /** A mirror that answers nothing, and tells when it is asked. */
  async function silentMirror(asked: () => void) {
    const { createServer } = await import('node:http');
    const server = createServer(asked);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    return { url: `http://127.0.0.1:${port}`, close: () => server.closeAllConnections() ?? server.close() };
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with its own status on %s, and says so in a line', async (signal, status) => {
    let send: (name: NodeJS.Signals) => void = () => {};
    const silent = await silentMirror(() => send(signal));
    const result = await runDrydock(['scan', image, '--no-progress'], {
      ...fresh({ DRYDOCK_MIRROR: silent.url }),
      onStart: (toChild) => {
        send = toChild;
      },
    });
    silent.close();
    const stderr = `drydock: interrupted.\ndrydock: hosts contacted: ${new URL(silent.url).host}\n`;
    expect(result).toEqual({ status, signal: undefined, stdout: '', stderr });
  });

  it('also while it waits for standard input', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'tmp'));
    const result = await runDrydock(['scan', '-'], {
      // The variable makes it say something when it has begun.
      ...fresh({ TMPDIR: path.join(folder, 'tmp'), DRYDOCK_SOMETHING_ELSE: '1' }),
      keepInputOpen: true,
      onOutput: (send) => send('SIGINT'),
    });
    expect(result.status).toBe(130);
    expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
  });

  it('reports what it found when the time is over, and says what is missing', async () => {
    const silent = await silentMirror(() => {});
    const scan = async (seconds: number): Promise<Report> => {
      const started = performance.now();
      const { status, stdout } = await runDrydock(
        ['scan', image, '-f', 'json', '--timeout', `${seconds}s`],
        fresh({ DRYDOCK_MIRROR: silent.url }),
      );
      expect(status).toBe(0);
      expect(performance.now() - started).toBeLessThan(60_000);
      const report = JSON.parse(stdout) as Report;
      expect(report.problems.map(({ code }) => code)).toContain('scan.timeout');
      return report;
    };
    // A second may be over before the image was read at all.
    let report = await scan(1);
    for (let seconds = 4; seconds <= 16 && report.packages.length === 0; seconds *= 2) report = await scan(seconds);
    silent.close();
    expect(report.packages.length).toBeGreaterThan(0);
  });
});

it('leaves nothing in the current folder', async () => {
  const folder = temporaryFolder();
  await run(['scan', image], { folder });
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(path.join(cache, 'drydock'))).toBe(true);
});
