import { FormatError } from '../errors.ts';
import { type XmlHandler, XmlParser } from './xml/parser.ts';

/** An application as its AppStream metadata describes it. */
export interface AppStreamComponent {
  readonly id: string;
  /** Of its newest release. */
  readonly version: string;
  readonly licence?: string;
}

/**
 * Reads AppStream upstream metadata (freedesktop.org, "AppStream", sections 2.1 and 2.1.9): the identifier of the component, and
 * the version of the first release, which is the newest.
 * @throws FormatError where it is not well-formed, or names no component or no version
 * @throws LimitError where it is nested too deeply
 */
export function parseAppStream(text: string): AppStreamComponent {
  const reader = new ComponentReader();
  const parser = new XmlParser(reader);
  parser.push(Buffer.from(text));
  parser.end();
  const { fields, version } = reader;
  const id = fields.get('id') ?? '';
  if (id === '') throw new FormatError('it names no component');
  if (version === '') throw new FormatError('it names no version');
  const licence = fields.get('project_license') ?? '';
  return { id, version, ...(licence !== '' && { licence }) };
}

class ComponentReader implements XmlHandler {
  readonly fields = new Map<string, string>();
  version = '';
  readonly #path: string[] = [];
  #text = '';

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#path.length === 0 && name !== 'component' && name !== 'application')
      throw new FormatError(`its root is ${name.slice(0, 60)}, not component`);
    this.#path.push(name);
    this.#text = '';
    const isRelease = name === 'release' && this.#path.length === 3 && this.#path[1] === 'releases';
    if (isRelease && this.version === '') this.version = (attributes.get('version') ?? '').trim();
  }

  text(text: string): void {
    if (this.#text.length < 1000) this.#text += text.slice(0, 1000);
  }

  close(name: string): void {
    const isWanted = name === 'id' || name === 'project_license';
    if (isWanted && this.#path.length === 2 && !this.fields.has(name)) this.fields.set(name, this.#text.trim());
    this.#path.pop();
    this.#text = '';
  }
}
