import { FormatError } from '../../errors.ts';
import { type XmlHandler, XmlParser } from '../xml/parser.ts';

/** What a package of NuGet says of itself. */
export interface Nuspec {
  readonly id: string;
  readonly version: string;
  readonly licences: readonly string[];
  readonly requires: readonly string[];
}

const MAX_REQUIRES = 5000;

/**
 * Reads the manifest of a package, `ID.nuspec`.
 * Source: learn.microsoft.com/nuget/reference/nuspec.
 * @throws FormatError and LimitError for what is no XML, or names no package
 */
export function parseNuspec(text: string): Nuspec {
  const reader = new NuspecReader();
  const parser = new XmlParser(reader);
  parser.push(Buffer.from(text));
  parser.end();
  const id = reader.fields.get('id') ?? '';
  if (id === '') throw new FormatError('it names no package');
  const licence = reader.fields.get('license');
  return {
    id,
    version: reader.fields.get('version') ?? '',
    licences: licence === undefined || licence === '' || !reader.isExpression ? [] : [licence],
    requires: [...reader.requires].sort(),
  };
}

class NuspecReader implements XmlHandler {
  readonly fields = new Map<string, string>();
  readonly requires = new Set<string>();
  /** A licence may also be the name of a file in the package. */
  isExpression = false;
  readonly #path: string[] = [];
  #text = '';

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#path.length === 0 && name !== 'package')
      throw new FormatError(`its root is ${name.slice(0, 60)}, not package`);
    this.#path.push(name);
    this.#text = '';
    if (name === 'license' && this.#path.length === 3) this.isExpression = attributes.get('type') === 'expression';
    const needed = attributes.get('id') ?? '';
    if (name === 'dependency' && needed !== '' && this.requires.size < MAX_REQUIRES) this.requires.add(needed);
  }

  text(text: string): void {
    if (this.#text.length < 1000) this.#text += text.slice(0, 1000);
  }

  close(name: string): void {
    if (this.#path.length === 3 && this.#path[1] === 'metadata' && !this.fields.has(name) && this.fields.size < 100) {
      this.fields.set(name, this.#text.trim());
    }
    this.#path.pop();
    this.#text = '';
  }
}
