import { FormatError, LimitError } from '../../errors.ts';
import { type DotnetLibraries, isReference, parseDotnetLibraries } from '../../formats/dotnet/libraries.ts';
import { parseNuspec } from '../../formats/dotnet/nuspec.ts';
import { isElf } from '../../formats/elf/elf.ts';
import { isPe } from '../../formats/pe/pe.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { Claims } from './claims.ts';
import { hasTail } from './elf-tail.ts';
import { readProgram } from './programs.ts';

const DEPS = '.deps.json';
const NUSPEC = '.nuspec';
/** A host has some 70 KiB before anything is appended to it. */
const MIN_BUNDLE = 64 * 1024;
const EXECUTABLE = 0o111;
/** Assemblies that are kept until it is known which of them belong to packages. */
const MAX_ASSEMBLIES = 200_000;

/** Reads what applications and runtimes of .NET consist of: lists of libraries, assemblies, and applications in one file. */
export const dotnetInstalled: Analyzer<PackageFact> = {
  name: 'dotnet-installed',
  version: 1,
  names: { ends: ['.dll', '.exe', DEPS, NUSPEC], executables: MIN_BUNDLE },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const { name } = file;
    switch (name.charCodeAt(name.length - 1) | 0x20) {
      case 0x6c: // dll
      case 0x65: // exe
        if (isNamedProgram(name)) return Appetite.Whole;
        break;
      case 0x6e: // .deps.json
        if (name.endsWith(DEPS)) return textAppetite(file, MAX_LOCKFILE);
        break;
      case 0x63: // .nuspec
        if (name.endsWith(NUSPEC) && packageFolder(file) !== undefined) return textAppetite(file, MAX_MANIFEST);
        break;
      default:
    }
    const mayBundle = file.size >= MIN_BUNDLE && (file.mode & EXECUTABLE) !== 0;
    return mayBundle && !name.endsWith('.so') && !name.includes('.so.') ? Appetite.Whole : Appetite.None;
  },

  begins(file: FileHeader, head: Uint8Array): boolean {
    if (!isNamedProgram(file.name)) return hasTail(head, file.size);
    // A compiler for other systems may name its programs so too, and MS-DOS has programs without a PE header.
    return isElf(head) ? hasTail(head, file.size) : !isOlderProgram(head);
  },

  open: (layer) => new InstalledReader(layer),
};

/** `.dll` and `.exe` in any case. */
function isNamedProgram(name: string): boolean {
  const dot = name.length - 4;
  if (dot < 1 || name[dot] !== '.') return false;
  const extension = name.slice(dot + 1).toLowerCase();
  return extension === 'dll' || extension === 'exe';
}

/** MS-DOS, and Windows before PE: the header that the first one points to is in sight, and another. */
function isOlderProgram(head: Uint8Array): boolean {
  if (!isPe(head) || head.length < 64) return false;
  const at = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(60, true);
  return at + 2 <= head.length && !(head[at] === 0x50 && head[at + 1] === 0x45);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `ID/VERSION/ID.nuspec`: so NuGet unpacks packages. The folder of the package, with a slash at its end. */
function packageFolder({ path, name }: FileHeader): string | undefined {
  const folder = path.slice(0, path.length - name.length);
  const [id, version] = folder.split('/').slice(-3, -1);
  if (id === undefined || version === undefined || !/^\d/.test(version)) return undefined;
  return id.toLowerCase() === name.slice(0, -NUSPEC.length).toLowerCase() ? folder : undefined;
}

class InstalledReader implements LayerReader<PackageFact> {
  readonly #layer: LayerContext;
  readonly #packages: PackageFacts;
  readonly #claims = new Claims();
  readonly #assemblies = new Map<string, PackageRecord>();
  #beyond = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
    this.#packages = new PackageFacts(layer);
  }

  read(file: LayerFile): void {
    const { name } = file.header;
    this.#packages.begin(file);
    this.#assemblies.delete(file.path);
    if (name.endsWith(DEPS)) this.#readList(file);
    else if (name.endsWith(NUSPEC)) this.#readPackage(file);
    else this.#readProgram(file);
  }

  close(): readonly PackageFact[] {
    for (const [path, record] of this.#assemblies) {
      if (!this.#claims.has(path)) this.#packages.add(path, record);
    }
    if (this.#beyond > 0) {
      const message = `${this.#beyond} assemblies beyond the first ${MAX_ASSEMBLIES} of the layer were left out`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    return this.#packages.close();
  }

  #readList(file: LayerFile): void {
    const found = readTextFile(this.#layer, file, MAX_LOCKFILE, parseDotnetLibraries);
    if (found === undefined) return;
    const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
    const program = file.header.name.slice(0, -DEPS.length);
    this.#claims.addFiles(folder, found.files);
    // The starter of the application, which no library has.
    this.#claims.addFiles(folder, [`${program}.exe`, `${program}.dll`]);
    this.#addLibraries(file.path, found);
  }

  #addLibraries(path: string, { libraries, unreadable }: DotnetLibraries, location?: string): void {
    const program = nameOf(location ?? path).slice(0, -DEPS.length);
    for (const { name, version, type, requires, hasFiles } of libraries) {
      if (isReference(type)) continue;
      const record: PackageRecord = {
        type: 'nuget',
        name,
        version,
        // Other projects that it was built with may be packages that were built here.
        ...(type === 'project' && name === program && { application: true }),
        // What has no file was asked for when the application was built, and is not there.
        ...(!hasFiles && { evidence: 'lockfile' }),
        ...(requires.length > 0 && { requires }),
      };
      this.#packages.add(path, record, location);
    }
    if (unreadable === 0) return;
    const message = `${unreadable} of its libraries have no name or no version and were left out`;
    this.#layer.problem({ code: 'file.format', message, path });
  }

  #readPackage(file: LayerFile): void {
    const found = readTextFile(this.#layer, file, MAX_MANIFEST, parseNuspec);
    const folder = packageFolder(file.header);
    if (found === undefined || folder === undefined) return;
    const { id, version, licences, requires } = found;
    this.#claims.addFolder(folder);
    this.#packages.add(file.path, {
      type: 'nuget',
      name: id,
      version: version === '' ? (folder.split('/').at(-2) ?? '') : version,
      ...(licences.length > 0 && { licences }),
      ...(requires.length > 0 && { requires }),
    });
  }

  #readProgram({ path, body, header, truncated }: LayerFile): void {
    if (truncated || body === undefined) {
      const message = `it has ${header.size} bytes, of which not all could be read: what it is of .NET is not known`;
      this.#layer.problem({ code: 'file.too-large', message, path });
      return;
    }
    try {
      const program = readProgram(body);
      if (program?.kind === 'assembly' || program?.kind === 'host') this.#keep(path, program.record);
      else if (program?.kind === 'bundle') {
        const { libraries, librariesAt, assemblies, faults } = program.bundle;
        if (libraries !== undefined) this.#addLibraries(path, libraries, `${path}!/${librariesAt}`);
        for (const { at, record } of assemblies) this.#packages.add(path, record, `${path}!/${at}`);
        for (const fault of faults)
          this.#layer.problem({ code: 'file.format', message: `in its bundle: ${fault}`, path });
      }
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      this.#layer.problem({ code: 'file.format', message: `${error.message}; what it is of .NET is not known`, path });
    }
  }

  #keep(path: string, record: PackageRecord): void {
    if (this.#assemblies.size < MAX_ASSEMBLIES) this.#assemblies.set(path, record);
    else this.#beyond++;
  }
}
