import { describe, expect, it } from 'vitest';
import { ecosystems } from '../src/ecosystems/index.ts';
import type { Report } from '../src/model/report.ts';
import { readFiles } from './support/feed-events.ts';
import { dockerArchive, layer } from './support/image.ts';
import {
  askingFile,
  installedFile,
  type LanguageSample,
  languageEcosystem,
  languageSamples,
  osvRecord,
  unwatchedSamples,
} from './support/language-samples.ts';
import { debianFiles, debianLayer } from './support/root-file-systems.ts';
import { runDrydock } from './support/run.ts';
import { scanOne } from './support/scan.ts';
import type { TarEntry } from './support/tar.ts';
import { writeTemporary } from './support/temporary.ts';
import { advisoriesOf, makeAdvisory } from './support/view.ts';
import { zip } from './support/zip.ts';

/** By this the distribution watches its package, and what that owns is left to it. */
const watchedOwner = makeAdvisory('CVE-2020-1000', [{ package: 'hull', ranges: [{ fixed: '0.1' }] }]);

async function scan(sample: LanguageSample, ...layers: (readonly TarEntry[])[]) {
  const [feed] = languageEcosystem(sample).feeds;
  const records = [osvRecord(sample, 'CVE-2024-1000', '2.0.0')].map((record) => JSON.stringify(record));
  const { upserts } = await readFiles(feed!, { 'all.ndjson': records.join('\n') });
  const source = advisoriesOf({ [feed!.name]: upserts, 'debian-tracker': [watchedOwner] });
  const image = dockerArchive({ layers: [debianLayer(), ...layers.map((entries) => layer(entries))] });
  const file = writeTemporary('image.tar', image);
  const report = await scanOne(file, { advisories: { supply: async () => ({ source, problems: [] }) } });
  const { name, written = name } = sample;
  const findings = report.findings.filter(({ kind }) => kind === 'vulnerability');
  return { ...report, findings, own: report.packages.filter((pkg) => pkg.name === written) };
}

/** The names of its folders tell the version of a package, so that no file of one name can have several. */
const toldElsewhere = ['conan', 'homebrew'];

it('there is a sample of every language', () => {
  const languages = ecosystems
    .filter(({ detect, feeds }) => detect === undefined && feeds.length > 0)
    .map(({ id }) => id)
    .filter((id) => !toldElsewhere.includes(id));

  expect(languageSamples.map(({ id }) => id)).toEqual(languages);
  for (const { id } of unwatchedSamples) expect(ecosystems.find((one) => one.id === id)?.feeds).toEqual([]);
});

describe.each(languageSamples)('$id', (sample) => {
  it('judges what is installed, and lists what is asked for', async () => {
    const report = await scan(sample, [
      installedFile(sample, 'opt/a', '1.10.0'),
      installedFile(sample, 'opt/b', '1.10.0'),
      installedFile(sample, 'opt/new', '2.0.0'),
      askingFile(sample, 'srv', '1.2.0'),
    ]);

    const found = report.own.map(({ version, locations, evidence = '' }) => [version, locations, evidence].flat());
    const v = sample.id === 'go' ? 'v' : '';
    expect(found.sort()).toEqual([
      [`${v}1.10.0`, `opt/a/${sample.path}`, `opt/b/${sample.path}`, ''],
      [`${v}1.2.0`, `srv/${sample.asks}`, sample.id === 'go' ? 'manifest' : 'lockfile'],
      [`${v}2.0.0`, `opt/new/${sample.path}`, ''],
    ]);
    expect(report.findings).toMatchObject([{ id: 'CVE-2024-1000', package: { version: `${v}1.10.0` } }]);
  });

  it('takes the last one of a path that comes twice in a layer', async () => {
    const { own } = await scan(sample, [
      installedFile(sample, 'opt', '1.0.0'),
      askingFile(sample, 'srv', '1.0.0'),
      installedFile(sample, 'opt', '3.0.0'),
      askingFile(sample, 'srv', '3.0.0'),
    ]);

    expect(own.map(({ version }) => version.replace('v', ''))).toEqual(['3.0.0', '3.0.0']);
  });

  // A reader is not asked for what does not even begin as a program.
  it.skipIf(sample.path.startsWith('bin/'))('and nothing of what came before where that is none', async () => {
    const junk = (entry: TarEntry): TarEntry => ({ ...entry, content: Buffer.alloc(200_000, '\n\0x') });
    const [installed, asking] = [installedFile(sample, 'opt', '1.0.0'), askingFile(sample, 'srv', '1.0.0')];

    const { own } = await scan(sample, [installed, asking, junk(installed), junk(asking)]);

    expect(own).toEqual([]);
  });

  it('takes files that end anywhere, and still lists their healthy neighbours', async () => {
    const whole = [installedFile(sample, 'opt', '1.0.0'), askingFile(sample, 'srv', '1.2.0')];
    const cut = whole.flatMap((entry) => {
      const content = Buffer.from(entry.content ?? '');
      const step = Math.max(1, Math.floor(content.length / 300));
      return Array.from({ length: Math.ceil(content.length / step) }, (_, index): TarEntry => {
        return { ...entry, path: `cut/${index}/${String(entry.path)}`, content: content.subarray(0, index * step) };
      });
    });

    const { own, problems } = await scan(sample, [...cut, ...whole]);

    const paths = new Set(own.flatMap(({ locations }) => locations));
    expect(whole.filter(({ path }) => !paths.has(String(path)))).toEqual([]);
    expect(problems.filter(({ code }) => code === 'analyzer.failed')).toEqual([]);
  });

  it('knows files behind hard links by the name of the link', async () => {
    const link = ({ path }: TarEntry, linkTarget: string): TarEntry => ({ path, type: 'hardlink', linkTarget });
    const [installed, asking] = [installedFile(sample, 'opt', '1.0.0'), askingFile(sample, 'srv', '1.2.0')];

    const { own, findings, problems } = await scan(
      sample,
      [
        { ...installed, path: 'store/01' },
        { ...asking, path: 'store/02' },
      ],
      [link(installed, 'store/01'), link(asking, 'store/02')],
    );

    // A program is one under any name.
    const paths = own.flatMap(({ locations }) => locations).sort();
    expect(paths).toEqual([sample.path.startsWith('bin/') ? 'store/01' : installed.path, asking.path].sort());
    expect(findings).toHaveLength(1);
    expect(problems.filter(({ code }) => code.startsWith('file.') || code.startsWith('lockfile.'))).toEqual([]);
  });

  it('lists a package under the hard link that is left where the name of the file was removed', async () => {
    const link = ({ path }: TarEntry, linkTarget: string): TarEntry => ({ path, type: 'hardlink', linkTarget });
    const [installed, asking] = [installedFile(sample, 'a', '1.0.0'), askingFile(sample, 'a', '1.2.0')];
    const left = [installedFile(sample, 'b', '1.0.0'), askingFile(sample, 'b', '1.2.0')] as const;

    const { own, findings } = await scan(
      sample,
      [installed, asking, link(left[0], String(installed.path)), link(left[1], String(asking.path))],
      [{ path: '.wh.a' }],
    );

    expect(own.flatMap(({ locations }) => locations).sort()).toEqual(left.map(({ path }) => path).sort());
    expect(findings).toHaveLength(1);
  });

  it('knows files behind symbolic links, and in folders behind these, by the names of the links', async () => {
    const link = (path: string, linkTarget: string): TarEntry => ({ path, type: 'symlink', linkTarget });
    const [installed, asking] = [installedFile(sample, 'opt', '1.0.0'), askingFile(sample, 'srv', '1.2.0')];
    const parts = String(installedFile(sample, 'b', '1.0.0').path).split('/');

    const { own, problems } = await scan(sample, [
      { ...installed, path: 'store/01' },
      { ...asking, path: 'store/02' },
      link(String(installed.path), '/store/01'),
      link(String(asking.path), `${'../'.repeat(String(asking.path).split('/').length - 1)}store/02`),
      ...(parts.length < 3 ? [] : [link(parts.slice(0, -1).join('/'), '/store/03')]),
      { ...installed, path: `store/03/${parts.at(-1)}` },
    ]);

    const isProgram = sample.path.startsWith('bin/');
    const paths = own.flatMap(({ locations }) => locations);
    expect(paths).toContain(isProgram ? 'store/01' : installed.path);
    expect(paths).toContain(asking.path);
    // What is known by its name alone is so in either folder.
    const installs = own.filter(({ evidence }) => evidence === undefined).flatMap(({ locations }) => locations);
    const inFolder = installs.filter((path) => path === parts.join('/') || path.startsWith('store/03/'));
    expect(inFolder).toHaveLength(parts.length < 3 ? inFolder.length : 1);
    expect(problems.filter(({ code }) => code.startsWith('file.') || code.startsWith('lockfile.'))).toEqual([]);
  });

  it('knows files in a folder behind a symbolic link once, and where they are', async () => {
    const { own } = await scan(sample, [
      { path: 'opt/current', type: 'symlink', linkTarget: 'v1' },
      installedFile(sample, 'opt/v1', '1.0.0'),
    ]);

    expect(own.flatMap(({ locations }) => locations)).toEqual([`opt/v1/${sample.path}`]);
  });

  it('leaves what a distribution owns to it', async () => {
    const installed = installedFile(sample, 'opt', '1.0.0');
    const { own, findings } = await scan(sample, [
      ...debianFiles({ packages: [{ name: 'hull', version: '1.0-1' }] }),
      { path: 'var/lib/dpkg/info/hull.list', content: `/.\n/${String(installed.path)}\n` },
      installed,
    ]);

    expect(own).toMatchObject([{ ownedBy: 'hull' }]);
    expect(findings).toEqual([]);
  });

  it('names the layer that brought it, also after it was replaced and removed (T-03)', async () => {
    const installed = installedFile(sample, 'opt', '1.0.0');
    const slash = String(installed.path).lastIndexOf('/');
    const whiteout = `${String(installed.path).slice(0, slash)}/.wh.${String(installed.path).slice(slash + 1)}`;
    const layers = [[installed], [installedFile(sample, 'opt', '1.1.0')], [{ path: whiteout }]];

    const there = await scan(sample, ...layers.slice(0, 2));
    const gone = await scan(sample, ...layers);
    const again = await scan(sample, ...layers, [installed]);

    const seen = ({ own }: typeof there) =>
      own.map(({ version, layer: { index } }) => [version.replace('v', ''), index]);
    expect([there, gone, again].map(seen)).toEqual([[['1.1.0', 2]], [], [['1.0.0', 4]]]);
    expect(there.findings.map((finding) => finding.layer?.index)).toEqual([2]);
  });

  it.each(['', 'latest', '>=1 <2', 'git+ssh://host.example/rope.git'])(
    'is not silent on what is installed in the version %j (T-18)',
    async (version) => {
      const { own, findings, problems } = await scan(sample, [installedFile(sample, 'opt', version)]);

      // All versions below 2.0.0 are affected. The orders of Maven and of PyPI have a place for words too.
      const words = problems.map(({ code, message }) => `${code}: ${message}`).join('\n');
      if (findings.length > 0) expect(own).toHaveLength(1);
      else if (own.length === 0) expect(words).toContain('file.format: ');
      else expect(words).toMatch(/version\.invalid: |since nothing tells the version/);
    },
  );
});

describe.each(unwatchedSamples)('$id, which nobody watches', (sample) => {
  it('lists what is installed and what is asked for, and says that nothing was judged', async () => {
    const image = dockerArchive({
      layers: [
        debianLayer(),
        layer([
          installedFile(sample, 'opt/a', '1.0.0'),
          installedFile(sample, 'opt/twice', '1.0.0'),
          askingFile(sample, 'srv', '1.2.0'),
          installedFile(sample, 'opt/twice', '3.0.0'),
        ]),
      ],
    });

    const { packages, findings, problems } = await scanOne(writeTemporary('image.tar', image), {
      advisories: {
        supply: async () => ({ source: advisoriesOf({ 'debian-tracker': [watchedOwner] }), problems: [] }),
      },
    });

    const own = packages.filter(({ name }) => name === sample.name);
    expect(own.map(({ version, locations, evidence }) => [version, ...locations, evidence ?? ''])).toEqual([
      ['1.0.0', `opt/a/${sample.path}`, ''],
      ['1.2.0', `srv/${sample.asks}`, 'lockfile'],
      ['3.0.0', `opt/twice/${sample.path}`, ''],
    ]);
    expect(findings.filter(({ kind }) => kind === 'vulnerability')).toEqual([]);
    expect(problems.filter(({ code }) => code === 'packages.without-feed').map(({ message }) => message)).toEqual([
      expect.stringContaining(languageEcosystem(sample).types[0] ?? ''),
    ]);
  });
});

it('an advisory on a name is for the packages of its own ecosystem alone (T-17)', async () => {
  const others = languageSamples.filter(({ osv }) => osv !== 'npm');
  const records = others.map((sample) =>
    JSON.stringify({ ...osvRecord({ ...sample, name: 'rope' }, sample.id, '9.0.0') }),
  );
  const [java] = languageSamples.filter(({ id }) => id === 'java');
  const feeds = await Promise.all(
    others.map(async (sample, i) => {
      const feed = languageEcosystem(sample).feeds[0]!;
      return [feed.name, (await readFiles(feed, { 'all.ndjson': records[i]! })).upserts] as const;
    }),
  );
  const image = dockerArchive({
    layers: [
      debianLayer(),
      layer([
        { path: 'srv/node_modules/rope/package.json', content: '{"name":"rope","version":"1.0.0"}' },
        // org.hull:rope is not any other group's.
        installedFile(java!, 'opt', '1.0.0'),
      ]),
    ],
  });
  const source = advisoriesOf(Object.fromEntries(feeds));

  const { packages, findings } = await scanOne(writeTemporary('image.tar', image), {
    advisories: { supply: async () => ({ source, problems: [] }) },
  });

  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['rope', 'org.hull:rope']));
  expect(findings.filter(({ kind }) => kind === 'vulnerability')).toEqual([]);
});

it('no connection is opened by a scan of archives in archives, which ends soon (T-15)', async () => {
  const watching = `import net from 'node:net'; import dns from 'node:dns';
    const told = (what) => () => { process._rawDebug('CONNECTION', what); throw new Error(what); };
    net.Socket.prototype.connect = told('connect'); dns.lookup = told('lookup'); dns.promises.lookup = told('lookup');
    globalThis.fetch = told('fetch');`;
  let archive = zip([
    { name: 'META-INF/maven/g/deepest/pom.properties', content: 'groupId=g\nartifactId=deepest\nversion=1.0\n' },
  ]);
  for (let i = 0; i < 5; i++) archive = zip([{ name: 'lib/secret-name.jar', content: archive }]);
  const image = writeTemporary(
    'image.tar',
    dockerArchive({ layers: [debianLayer(), layer([{ path: 'a.jar', content: archive }])] }),
  );
  const start = performance.now();

  const { status, stdout, stderr } = await runDrydock(['scan', image, '--offline', '-f', 'json'], {
    environment: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(watching)}"` },
  });

  expect(status, stderr).toBe(0);
  expect(stderr).not.toContain('CONNECTION');
  const report = JSON.parse(stdout) as Report;
  expect(report.packages.map(({ name }) => name)).toContain('g:deepest');
  expect(report.hosts).toEqual([]);
  expect(performance.now() - start).toBeLessThan(60_000);
});
