import { describe, expect, it } from 'vitest';
import { ecosystems } from '../src/ecosystems/index.ts';
import { readFiles } from './support/feed-events.ts';
import { dockerArchive, layer } from './support/image.ts';
import {
  askingFile,
  installedFile,
  type LanguageSample,
  languageEcosystem,
  languageSamples,
  osvRecord,
} from './support/language-samples.ts';
import { debianFiles, debianLayer } from './support/root-file-systems.ts';
import { scanOne } from './support/scan.ts';
import type { TarEntry } from './support/tar.ts';
import { writeTemporary } from './support/temporary.ts';
import { advisoriesOf } from './support/view.ts';

async function scan(sample: LanguageSample, ...layers: (readonly TarEntry[])[]) {
  const [feed] = languageEcosystem(sample).feeds;
  const records = [osvRecord(sample, 'CVE-2024-1000', '2.0.0')].map((record) => JSON.stringify(record));
  const { upserts } = await readFiles(feed!, { 'all.ndjson': records.join('\n') });
  const source = advisoriesOf({ [feed!.name]: upserts });
  const image = dockerArchive({ layers: [debianLayer(), ...layers.map((entries) => layer(entries))] });
  const file = writeTemporary('image.tar', image);
  const report = await scanOne(file, { advisories: { supply: async () => ({ source, problems: [] }) } });
  const { name, written = name } = sample;
  const findings = report.findings.filter(({ kind }) => kind === 'vulnerability');
  return { ...report, findings, own: report.packages.filter((pkg) => pkg.name === written) };
}

it('there is a sample of every language', () => {
  const languages = ecosystems.filter(({ detect }) => detect === undefined).map(({ id }) => id);

  expect(languageSamples.map(({ id }) => id)).toEqual(languages);
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
});
