import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** What a package says of itself. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Where a package finds another, as Node.js looks for it. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    try {
      return path.dirname(realpathSync(path.join(folder, 'node_modules', name, 'package.json')));
    } catch {
      if (folder === path.dirname(folder)) return undefined;
    }
  }
}

/** Folders of all packages that one needs to run, by `name@version`. */
export function packagesNeeded(by: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  const { dependencies, peerDependencies, peerDependenciesMeta, optionalDependencies } = manifestOf(by);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
    const folder = resolvePackage(name, by);
    if (folder === undefined) {
      const optional = peerDependenciesMeta?.[name]?.optional === true || optionalDependencies?.[name] !== undefined;
      if (optional) continue;
      throw new Error(`${by} needs ${name}, which is not there`);
    }
    if (dependencies?.[name] === undefined && peerDependenciesMeta?.[name]?.optional === true) continue;
    const called = `${name}@${manifestOf(folder).version}`;
    if (found.has(called)) continue;
    found.set(called, folder);
    packagesNeeded(folder, found);
  }
  return found;
}

export interface PackageRegistry {
  readonly url: string;
  close(): void;
}

/** Serves packages of a folder `node_modules` to npm, so that an installation needs no network. */
export async function servePackages(folders: Iterable<string>): Promise<PackageRegistry> {
  const byName = new Map<string, Map<string, string>>();
  for (const folder of folders) {
    const { name, version } = manifestOf(folder);
    const versions = byName.get(name) ?? new Map<string, string>();
    byName.set(name, versions.set(version, folder));
  }
  const server = createServer((request, response) => {
    const [name = '', version] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/');
    const versions = byName.get(name);
    const folder = versions?.get(version ?? '');
    if (folder !== undefined) {
      const options = ['--exclude=./node_modules', '--transform=s,^\\.,package,', '-czf', '-', '-C', folder, '.'];
      response.end(execFileSync('tar', options, { maxBuffer: 1e9 }));
    } else if (versions !== undefined && version === undefined) {
      const described = [...versions].map(([each, where]) => {
        const tarball = `http://${request.headers.host}/${name}/-/${each}`;
        return [each, { ...manifestOf(where), dist: { tarball } }];
      });
      response.setHeader('Content-Type', 'application/json');
      const latest = [...versions.keys()].at(-1);
      response.end(JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(described) }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
