import type { Analyzer, LayerContext, LayerReader } from '../model/analyzer.ts';
import type { ProgramsFact } from '../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../model/file.ts';
import { fileKind, forgetKind } from './file-kind.ts';
import { forgetContent, readContent } from './read-content.ts';

/** Characters of digests and paths that are kept of one layer: some hundred thousand programs. */
const MOST_TEXT = 16 * 1024 * 1024;

const HASH = 0x23;
const BANG = 0x21;
const SLASH = 0x2f;
const BLANK = 0x20;
const TAB = 0x09;

/**
 * Tells which files are programs by their first bytes, whatever their modes and names, and their digests, by which those
 * are known that are copies of what a package brought. It looks at files that are read for the sake of checks anyway.
 */
export const programContents: Analyzer<ProgramsFact> = {
  name: 'contents-programs',
  version: 1,
  along: true,
  wants: ({ type, size, archive }: FileHeader) =>
    type === 'file' && size > 0 && archive === undefined ? Appetite.Whole : Appetite.None,
  begins: isProgram,
  open: (layer) => new ProgramReader(layer),
};

function isProgram(header: FileHeader, head: Uint8Array): boolean {
  const { type } = fileKind(header, () => head);
  switch (type) {
    case 'elf':
    case 'pe':
    case 'mach-o':
      return true;
    case 'archive':
      return isArchiveOfJava(header.name);
    default:
      return namesInterpreter(head);
  }
}

function isArchiveOfJava(name: string): boolean {
  return name.endsWith('.jar') || name.endsWith('.war') || name.endsWith('.ear');
}

/** `#! /bin/sh`, and not what sources of Rust begin with: `#![no_std]`. */
function namesInterpreter(head: Uint8Array): boolean {
  if (head[0] !== HASH || head[1] !== BANG) return false;
  let at = 2;
  while (head[at] === BLANK || head[at] === TAB) at++;
  return head[at] === SLASH;
}

class ProgramReader implements LayerReader<ProgramsFact> {
  readonly #layer: LayerContext;
  readonly #lines: string[] = [];
  #characters = 0;
  #left = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read(file: LayerFile): void {
    const { header, path, body, truncated } = file;
    if (body === undefined) return;
    // A line break in a name would make two lines of one.
    if (this.#characters > MOST_TEXT || path.includes('\n')) {
      this.#left++;
      return;
    }
    const { type } = fileKind(header, () => NO_BYTES);
    const content = truncated ? undefined : readContent(file, type);
    const digests = content === undefined ? '- -' : `${content.digest('md5')} ${content.digest('sha256')}`;
    const line = `${header.offset} ${digests} ${path}`;
    this.#characters += line.length;
    this.#lines.push(line);
  }

  close(): readonly ProgramsFact[] {
    forgetContent();
    forgetKind();
    if (this.#left > 0) {
      const message = `${this.#left} more programs are known by their modes and names alone, and not compared with packages`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    return this.#lines.length === 0 ? [] : [{ kind: 'programs', path: '', programs: this.#lines.join('\n') }];
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
