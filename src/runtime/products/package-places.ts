import type { ObservedPackage } from '../../model/observation.ts';
import type { Package } from '../../model/package.ts';
import type { ImageView } from '../../model/view.ts';

/** Finds the installed packages that a file of a running container belongs to. */
export class PackagePlaces {
  readonly #view: ImageView;
  readonly #owners = new Map<string, Package>();
  /** Packages of languages by the very file they were read from: an archive, a program that they are linked into. */
  readonly #files = new Map<string, Package[]>();
  /** And by the folder that holds their code. */
  readonly #folders = new Map<string, Package[]>();

  constructor(view: ImageView) {
    this.#view = view;
    for (const one of view.packages) {
      if (one.presence !== 'present' || one.evidence !== undefined) continue;
      if (one.distribution !== undefined) {
        this.#owners.set(one.name, one);
        if (one.arch !== undefined) this.#owners.set(`${one.name}:${one.arch}`, one);
      } else {
        for (const location of one.locations) this.#place(one, location);
      }
    }
  }

  /** The packages of a path as the kernel tells it: with all links followed, from the root. */
  of(path: string): readonly Package[] {
    const plain = path.replace(/^\/+/, '');
    const resolved = this.#view.resolve(plain);
    const found = resolved.found ? resolved.file.path : plain;
    const owner = this.#view.ownerOf(found) ?? this.#view.ownerOf(plain);
    const distribution = owner === undefined ? undefined : this.#owners.get(owner);
    const languages = this.#files.get(found) ?? this.#ofFolder(found);
    return distribution === undefined ? languages : [distribution, ...languages];
  }

  #place(one: Package, location: string): void {
    const [file = ''] = location.split('!/', 1);
    push(this.#files, file, one);
    for (const folder of foldersOf(one, file)) push(this.#folders, folder, one);
  }

  /** The innermost folder that is one of a package. */
  #ofFolder(path: string): readonly Package[] {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const found = this.#folders.get(path.slice(0, end));
      if (found !== undefined) return found;
    }
    return [];
  }
}

/** A package as observations name it. */
export function observedPackage({ name, version, purl }: ObservedPackage): ObservedPackage {
  return { name, version, purl };
}

function push(map: Map<string, Package[]>, key: string, one: Package): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
}

/** Where the code of a package is, told by the file that describes it. A module of Python may be one file. */
function foldersOf({ type, name, version }: Package, file: string): string[] {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  if (type === 'npm') return file.endsWith('/package.json') ? [folder] : [];
  if (type === 'gem') {
    const base = /^(.*)\/specifications\/(?:default\/)?[^/]+\.gemspec$/.exec(file)?.[1];
    return base === undefined ? [] : [`${base}/gems/${name}-${version}`];
  }
  if (type === 'composer')
    return file.endsWith('/installed.json') ? [`${folder.replace(/\/composer$/, '')}/${name}`] : [];
  if (type !== 'pypi') return [];
  const packages = /^(.*)\/[^/]+\.(?:dist-info|egg-info)(?:\/[^/]+)?$/.exec(file)?.[1];
  if (packages === undefined) return [];
  // Names are compared without regard to case and separators (PyPA, "Name normalization"); modules use underscores.
  const plain = name.replaceAll(/[-.]+/g, '_');
  return [...new Set([plain, plain.toLowerCase(), plain.toLowerCase().replace(/^python_|^py(?=[a-z])/, '')])].flatMap(
    (module) => [`${packages}/${module}`, `${packages}/${module}.py`],
  );
}
