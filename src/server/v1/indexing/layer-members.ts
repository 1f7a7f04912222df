import type { PlainHeader } from '../../../formats/tar/plain-header.ts';
import type { BodySink, TarVisitor } from '../../../formats/tar/visitor.ts';
import type { LayerContent } from '../../../image/content.ts';
import type { ByteSource } from '../../../model/bytes.ts';
import type { FileHeader } from '../../../model/file.ts';
import type { ProblemCode } from '../../../model/problem.ts';
import { IndexError } from '../layer-indexer.ts';

/** Image formats of the v1 API, in lower case. */
export const layerFormats = ['docker', 'aci'] as const;
export type LayerFormat = (typeof layerFormats)[number];

/** Bytes that a file of interest may have. */
export const MAX_FILE_BYTES: number = 200 * 1024 * 1024;

/** What the names of files of interest begin with: of `etc/os-release` also `etc/os-release.bak`. */
const interesting: readonly string[] = [
  'etc/alpine-release',
  'etc/apt/sources.list',
  'etc/centos-release',
  'etc/lsb-release',
  'etc/oracle-release',
  'etc/os-release',
  'etc/redhat-release',
  'etc/system-release',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'var/lib/rpm/Packages',
];

const ROOTFS = 'rootfs/';
const DOT = 0x2e;
const SLASH = 0x2f;

/** A layer of the v1 API: members whose names begin with a slash are none, and those of an ACI lie below `rootfs/`. */
export function layerOf(content: LayerContent, format: LayerFormat): LayerContent {
  const { size } = content;
  return {
    size,
    walk: (visitor, options) => content.walk(new LayerMembers(visitor, format), options),
  };
}

/** Shows the members of an archive as the v1 API knows them. Ends the walk where a file of interest is too large. */
class LayerMembers implements TarVisitor {
  readonly #visitor: TarVisitor;
  readonly #isAci: boolean;
  /** The member shown last: as the archive has it, and as the visitor knows it. */
  #outer: FileHeader | undefined;
  #inner: FileHeader | undefined;

  constructor(visitor: TarVisitor, format: LayerFormat) {
    this.#visitor = visitor;
    this.#isAci = format === 'aci';
  }

  skim(plain: PlainHeader): boolean {
    if (this.#isAci) return false;
    const { bytes, start } = plain;
    // Taken, and forgotten.
    if (bytes[start] === SLASH || (bytes[start] === DOT && bytes[start + 1] === SLASH && bytes[start + 2] === SLASH))
      return true;
    return plain.size <= MAX_FILE_BYTES && this.#visitor.skim?.(plain) === true;
  }

  member(header: FileHeader): number {
    const inner = this.#innerOf(header);
    this.#outer = header;
    this.#inner = inner;
    if (inner === undefined) return 0;
    if (inner.size > MAX_FILE_BYTES && interesting.some((name) => inner.path.startsWith(name))) {
      throw new IndexError('file-too-large', `${inner.path} has ${inner.size} bytes, more than ${MAX_FILE_BYTES}`);
    }
    return this.#visitor.member(inner);
  }

  content(header: FileHeader, content: Buffer): void {
    if (header === this.#outer && this.#inner !== undefined) this.#visitor.content(this.#inner, content);
  }

  whole(header: FileHeader, body: ByteSource): void | Promise<void> {
    if (header === this.#outer && this.#inner !== undefined) return this.#visitor.whole?.(this.#inner, body);
  }

  pieces(header: FileHeader): BodySink {
    const sink = header === this.#outer && this.#inner && this.#visitor.pieces?.(this.#inner);
    return sink || { write() {}, end() {} };
  }

  problem(code: ProblemCode, message: string, path?: string): void {
    this.#visitor.problem(code, message, path);
  }

  #innerOf(header: FileHeader): FileHeader | undefined {
    if (header.absolute === true) return undefined;
    if (!this.#isAci) return header;
    return header.path.startsWith(ROOTFS) ? { ...header, path: header.path.slice(ROOTFS.length) } : undefined;
  }
}
