import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/model/finding.ts';
import type { Report } from '../src/model/report.ts';
import { dockerArchive, layer, ociLayout } from './support/image.ts';
import { debianLayer } from './support/root-file-systems.ts';
import { runDrydock } from './support/run.ts';
import { tar } from './support/tar.ts';
import { temporaryFolder, writeTemporary } from './support/temporary.ts';
import { zip } from './support/zip.ts';

/** Put together here, so that no file of ours is taken for what it tests. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
/** It evaluates nothing: there is no such function. */
const script = ['<?php /* note */ @ev', 'al($_PO', 'ST["not-there"]); ?>\n'].join('');

const nested = zip([
  {
    name: 'two.tar.gz',
    content: gzipSync(tar([{ path: 'three.zip', content: zip([{ name: 'e.com', content: eicar }]) }])),
  },
]);
const packaged = { name: 'app', version: '1.0' };
const lists = (files: string): { path: string; content: string } => ({
  path: 'var/lib/dpkg/info/app.list',
  content: files,
});

const layers = [
  debianLayer({
    release: '12',
    packages: [packaged],
    more: [
      lists('/usr/share/app/owned.php\n'),
      { path: 'usr/share/app/owned.php', content: script },
      { path: 'usr/share/app/other.php', content: '<?php echo 1;' },
    ],
  }),
  layer([
    { path: 'opt/one.zip', content: nested },
    { path: 'srv/gone.com', content: eicar },
    { path: 'srv/upload.php', content: script },
    { path: 'srv/fine.php', content: '<?php echo htmlspecialchars($name);\n' },
  ]),
  layer([{ path: 'srv/.wh.gone.com', content: '' }]),
];
const plain = writeTemporary('plain.tar', dockerArchive({ layers, layout: 'blobs' }));
const packed = writeTemporary('packed.tar', ociLayout({ layers, compression: 'gzip' }));

const cache = temporaryFolder();

async function scan(subject: string, flags: readonly string[] = [], input?: Uint8Array): Promise<Report> {
  const args = ['scan', subject, '--offline', '--checks', 'malware,webshells', '-f', 'json', ...flags];
  const run = await runDrydock(args, { environment: { XDG_CACHE_HOME: cache }, ...(input && { input }) });
  expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
  return JSON.parse(run.stdout) as Report;
}

function told(findings: readonly Finding[]): unknown[] {
  return findings.map(({ kind, id, layer: at, location, locations, hiddenBy, suppressed }) => [
    kind,
    id,
    at?.index,
    (locations ?? [location]).map((place) => place?.path),
    hiddenBy?.index,
    suppressed?.by,
  ]);
}

const found = [
  ['malware', 'eicar', 1, ['opt/one.zip!/two.tar.gz!/three.zip!/e.com', 'srv/gone.com'], undefined, undefined],
  ['webshell', 'php-eval-request', 1, ['srv/upload.php'], undefined, undefined],
];

describe('contents of files', () => {
  it.each([
    ['plain', plain],
    ['gzip', packed],
  ])('are judged in every layer, hidden or not, and in archives: %s', async (_, subject) => {
    const { findings, problems, rules, depth, coverage } = await scan(subject);
    expect(told(findings)).toEqual(found);
    expect(problems.map(({ code }) => code)).toEqual([]);
    expect([rules.map(({ name }) => name).includes('starter'), depth]).toEqual([true, 'default']);
    expect(coverage.contents?.['malware']).toMatchObject({ unjudged: 0 });
  });

  it('are judged from standard input, and where they are read from the cache', async () => {
    const { readFileSync } = await import('node:fs');
    for (const _ of [1, 2]) expect(told((await scan('-', [], readFileSync(packed))).findings)).toEqual(found);
  });

  it('of packages are judged with --deep', async () => {
    const { findings, depth } = await scan(plain, ['--deep']);
    expect(depth).toBe('deep');
    expect(told(findings)).toEqual([
      found[0],
      ['webshell', 'php-eval-request', 0, ['usr/share/app/owned.php', 'srv/upload.php'], undefined, undefined],
    ]);
  });

  it('are left out where one says so', async () => {
    expect(told((await scan(plain, ['--skip-checks', 'malware'])).findings)).toEqual([found[1]]);
  });

  it('are judged by sets of the user', async () => {
    const folder = path.join(temporaryFolder(), 'own');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'own.ndb'), `Own.Marker:0:*:${Buffer.from('htmlspecialchars').toString('hex')}\n`);
    const { findings } = await scan(plain, ['--rules', `starter,${folder}`]);
    expect(told(findings)).toContainEqual(['malware', 'Own.Marker', 1, ['srv/fine.php'], undefined, undefined]);
  });

  it('are explained', async () => {
    const args = ['explain', 'finding', 'srv/upload.php', plain, '--offline', '--checks', 'webshells'];
    const { stdout, status } = await runDrydock(args, { environment: { XDG_CACHE_HOME: cache } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^php-eval-request: A webshell \(webshell, high/);
    expect(stdout).toContain('YARA rule php-eval-request of starter: webshell, makes it likely');
    expect(stdout).toMatch(/line 1, byte \d+/);
  });
});

describe('what a registry published with a package', () => {
  const folder = 'app/node_modules/kit';
  const key = `AKIA${'QZ7XW3NPLM5RT2VK'}`;
  const secret = `${key}\naws_secret_access_key = "${'h7Kq2Vx9LmN4pRs8TwYz3BcD5fGj6HkM1nQ0rStU'}"\n`;
  const image = writeTemporary(
    'published.tar',
    dockerArchive({
      layers: [
        debianLayer({ release: '12' }),
        layer([
          { path: `${folder}/package.json`, content: '{"name": "kit", "version": "1.0.0"}' },
          { path: `${folder}/virus.js`, content: eicar },
          { path: `${folder}/index.js`, content: `const a = "${secret}";` },
          { path: `${folder}/.env`, content: secret },
          { path: `${folder}/page.html`, content: script },
          { path: `${folder}/upload.php`, content: script },
        ]),
      ],
    }),
  );
  const places = ({ findings }: Report): string[] =>
    findings.flatMap(({ kind, location, locations = [location!] }) =>
      locations.map(({ path: place }) => `${kind} ${place?.slice(folder.length + 1)}`),
    );
  const all = ['--checks', 'malware,webshells,secrets'];

  it('is searched for malware alone; what else lies there, for all', async () => {
    const report = await scan(image, all);
    expect(new Set(places(report))).toEqual(new Set(['malware virus.js', 'secret .env', 'webshell upload.php']));
    expect(report.coverage.published).toEqual({ files: 4, bytes: expect.any(Number) });
  });

  it('is searched for all at depth deep', async () => {
    const report = await scan(image, [...all, '--deep']);
    expect(places(report)).toEqual(expect.arrayContaining(['secret index.js', 'webshell page.html']));
    expect(report.coverage.published).toBeUndefined();
  });
});
