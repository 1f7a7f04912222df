import type { FileHeader } from '../model/file.ts';
import { type ContentType, contentType, mayBeServed } from './content-type.ts';

/** What decides which engines look at a file. */
export interface FileKind {
  readonly type: ContentType;
  /** A web server may run it, whatever its type. */
  readonly served: boolean;
}

let last: { readonly header: FileHeader; readonly kind: FileKind } | undefined;

/**
 * What a file is. Every check asks when the file begins and again when it is there: it is found once.
 * @param head its first bytes; asked for where it is not known
 */
export function fileKind(header: FileHeader, head: () => Uint8Array): FileKind {
  if (last?.header !== header) {
    const bytes = head();
    const type = contentType(header, bytes);
    last = { header, kind: { type, served: mayBeServed(type, header, bytes) } };
  }
  return last.kind;
}

/** Gives up what is held of the last file. */
export function forgetKind(): void {
  last = undefined;
}
