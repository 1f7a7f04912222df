import { zstdDecompressSync } from 'node:zlib';
import { FormatError, LimitError } from '../errors.ts';
import { asList, asRecord, asText } from './record.ts';

/** A package of which Chisel installed slices. */
export interface ChiselPackage {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  /** Of the .deb. */
  readonly sha256?: string;
  /** Paths without a leading slash, one a line; directories, which belong to many, are left out. */
  readonly files: string;
  /** `hex  path` lines of those with a digest, as they are on disk. */
  readonly digests: string;
}

/** What Chisel wrote of an image. */
export interface ChiselManifest {
  readonly packages: readonly ChiselPackage[];
  /** Lines that are of no known form, or name no package that is listed. */
  readonly unreadable: number;
}

/** Bytes of the text: slices of a thousand packages have fewer. */
const MAX_TEXT = 64 * 1024 * 1024;
const MAX_PACKAGES = 20_000;
const MAX_LINE = 64 * 1024;

/**
 * Reads `manifest.wall`, the list that Chisel keeps of what it cut out of packages: a jsonwall, that is lines of JSON
 * compressed by zstd (github.com/canonical/chisel, internal/manifest and public/jsonwall). Rows are of a `kind`: `package`,
 * `slice`, `path` (with its digests and slices) and `content`.
 * @throws FormatError where it is none
 * @throws LimitError where it is larger than any can be
 */
export function parseChiselWall(bytes: Uint8Array): ChiselManifest {
  const lines = textOf(bytes).split('\n');
  const header = parsed(lines[0] ?? '');
  if (asText(header?.['jsonwall']) === undefined) throw new FormatError('it is no jsonwall');
  const found = new Map<string, ChiselPackage>();
  const files = new Map<string, string[]>();
  const digests = new Map<string, string[]>();
  let unreadable = 0;
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const row = parsed(line);
    const kind = row?.['kind'];
    if (row !== undefined && kind === 'package') {
      const one = found.size < MAX_PACKAGES ? packageOf(row) : undefined;
      if (one === undefined) unreadable++;
      else found.set(one.name, one);
    } else if (row !== undefined && kind === 'path') {
      const path = asText(row['path'], 4096);
      if (path?.startsWith('/') !== true) unreadable++;
      else if (!path.endsWith('/')) {
        const digest = asText(row['final_sha256'], 64) ?? asText(row['sha256'], 64);
        for (const slice of asList(row['slices']).slice(0, 100)) {
          const owner = ownerOf(slice);
          if (owner === undefined) continue;
          append(files, owner, path.slice(1));
          if (digest !== undefined && /^[0-9a-f]{64}$/.test(digest))
            append(digests, owner, `${digest}  ${path.slice(1)}`);
        }
      }
    } else if (kind !== 'slice' && kind !== 'content') unreadable++;
  }
  const packages = [...found.values()].map((one) => ({
    ...one,
    files: (files.get(one.name) ?? []).join('\n'),
    digests: (digests.get(one.name) ?? []).join('\n'),
  }));
  return { packages, unreadable };
}

function textOf(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_TEXT }).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new LimitError(`it unpacks to more than ${MAX_TEXT} bytes`);
    }
    throw new FormatError('it is not compressed by zstd, or is damaged');
  }
}

function parsed(line: string): ReturnType<typeof asRecord> {
  if (line.length > MAX_LINE) return undefined;
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function packageOf(row: Readonly<Record<string, unknown>>): ChiselPackage | undefined {
  const name = asText(row['name'], 256);
  const version = asText(row['version'], 256);
  if (name === undefined || version === undefined || /\s/.test(name + version)) return undefined;
  const arch = asText(row['arch'], 64);
  const sha256 = asText(row['sha256'], 64);
  return {
    name,
    version,
    ...(arch !== undefined && { arch }),
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
    files: '',
    digests: '',
  };
}

/** The package of a slice `PACKAGE_SLICE`; names of packages have no underscore (Debian policy, 5.6.1). */
function ownerOf(slice: unknown): string | undefined {
  const text = asText(slice, 512);
  const at = text?.indexOf('_') ?? -1;
  return at > 0 ? text?.slice(0, at) : undefined;
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
