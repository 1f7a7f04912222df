import { FormatError } from '../../errors.ts';
import type { ArchiveEntry } from '../../formats/archive/entry.ts';
import { type CabinetFile, readCabinet } from '../../formats/cabinet/cabinet.ts';
import { folderFlow, unreadableMethod } from '../../formats/cabinet/folder-flow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { FlowMembers } from './flow-members.ts';

/** What all files of a cabinet have in common. */
const COMMON = { type: 'file', isPackedWithOthers: true } as const;

/** Shows the members of a cabinet. Those of one folder are unpacked once, in their order. */
export function* showCabinet(body: ByteSource, members: FlowMembers): Steps {
  const { folders, blockReserve, files } = readCabinet(body);
  const listed = files.map((file, index) => ({ ...file, ...COMMON, index }));
  const byFolder = Map.groupBy(listed, ({ folder }) => folder);
  for (const [number, inFolder] of byFolder) {
    const folder = number === undefined ? undefined : folders[number];
    const why = folder === undefined ? 'stands in another cabinet, too,' : methodOf(unreadableMethod(folder));
    if (folder === undefined || why !== undefined) {
      for (const file of inFolder) members.showUnread(file, why ?? '');
      continue;
    }
    const flow = folderFlow(body, folder, blockReserve, (made) => members.tools.budget.spend(made));
    const inOrder = inFolder.toSorted((a, b) => a.offset - b.offset);
    let failed: string | undefined;
    for (const file of inOrder) {
      // Of two that share bytes only the first can be had of what comes once.
      const isBehind = file.offset < flow.position;
      if (failed === undefined && !isBehind) failed = yield* showFile(file, flow, members);
      else members.showUnread(file, failed ?? 'shares bytes with another member');
    }
  }
}

function methodOf(name: string | undefined): string | undefined {
  return name && `is compressed by ${name}, which is not supported,`;
}

/** @returns why the rest of the folder cannot be read, where that is so */
function* showFile(
  file: CabinetFile & ArchiveEntry,
  flow: ReturnType<typeof folderFlow>,
  members: FlowMembers,
): Steps<string | undefined> {
  try {
    yield* flow.skip(file.offset - flow.position);
    yield* members.show(file, flow);
    return undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const why = `is damaged (${error.message})`;
    members.leaveOut(why, `${members.place.path}!/${file.name}`);
    return why;
  }
}
