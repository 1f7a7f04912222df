import type { ObservedPackage } from '../model/observation.ts';
import type { LayerRef, Package } from '../model/package.ts';
import type { ImageView } from '../model/view.ts';

/** Paths that a run wrote. */
export interface ReplacedFiles {
  readonly files: ReadonlySet<string>;
  /** These may be folders: what is below them is replaced, too. */
  readonly trees: ReadonlySet<string>;
}

/** Finds what an image knows of a file of a running container: the layer that has it, and the installed packages it belongs to. */
export class PackagePlaces {
  readonly #view: ImageView;
  readonly #owners = new Map<string, Package>();
  /** Packages of languages by the very file they were read from: an archive, a program that they are linked into. */
  readonly #files = new Map<string, Package[]>();
  /** And by the folder that holds their code. */
  readonly #folders = new Map<string, Package[]>();
  #replaced: ReplacedFiles = { files: new Set(), trees: new Set() };

  constructor(view: ImageView) {
    this.#view = view;
    for (const one of view.packages) {
      if (one.presence !== 'present' || one.evidence !== undefined) continue;
      for (const name of one.arch === undefined ? [one.name] : [one.name, `${one.name}:${one.arch}`]) {
        // A distribution's package owns files; one of a language may only have the same name.
        if (one.distribution !== undefined || !this.#owners.has(name)) this.#owners.set(name, one);
      }
      if (one.distribution === undefined) for (const location of one.locations) this.#place(one, location);
    }
  }

  /** The package that brought a file, by its path as the kernel tells it: with all links followed, from the root. */
  owner(path: string): Package | undefined {
    const plain = withoutSlash(path);
    // Packages name files as they please (`/lib` for `/usr/lib`): both are the same file of the view.
    const name = this.#view.ownerOf(this.#found(plain)) ?? this.#view.ownerOf(plain);
    return name === undefined ? undefined : this.#owners.get(name);
  }

  /** Packages of languages whose code a file is or holds. */
  languages(path: string): readonly Package[] {
    const found = this.#found(withoutSlash(path));
    return this.#files.get(found) ?? this.#ofFolder(found);
  }

  /** The layer that has a file; undefined where the image does not have it. */
  layer(path: string): LayerRef | undefined {
    const resolved = this.#view.resolve(withoutSlash(path));
    if (!resolved.found) return undefined;
    const { index, diffId } = this.#view.image.layers[resolved.file.layer] ?? { index: resolved.file.layer };
    return { index, ...(diffId !== undefined && { diffId }) };
  }

  /** From now on it is known what the run itself wrote: that is not what the image and its packages brought. */
  replace({ files, trees }: ReplacedFiles): void {
    this.#replaced = { files: this.#placesOf(files), trees: this.#placesOf(trees) };
  }

  /** Whether the run put another file there than the image has. */
  isReplaced(path: string): boolean {
    const { files, trees } = this.#replaced;
    if (files.size === 0 && trees.size === 0) return false;
    const plain = withoutSlash(path);
    for (const one of new Set([plain, this.#placed(plain), this.#found(plain)])) {
      if (files.has(one)) return true;
      for (let end = one.length; end > 0; end = one.lastIndexOf('/', end - 1)) {
        if (trees.has(one.slice(0, end))) return true;
      }
    }
    return false;
  }

  #placesOf(paths: Iterable<string>): Set<string> {
    const places = new Set<string>();
    for (const path of paths) places.add(this.#placed(withoutSlash(path)));
    return places;
  }

  /** Links to the folder followed, the last part as it is: a link that is replaced is not what it led to. */
  #placed(plain: string): string {
    const slash = plain.lastIndexOf('/');
    if (slash < 0) return plain;
    return `${this.#found(plain.slice(0, slash))}${plain.slice(slash)}`;
  }

  #found(plain: string): string {
    const resolved = this.#view.resolve(plain);
    return resolved.found ? resolved.file.path : plain;
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

function withoutSlash(path: string): string {
  return path.replace(/^\/+/, '');
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
