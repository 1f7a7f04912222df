import type { OpenKind } from '../../formats/archive/archive-kind.ts';
import { readBytes } from '../../formats/byte-source.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { AROUND_BYTES, type ArchiveAround, type FileHeader } from '../../model/file.ts';

/**
 * What is known of an archive that is a file, or stands in one.
 * @param start bytes in front of it
 */
export function archiveAround(file: FileHeader, kind: OpenKind, body: ByteSource, start: number = 0): ArchiveAround {
  return {
    kind,
    file,
    head: readBytes(body, 0, AROUND_BYTES),
    size: body.size - start,
    start,
    ...(file.member && { around: file.member.archive }),
  };
}

/** What is known of an archive that comes out of a stream, or as a part of another archive that is not shown by itself. */
export function streamAround(kind: OpenKind, head: Uint8Array, around: ArchiveAround, size?: number): ArchiveAround {
  return { kind, file: around.file, head: Uint8Array.from(head.subarray(0, AROUND_BYTES)), size, start: 0, around };
}
