import { FormatError, LimitError } from '../errors.ts';
import { archiveKind, KIND_BYTES } from '../formats/archive/archive-kind.ts';
import { decompressedPieces } from '../formats/compression/pieces.ts';
import { normalisePath } from '../formats/tar/path.ts';
import { TarParser } from '../formats/tar/push.ts';
import { ZipReader } from '../formats/zip/strict-reader.ts';
import { defaultLimits } from '../limits.ts';
import { isContainer, type RuleFile, type RuleLimits, type WantsFile } from './rule-file.ts';

export interface ArchiveOptions {
  readonly limits: RuleLimits;
  readonly signal?: AbortSignal;
}

/** Text compresses well, but not that well. */
const RATIO = 200;

/** Whether bytes are an archive of files: zip, or tar in any compression that is read here. A single file that was compressed is none. */
export function isArchive(name: string, bytes: Buffer): boolean {
  const kind = archiveKind(bytes.subarray(0, KIND_BYTES))?.kind;
  if (kind === 'zip' || kind === 'tar') return true;
  return (
    (kind === 'gzip' || kind === 'xz' || kind === 'bzip2' || kind === 'zstd') &&
    /\.(?:tgz|txz|tbz2?|tar(?:\.\w+)?)$/i.test(name)
  );
}

/**
 * The wanted files of an archive, without the folder that holds all of it, as archives of repositories have one. Nothing is
 * unpacked anywhere.
 * @throws FormatError for a damaged archive, and for one with a path that leads out of it
 * @throws LimitError for one that is too large, or becomes so
 */
export async function archiveFiles(
  bytes: Buffer,
  wants: WantsFile,
  options: ArchiveOptions,
): Promise<readonly RuleFile[]> {
  const kind = archiveKind(bytes.subarray(0, KIND_BYTES))?.kind;
  const selection = new Selection(wants);
  if (kind === 'zip') readZip(bytes, selection, options);
  else await readTar(bytes, selection, options);
  return selection.files();
}

/** What is wanted depends on the root, which is known at the end. */
class Selection {
  readonly #wants: WantsFile;
  readonly #candidates: RuleFile[] = [];
  #root: string | undefined;

  constructor(wants: WantsFile) {
    this.#wants = wants;
  }

  /** Told of every file; answers whether its bytes may be wanted. */
  sees(path: string): boolean {
    const first = path.slice(0, path.indexOf('/') + 1);
    this.#root = this.#root === undefined || this.#root === first ? first : '';
    return this.#wants(path) || this.#wants(path.slice(first.length));
  }

  take(path: string, bytes: Buffer): void {
    this.#candidates.push({ path, bytes });
  }

  files(): readonly RuleFile[] {
    const { length } = this.#root ?? '';
    return this.#candidates
      .map(({ path, bytes }) => ({ path: path.slice(length), bytes }))
      .filter(({ path }) => this.#wants(path));
  }
}

function readZip(bytes: Buffer, selection: Selection, { limits, signal }: ArchiveOptions): void {
  const reader = new ZipReader(bytes, {
    entries: limits.entries,
    entryBytes: limits.containerBytes,
    totalBytes: Math.min(limits.totalBytes, Math.max(bytes.length * RATIO, defaultLimits.ratioFloorBytes)),
  });
  for (const entry of reader.entries) {
    signal?.throwIfAborted();
    const path = inside(entry.name);
    if (!selection.sees(path)) continue;
    checkSize(path, entry.size, limits);
    selection.take(path, reader.read(entry));
  }
}

async function readTar(bytes: Buffer, selection: Selection, { limits, signal }: ArchiveOptions): Promise<void> {
  let total = 0;
  const parser = new TarParser(
    {
      member: ({ path, type, size }) => {
        // Links lead nowhere here: their files are taken where they are.
        if (type !== 'file' || !selection.sees(path)) return 0;
        checkSize(path, size, limits);
        total += size;
        if (total > limits.totalBytes) throw new LimitError(`its files have more than ${limits.totalBytes} bytes`);
        if (size === 0) selection.take(path, Buffer.alloc(0));
        return size;
      },
      content: ({ path, size }, content) => {
        if (content.length < size) throw new FormatError('the archive is cut short', { reason: 'truncated' });
        selection.take(path, Buffer.from(content));
      },
      problem: (code, message, path) => {
        if (code === 'layer.limit') throw new LimitError(`the archive: ${message}`);
        throw new FormatError(`the archive is damaged: ${message}${path === undefined ? '' : ` (${path})`}`);
      },
    },
    { limits: { ...defaultLimits, entries: limits.entries, layerBytes: 2 * limits.totalBytes } },
  );
  const pieces = decompressedPieces(bytes, {
    limits: { layerBytes: 2 * limits.totalBytes, ratio: RATIO, ratioFloorBytes: defaultLimits.ratioFloorBytes },
    ...(signal !== undefined && { signal }),
  });
  for await (const piece of pieces) parser.push(piece);
  parser.end();
}

function checkSize(path: string, size: number, { fileBytes, containerBytes }: RuleLimits): void {
  const most = isContainer(path) ? containerBytes : fileBytes;
  if (size > most) throw new LimitError(`${path} has more than ${most} bytes`);
}

function inside(name: string): string {
  const { path, escapes } = normalisePath(name.replaceAll('\\', '/'));
  if (escapes) throw new FormatError(`a path leads out of the archive: ${name.slice(0, 200)}`);
  return path;
}
