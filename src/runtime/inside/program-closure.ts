import { closeSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { FormatError } from '../../errors.ts';
import { FileSource } from '../../formats/byte-source.ts';
import { type ElfDynamic, readElfDynamic } from '../../formats/elf/dynamic.ts';
import { libraryFolders } from './library-folders.ts';
import type { TarEntry } from './tar-writer.ts';

/** Programs of this machine that can be run in a container which has nothing: no libraries, no dynamic linker. */
export interface ProgramClosure {
  /** Folders and files, for {@link writeTar}; unpacked at `/` of the container they are below the root that was asked for. */
  readonly entries: readonly TarEntry[];
  /** The dynamic linker in the container: `/.s/ld.so`. Absent where all programs are static. */
  readonly loader?: string;
  /** Folder of the libraries in the container: `/.s/lib`. */
  readonly libraries: string;
  /** How each program is started there: words to put in front of its arguments, by the name of its file. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
  /** Instruction set of the programs as images write it (`amd64`, `arm64`); a machine without a name is `elf-NUMBER`. */
  readonly architecture: string;
  /** Bytes of all files. */
  readonly size: number;
}

export interface ProgramClosureOptions {
  /** Folders that are looked in before those of this machine. */
  readonly folders?: readonly string[];
}

/** The programs cannot be made to run elsewhere; the message says why. */
export class ClosureError extends Error {
  override readonly name = 'ClosureError';
}

/** `EM_...` of the System V ABI and its supplements -> names of the OCI image specification (Go's GOARCH). */
const architectures: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [21, 'ppc64le'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'amd64'],
  [183, 'arm64'],
  [243, 'riscv64'],
  [258, 'loong64'],
]);

/** The list of libraries that the dynamic linker loads into every program (ld.so(8)). */
const PRELOAD = '/etc/ld.so.preload';
const MAX_LIBRARIES = 300;

/**
 * Finds all that programs of this machine need to run elsewhere: the libraries by their names in the dynamic sections, in
 * the folders where the dynamic linker would look, and the dynamic linker itself. Nothing is executed for it.
 *
 * The copy of glibc's dynamic linker does not read `/etc/ld.so.preload`, nor the cache: an image that ships these would
 * put its own code into our programs. Variables of the environment (`LD_PRELOAD`, ...) are for the caller to take away.
 * @param programs paths of programs
 * @param root folder in the container, `/.s`: at most 10 characters
 * @throws ClosureError where a program or library is missing, is none, or is of another architecture than the first
 */
export function programClosure(
  programs: readonly string[],
  root: string,
  options: ProgramClosureOptions = {},
): ProgramClosure {
  if (!/^\/[\w.-]{1,9}$/.test(root)) throw new ClosureError(`${root} cannot be the folder of programs in a container`);
  const found = new Closure([...(options.folders ?? []), ...libraryFolders()]);
  for (const program of programs) found.addProgram(program);
  return found.lay(root);
}

interface FoundFile {
  readonly file: string;
  readonly dynamic: ElfDynamic;
}

class Closure {
  readonly #folders: readonly string[];
  readonly #programs = new Map<string, FoundFile>();
  readonly #libraries = new Map<string, FoundFile>();
  #loader: FoundFile | undefined;
  #first: FoundFile | undefined;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  addProgram(program: string): void {
    const found = readFound(program);
    this.#first ??= found;
    if (!this.#fits(found.dynamic)) {
      throw new ClosureError(`${program} is of another architecture than ${this.#first.file}`);
    }
    const name = path.basename(program);
    if (this.#programs.has(name)) throw new ClosureError(`two programs are called ${name}`);
    this.#programs.set(name, found);
    const { interpreter } = found.dynamic;
    if (interpreter === undefined) {
      if (found.dynamic.needed.length > 0) throw new ClosureError(`${program} is a library`);
      return;
    }
    const loader = readFound(interpreter);
    if (this.#loader !== undefined && this.#loader.file !== loader.file) {
      throw new ClosureError(`${program} needs another dynamic linker than the programs before it`);
    }
    this.#loader = loader;
    this.#addNeeded(found, []);
  }

  /** @param inherited folders that those who need `of` want to be looked in, too (`DT_RPATH`) */
  #addNeeded(of: FoundFile, inherited: readonly string[]): void {
    const { rpath, runpath, needed } = of.dynamic;
    // DT_RPATH holds for what is needed further down, unless there is a DT_RUNPATH, which does not (ld.so(8)).
    const passed = runpath.length > 0 ? [] : [...expand(rpath, of.file), ...inherited];
    const folders = [...passed, ...expand(runpath, of.file), ...this.#folders];
    for (const name of needed) {
      if (this.#libraries.has(name)) continue;
      if (this.#libraries.size >= MAX_LIBRARIES) throw new ClosureError(`more than ${MAX_LIBRARIES} libraries`);
      const found = this.#find(name, folders);
      if (found === undefined) throw new ClosureError(`${of.file} needs ${name}, which is not on this machine`);
      this.#libraries.set(name, found);
      this.#addNeeded(found, passed);
    }
  }

  #find(name: string, folders: readonly string[]): FoundFile | undefined {
    if (name.includes('/')) throw new ClosureError(`a library is needed by its path: ${name}`);
    for (const folder of folders) {
      try {
        const found = readFound(path.join(folder, name));
        // Folders hold libraries of other architectures beside each other; the dynamic linker passes over them as well.
        if (this.#fits(found.dynamic)) return found;
      } catch (error) {
        if (!(error instanceof ClosureError)) throw error;
      }
    }
    return undefined;
  }

  #fits({ elf }: ElfDynamic): boolean {
    const { elf: first } = this.#first!.dynamic;
    return elf.machine === first.machine && elf.wide === first.wide && elf.little === first.little;
  }

  lay(root: string): ProgramClosure {
    const first = this.#first;
    if (first === undefined) throw new ClosureError('no program was named');
    const below = root.slice(1);
    const libraries = `${root}/lib`;
    const loader = this.#loader === undefined ? undefined : `${root}/ld.so`;
    const entries: TarEntry[] = [
      { path: below, type: 'directory', mode: 0o755 },
      { path: `${below}/lib`, type: 'directory', mode: 0o755 },
    ];
    if (this.#loader !== undefined) entries.push(file(`${below}/ld.so`, withoutPreload(this.#loader.file, root)));
    for (const [name, { file: from }] of this.#libraries) {
      // Where the dynamic linker is needed as a library, too, it finds itself loaded already.
      entries.push(
        file(`${below}/lib/${name}`, from === this.#loader?.file ? withoutPreload(from, root) : { file: from }),
      );
    }
    for (const [name, { file: from }] of this.#programs) entries.push(file(`${below}/${name}`, { file: from }));
    return {
      entries,
      ...(loader !== undefined && { loader }),
      libraries,
      commands: new Map(
        [...this.#programs].map(([name, { dynamic }]) => [
          name,
          dynamic.interpreter === undefined || loader === undefined
            ? [`${root}/${name}`]
            : [loader, ...loaderOptions(dynamic.interpreter), '--library-path', libraries, `${root}/${name}`],
        ]),
      ),
      architecture: architectures.get(first.dynamic.elf.machine) ?? `elf-${first.dynamic.elf.machine}`,
      size: entries.reduce((sum, { content }) => sum + sizeOf(content), 0),
    };
  }
}

/** musl's dynamic linker has no cache, and takes no option it does not know. */
function loaderOptions(interpreter: string): string[] {
  return path.basename(interpreter).startsWith('ld-musl') ? [] : ['--inhibit-cache'];
}

function file(name: string, content: NonNullable<TarEntry['content']>): TarEntry {
  return { path: name, type: 'file', mode: 0o755, content };
}

function sizeOf(content: TarEntry['content']): number {
  if (content === undefined) return 0;
  if (content instanceof Uint8Array) return content.length;
  if ('bytes' in content) return content.size;
  return statSync(content.file).size;
}

/** `$ORIGIN` is the folder of the file that says so; the other placeholders depend on the processor and are left out. */
function expand(folders: readonly string[], from: string): string[] {
  return folders
    .map((folder) => folder.replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => path.dirname(from)))
    .filter((folder) => path.isAbsolute(folder) && !folder.includes('$'));
}

/**
 * A path of the same length stands for the list in the image (musl has none): one below a file, so that it cannot be there
 * whatever the image ships.
 */
function withoutPreload(loader: string, root: string): Uint8Array {
  const bytes = readFileSync(loader);
  const own = Buffer.from(`${root}/ld.so/`.padEnd(PRELOAD.length, '_'), 'latin1');
  for (let at = bytes.indexOf(PRELOAD); at !== -1; at = bytes.indexOf(PRELOAD, at)) own.copy(bytes, at);
  return bytes;
}

function readFound(place: string): FoundFile {
  let descriptor: number | undefined;
  try {
    const real = realpathSync(place);
    descriptor = openSync(real, 'r');
    return { file: real, dynamic: readElfDynamic(new FileSource(descriptor)) };
  } catch (error) {
    if (error instanceof FormatError) throw new ClosureError(`${place} is no program: ${error.message}`);
    if (error instanceof Error && 'code' in error) {
      throw new ClosureError(`${place} cannot be read: ${String(error.code)}`, { cause: error });
    }
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Entries as a volume has them that is mounted at a folder: what is below it, by paths from there. */
export function entriesBelow(folder: string, entries: ProgramClosure['entries']): ProgramClosure['entries'] {
  const root = `${folder.slice(1)}/`;
  return entries.flatMap((entry) => {
    const path = entry.path.startsWith(root) ? entry.path.slice(root.length) : '';
    return path === '' ? [] : [{ ...entry, path }];
  });
}
