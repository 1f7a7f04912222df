import { FormatError } from '../../errors.ts';
import type { ArchiveEntry } from '../../formats/archive/entry.ts';
import { inflowOf } from '../../formats/archive/inflow.ts';
import { MemorySource } from '../../formats/byte-source.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { readSevenZip } from '../../formats/seven-zip/archive.ts';
import type { SevenZipFile } from '../../formats/seven-zip/files.ts';
import { folderFlow, isLocked } from '../../formats/seven-zip/folder-flow.ts';
import type { Folder, PackedStreams } from '../../formats/seven-zip/streams.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { bombCounter, tellBomb } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';

/** A file with its place in the list. */
type NumberedFile = SevenZipFile & { readonly index: number };

const nothing = new MemorySource(new Uint8Array(0));

/** Shows the members of a 7z archive. Those that were packed together are unpacked once, in their order. */
export function* showSevenZip(body: ByteSource, members: FlowMembers): Steps {
  const { streams, files } = yield* readSevenZip(body, () => bombCounter(members.tools));
  const all = files.map((file, index) => ({ ...file, index }));
  const withBody = all.filter(({ hasBody }) => hasBody);
  for (const file of all) if (!file.hasBody) yield* members.show(entryOf(file, 0), inflowOf(nothing));
  let first = 0;
  for (const folder of streams.folders) {
    const isEncrypted = isLocked(folder);
    const entries = folder.files.map((size, number) => {
      const file = withBody[first + number];
      return file === undefined ? undefined : { ...entryOf(file, size), isEncrypted };
    });
    first += folder.files.length;
    yield* showFolder(body, streams, folder, entries, members);
  }
}

function* showFolder(
  body: ByteSource,
  streams: PackedStreams,
  folder: Folder,
  entries: readonly (ArchiveEntry | undefined)[],
  members: FlowMembers,
): Steps {
  let done = 0;
  try {
    const unpacked = folderFlow(body, streams, folder, () => bombCounter(members.tools));
    try {
      for (const entry of entries) {
        if (entry === undefined) return;
        done++;
        yield* members.show(entry, unpacked.flow);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (!unpacked.isStopped()) throw unpacked.failure() ?? error;
      tellBomb(members);
    } finally {
      unpacked.close();
    }
  } catch (error) {
    // Other folders may be whole, or packed by what is known.
    if (!(error instanceof FormatError)) throw error;
    const isKnown = error.reason !== 'unsupported';
    const why = isKnown ? `is damaged (${error.message})` : error.message;
    if (isKnown && done > 0) members.leaveOut(why, nameOf(entries[done - 1], members));
    for (const entry of entries.slice(done)) if (entry !== undefined) members.showUnread(entry, why);
  }
}

function entryOf({ name, type, mode, index }: NumberedFile, size: number): ArchiveEntry {
  return { name, type, size, index, isPackedWithOthers: true, ...(mode !== undefined && { mode }) };
}

function nameOf(entry: ArchiveEntry | undefined, { place: { path } }: FlowMembers): string {
  return entry === undefined ? path : `${path}!/${entry.name}`;
}
