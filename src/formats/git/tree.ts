/** An entry of a tree: a file or a folder of it. */
export interface TreeEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Hex. */
  readonly id: string;
}

const SPACE = 0x20;
const ID_BYTES = 20;

/** Entries of a tree object, as far as it can be read: mode, blank, name, zero, id. */
export function readTree(content: Uint8Array): readonly TreeEntry[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(SPACE, at);
    const end = blank < 0 ? -1 : bytes.indexOf(0, blank);
    if (end < 0 || end + 1 + ID_BYTES > bytes.length) break;
    const mode = bytes.toString('latin1', at, blank);
    const id = bytes.toString('hex', end + 1, end + 1 + ID_BYTES);
    entries.push({ name: bytes.toString('utf8', blank + 1, end), isFolder: mode === '40000' || mode === '040000', id });
    at = end + 1 + ID_BYTES;
  }
  return entries;
}

/** The tree that a commit is of; undefined where it does not say. */
export function treeOfCommit(content: Uint8Array): string | undefined {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, 46)).toString('latin1');
  return /^tree ([0-9a-f]{40})\n/.exec(head)?.[1];
}
