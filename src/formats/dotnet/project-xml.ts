import { FormatError } from '../../errors.ts';
import { type XmlHandler, XmlParser } from '../xml/parser.ts';
import { MAX_REQUESTED, type RequestedPackage } from './requested.ts';

/** Elements by which a project of MSBuild asks for packages, and those by which a central file tells their versions. */
const references: ReadonlySet<string> = new Set(['PackageReference', 'PackageVersion', 'GlobalPackageReference']);
/** Characters of an element's text that matter. */
const MAX_TEXT = 1000;

/**
 * Reads a project of MSBuild (`*.csproj`) or `Directory.Packages.props`. A reference without a version is left out: the
 * central file has it. Conditions are not looked at.
 * Source: learn.microsoft.com/nuget/consume-packages/package-references-in-project-files and central-package-management.
 * @throws FormatError and LimitError for what is no XML, or none of MSBuild
 */
export function parseMsbuildProject(text: string): readonly RequestedPackage[] {
  return new MsbuildReader().read(text);
}

interface Reference {
  readonly name: string;
  version: string;
  privateAssets: string;
}

class MsbuildReader implements XmlHandler {
  readonly #references: Reference[] = [];
  readonly #properties = new Map<string, string>();
  readonly #path: string[] = [];
  #current: Reference | undefined;
  #text = '';

  read(text: string): readonly RequestedPackage[] {
    const parser = new XmlParser(this);
    parser.push(Buffer.from(text));
    parser.end();
    return this.#references.flatMap(({ name, version, privateAssets }) => {
      const resolved = this.#resolve(version.trim());
      if (name === '' || resolved === '') return [];
      const groups = privateAssets.trim().toLowerCase() === 'all' ? ['dev'] : undefined;
      return [{ name, version: resolved, ...(groups !== undefined && { groups }) }];
    });
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#path.length === 0 && name !== 'Project')
      throw new FormatError(`its root is ${name.slice(0, 60)}, not Project`);
    this.#path.push(name);
    this.#text = '';
    if (!references.has(name)) return;
    if (this.#references.length >= MAX_REQUESTED) throw new FormatError(`it has more than ${MAX_REQUESTED} packages`);
    this.#current = {
      name: (attributes.get('Include') ?? attributes.get('Update') ?? '').trim(),
      version: attributes.get('VersionOverride') ?? attributes.get('Version') ?? '',
      privateAssets: attributes.get('PrivateAssets') ?? '',
    };
    this.#references.push(this.#current);
  }

  text(text: string): void {
    if (this.#text.length < MAX_TEXT) this.#text += text.slice(0, MAX_TEXT);
  }

  close(name: string): void {
    this.#path.pop();
    if (references.has(name)) this.#current = undefined;
    else if (this.#current !== undefined) {
      if (name === 'VersionOverride' || (name === 'Version' && this.#current.version === ''))
        this.#current.version = this.#text;
      else if (name === 'PrivateAssets') this.#current.privateAssets = this.#text;
    } else if (this.#path.at(-1) === 'PropertyGroup' && this.#properties.size < 10_000) {
      this.#properties.set(name.toLowerCase(), this.#text.trim());
    }
    this.#text = '';
  }

  /** `$(Name)` as a whole is replaced where the file gives it a value without variables; anything else stays as it is. */
  #resolve(version: string): string {
    const name = /^\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)$/.exec(version)?.[1];
    const value = name === undefined ? undefined : this.#properties.get(name.toLowerCase());
    return value === undefined || value === '' || value.includes('$(') ? version : value;
  }
}

/**
 * Reads `packages.config`: exact versions, as NuGet restores them.
 * Source: learn.microsoft.com/nuget/reference/packages-config.
 * @throws FormatError and LimitError for what is no XML, or another
 */
export function parsePackagesConfig(text: string): readonly RequestedPackage[] {
  const packages: RequestedPackage[] = [];
  let depth = 0;
  const parser = new XmlParser({
    open(name, attributes) {
      if (depth++ === 0 && name !== 'packages') throw new FormatError(`its root is ${name.slice(0, 60)}, not packages`);
      const id = attributes.get('id')?.trim() ?? '';
      const version = attributes.get('version')?.trim() ?? '';
      if (name !== 'package' || id === '' || version === '') return;
      if (packages.length >= MAX_REQUESTED) throw new FormatError(`it has more than ${MAX_REQUESTED} packages`);
      const development = attributes.get('developmentDependency')?.trim().toLowerCase() === 'true';
      packages.push({ name: id, version, ...(development && { groups: ['dev'] }) });
    },
    text: () => undefined,
    close: () => depth--,
  });
  parser.push(Buffer.from(text));
  parser.end();
  return packages;
}
