import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';
import { pythonInstalled } from './installed.ts';

/** Lists what Python itself takes for installed in the folders that it is given. */
const script = `
import importlib.metadata as m, json, sys
fields = [d.metadata or {} for d in m.distributions(path=sys.argv[1:])]
print(json.dumps([[f.get('Name'), f.get('Version')] for f in fields]))
`;

function askPython(folders: readonly string[]): readonly string[] | undefined {
  const { status, stdout } = spawnSync('python3', ['-I', '-c', script, ...folders], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) return undefined;
  const pairs = JSON.parse(stdout) as readonly (readonly [string | null, string | null])[];
  return [...new Set(pairs.map(([name, version]) => `${name}@${version ?? ''}`))].sort();
}

const python = askPython([]) === undefined ? 'no python3 is installed' : '';

/** Folders in which the Python of this machine keeps packages. */
function siteFolders(): readonly string[] {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print("\\n".join(sys.path))'], { encoding: 'utf8' });
  const all = [...stdout.split('\n'), '/usr/lib/python3/dist-packages'];
  return [...new Set(all)].filter((folder) => /packages$/.test(folder) && existsSync(folder));
}

/** What describes packages in a folder, and in the folders of eggs. */
function describing(folder: string): readonly TarEntry[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly TarEntry[] => {
    const file = path.join(folder, entry.name);
    const isInfo = /(?:\.dist-info|\.egg-info|\.egg|^egg-info)$/i.test(entry.name);
    if (!isInfo) return [];
    if (entry.isDirectory()) return /\.egg$/i.test(entry.name) ? describing(file) : filesOf(file);
    return entry.isFile() ? [{ path: file.slice(1), content: readFileSync(file) }] : [];
  });
}

function filesOf(folder: string): readonly TarEntry[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ path: path.join(folder, name).slice(1), content: readFileSync(path.join(folder, name)) }));
}

async function ours(entries: readonly TarEntry[]): Promise<readonly string[]> {
  const { facts } = await readLayerWith(pythonInstalled, entries);
  const found = facts.flatMap((fact) =>
    fact.kind === 'package' ? [`${fact.package.name}@${fact.package.version}`] : [],
  );
  return [...new Set(found)].sort();
}

const metadata = 'Metadata-Version: 2.1\nName: NAME\nVersion: 1.0\n\nText\n';

/** Folders as installers write them, and some that none does. */
const made: Readonly<Record<string, string | Buffer>> = {
  'a-1.0.dist-info/METADATA': metadata,
  'b-1.0.egg-info/PKG-INFO': metadata,
  'c-1.0-py3.11.egg-info': metadata,
  'd-1.0-py3.11.egg/EGG-INFO/PKG-INFO': metadata,
  'e-1.0.DIST-INFO/METADATA': metadata,
  'f-1.0.dist-info/PKG-INFO': metadata,
  'g-1.0.dist-info/METADATA': metadata.replaceAll('\n', '\r\n'),
  'h-1.0.dist-info/METADATA': metadata.toUpperCase().replace('NAME: NAME', 'name: NAME'),
  'i.dist-info/METADATA': metadata.replace('Text', 'Name: other\nVersion: 2'),
  'j-1.0.dist-info/METADATA': metadata.replace('Version: 1.0', 'Version: 1.0\nVersion: 2.0\nName: other'),
  'k-1.0.dist-info/METADATA': metadata.replace('Name:', 'Summary: x\n Name: folded\nName:'),
  'l-1.0.dist-info/RECORD': 'no metadata\n',
  'm/METADATA': metadata,
  'n-1.0/PKG-INFO': metadata,
  'pip/_vendor/vendor.txt': 'o==1.0\n',
};

describe.skipIf(python !== '')(`importlib.metadata${python === '' ? '' : `: ${python}`}`, () => {
  const folders = python === '' ? siteFolders() : [];

  it.each(folders)('lists the same packages in %s', async (folder) => {
    expect(await ours(describing(folder))).toEqual(askPython([folder]));
  });

  it('lists the same packages of folders in every form', async () => {
    const folder = temporaryFolder();
    for (const [file, content] of Object.entries(made)) {
      const at = path.join(folder, file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, String(content).replace(/(name: )NAME/i, `$1${file[0]}`));
    }
    const egg = zip([{ name: 'EGG-INFO/PKG-INFO', content: metadata.replace('NAME', 'zipped') }]);
    writeFileSync(path.join(folder, 'zipped-1.0-py3.11.egg'), egg);
    const entries = [
      ...describing(folder),
      { path: 'm/METADATA', content: metadata },
      { path: 'n-1.0/PKG-INFO', content: metadata },
    ];

    // Eggs are listed where they are on the path themselves, as easy-install.pth puts them there.
    const eggs = ['d-1.0-py3.11.egg', 'zipped-1.0-py3.11.egg'].map((name) => path.join(folder, name));
    const theirs = (askPython([folder, ...eggs]) ?? []).filter((one) => one !== 'null@' && one !== 'None@');

    expect(theirs).toHaveLength(12);
    expect(await ours(entries)).toEqual(theirs);
  });
});
