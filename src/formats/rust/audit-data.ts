import { inflateSync } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import { readBytes } from '../byte-source.ts';
import type { Executable } from '../executables/executable.ts';
import { asList, asRecord, asText } from '../record.ts';

/** A crate that a program was built from. */
export interface AuditedCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or a word of a later version. */
  readonly source: string;
  /** It was needed to build the program, and is not in it. */
  readonly isBuild: boolean;
  /** What is built itself: all others are needed by it. */
  readonly isRoot: boolean;
  /** Names of crates that it needs. */
  readonly dependencies: readonly string[];
}

const SECTION = '.dep-v0';
const MAX_COMPRESSED = 4 * 1024 * 1024;
/** A program with a thousand crates has 100 KiB. What is read of the text takes up to twenty times its size. */
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_CRATES = 100_000;

/**
 * Reads what cargo-auditable writes into programs: the section `.dep-v0`, zlib around JSON
 * (github.com/rust-secure-code/cargo-auditable, PARSING.md and cargo-auditable.schema.json).
 * @returns undefined where there is none
 * @throws FormatError where it holds something else
 */
export function readAuditData(program: Executable): readonly AuditedCrate[] | undefined {
  const section = program.sections.find(({ name, size }) => name === SECTION && size > 0);
  if (section === undefined) return undefined;
  if (section.size > MAX_COMPRESSED) {
    throw new FormatError(`its list of crates has ${section.size} bytes, which is more than is read`);
  }
  const bytes = readBytes(program.source, section.offset, section.size);
  if (bytes.length < section.size) throw new FormatError('the file ends before its list of crates does');
  return parseAuditData(inflate(bytes));
}

function inflate(bytes: Buffer): string {
  try {
    // Sections of PE are filled with zeros at their end: these are not looked at.
    return inflateSync(bytes, { maxOutputLength: MAX_TEXT }).toString('utf8');
  } catch (cause) {
    throw new FormatError('its list of crates cannot be decompressed, or becomes too large', { cause });
  }
}

/** @throws FormatError for what is no list of crates */
export function parseAuditData(text: string): readonly AuditedCrate[] {
  const listed = asRecord(parseJson(text))?.['packages'];
  if (!Array.isArray(listed)) throw new FormatError('its list of crates has no packages');
  if (listed.length > MAX_CRATES) throw new FormatError(`its list of crates has ${listed.length}`);
  const names = listed.map((one) => asText(asRecord(one)?.['name']));
  return listed.flatMap((one, index): AuditedCrate[] => {
    const crate = asRecord(one);
    const name = names[index];
    if (crate === undefined || name === undefined) return [];
    return [
      {
        name,
        version: asText(crate['version']) ?? '',
        source: asText(crate['source']) ?? '',
        isBuild: crate['kind'] === 'build',
        isRoot: crate['root'] === true,
        dependencies: asList(crate['dependencies']).flatMap((at) => (typeof at === 'number' && names[at]) || []),
      },
    ];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError('its list of crates is no JSON', { cause });
  }
}
