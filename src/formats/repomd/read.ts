import { hash } from 'node:crypto';
import { FormatError, LimitError } from '../../errors.ts';
import { xmlItems } from '../xml/items.ts';
import type { XmlHandler } from '../xml/parser.ts';

/** A digest of a file of a repository, in lower-case hexadecimal. */
export interface RepoChecksum {
  /** As it is written: `sha256`. */
  readonly type: string;
  readonly hex: string;
}

/** A file that `repomd.xml` lists. */
export interface RepoFile {
  /** `primary`, `updateinfo`, `modules`. */
  readonly type: string;
  /** Relative to the folder that has `repodata`. */
  readonly href: string;
  /** Of the file as it is served. */
  readonly checksum?: RepoChecksum;
  /** Of what it is when decompressed. */
  readonly openChecksum?: RepoChecksum;
}

/** Files of one repository. */
const FILES = 1000;

/** Names of digests in repository metadata, and what Node.js calls them. */
const algorithms: ReadonlyMap<string, string> = new Map([
  ['sha', 'sha1'],
  ['sha1', 'sha1'],
  ['sha224', 'sha224'],
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
]);

/**
 * Reads `repomd.xml`, the table of contents of an rpm repository (createrepo_c, linux.duke.edu/metadata/repo). Entries
 * without a type or an address are left out.
 * @throws FormatError if it is no such document
 */
export async function readRepomd(chunks: AsyncIterable<Uint8Array>): Promise<RepoFile[]> {
  const files: RepoFile[] = [];
  for await (const file of xmlItems<RepoFile>(chunks, (emit) => new RepomdHandler(emit))) {
    if (files.length >= FILES) throw new LimitError(`repomd.xml lists more than ${FILES} files`);
    files.push(file);
  }
  return files;
}

/**
 * Whether bytes have a digest.
 * @throws FormatError for a kind of digest that nothing here computes
 */
export function hasChecksum(bytes: Uint8Array, { type, hex }: RepoChecksum): boolean {
  const algorithm = algorithms.get(type.toLowerCase());
  if (algorithm === undefined) {
    throw new FormatError(`a checksum of the kind ${JSON.stringify(type.slice(0, 40))} cannot be compared`);
  }
  return hash(algorithm, bytes) === hex;
}

class RepomdHandler implements XmlHandler {
  readonly #emit: (file: RepoFile) => void;
  #depth = 0;
  #file: { type?: string; href?: string; checksum?: RepoChecksum; openChecksum?: RepoChecksum } | undefined;
  #digest: { readonly name: string; readonly type: string; text: string } | undefined;

  constructor(emit: (file: RepoFile) => void) {
    this.#emit = emit;
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#depth === 0 && name !== 'repomd') throw new FormatError(`the document is no repomd.xml, but <${name}>`);
    this.#depth++;
    if (name === 'data' && this.#depth === 2) this.#file = { type: attributes.get('type') ?? '' };
    else if (this.#file === undefined) return;
    else if (name === 'location') this.#file.href = attributes.get('href') ?? '';
    else if (name === 'checksum' || name === 'open-checksum') {
      this.#digest = { name, type: attributes.get('type') ?? '', text: '' };
    }
  }

  text(text: string): void {
    // No digest is longer; what is, matches nothing.
    if (this.#digest !== undefined && this.#digest.text.length < 200) this.#digest.text += text;
  }

  close(name: string): void {
    this.#depth--;
    const digest = this.#digest;
    if (digest !== undefined && name === digest.name) {
      this.#digest = undefined;
      const checksum = { type: digest.type, hex: digest.text.trim().toLowerCase() };
      if (this.#file !== undefined) this.#file[name === 'checksum' ? 'checksum' : 'openChecksum'] = checksum;
    } else if (name === 'data' && this.#depth === 1) {
      const { type = '', href = '', ...rest } = this.#file ?? {};
      this.#file = undefined;
      if (type !== '' && href !== '') this.#emit({ type, href, ...rest });
    }
  }
}
