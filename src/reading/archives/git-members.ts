import { FormatError } from '../../errors.ts';
import { inflowOf } from '../../formats/archive/inflow.ts';
import { MemorySource, readBytes } from '../../formats/byte-source.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { MOST_OBJECT, type ObjectType, readLooseObject } from '../../formats/git/object.ts';
import { GitPack } from '../../formats/git/pack.ts';
import { readTree, type TreeEntry, treeOfCommit } from '../../formats/git/tree.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { FlowMembers } from './flow-members.ts';

const LOOSE = /(?:^|\/)objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/;
/** Entries of trees that are looked at for paths. */
const MOST_ENTRIES = 500_000;
/** Digits of an id that a path bears. */
const SHORT = 12;

/** Whether a file is an object of git by its name, and a zlib stream (RFC 1950) by its first bytes. */
export function isLooseObject(path: string, head: Uint8Array): boolean {
  return head[0] === 0x78 && (0x7800 + (head[1] ?? 0)) % 31 === 0 && LOOSE.test(path);
}

/** Shows what a loose object holds: `objects/ab/cdef...!/blob`. */
export function* showGitObject(body: ByteSource, members: FlowMembers): Steps {
  const { budget } = members.tools;
  const size = Math.min(body.size, MOST_OBJECT);
  budget.spend(size);
  const object = readLooseObject(readBytes(body, 0, size));
  if (object === undefined) throw new FormatError('is no object of git, or a damaged one');
  const { type, content } = object;
  budget.spend(content.length);
  if (type === 'tree') return;
  yield* members.show({ name: type, type: 'file', size: content.length }, inflowOf(new MemorySource(content)));
}

/**
 * Shows the files that a pack of git holds, of all commits, and the messages: `x.pack!/ID/src/a.toml` where a tree in the pack
 * names the file, `x.pack!/ID` otherwise.
 */
export function* showGitPack(body: ByteSource, members: FlowMembers): Steps {
  const pack = new GitPack(body, (bytes) => members.tools.budget.spend(bytes));
  let damage: FormatError | undefined;
  try {
    yield* pack.index();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damage = error;
  }
  const paths = yield* pathsOf(pack);
  const isShown = (type: ObjectType): boolean => type !== 'tree';
  yield* pack.objects(isShown, function* ({ type, id, content }) {
    const path = paths.get(id);
    const name = path === undefined ? (type === 'blob' ? id : `${id}.${type}`) : `${id.slice(0, SHORT)}/${path}`;
    const entry = { name, type: 'file', size: content.length, isPackedWithOthers: true } as const;
    yield* members.show(entry, inflowOf(new MemorySource(content)));
  });
  const { count, why } = pack.unread;
  if (count > 0) members.leaveOut(`has ${count} objects that cannot be read, as ${why},`, members.place.path);
  if (damage !== undefined) throw damage;
}

/** By id the path of each file, in whichever commit it was met first. */
function* pathsOf(pack: GitPack): Steps<ReadonlyMap<string, string>> {
  const trees = new Map<string, readonly TreeEntry[]>();
  const roots: string[] = [];
  let left = MOST_ENTRIES;
  yield* pack.objects(
    (type) => left > 0 && (type === 'tree' || type === 'commit'),
    // biome-ignore lint/correctness/useYield: an object needs no pause of its own
    function* ({ type, id, content }) {
      if (type === 'commit') {
        const root = treeOfCommit(content);
        if (root !== undefined) roots.push(root);
      } else {
        const entries = readTree(content);
        left -= entries.length;
        trees.set(id, entries);
      }
    },
  );
  const paths = new Map<string, string>();
  const seen = new Set<string>();
  const pending = roots.reverse().map((id) => ({ id, path: '' }));
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at.id)) continue;
    seen.add(at.id);
    for (const { name, isFolder, id } of trees.get(at.id) ?? []) {
      const path = at.path === '' ? name : `${at.path}/${name}`;
      if (isFolder) pending.push({ id, path });
      else if (!paths.has(id)) paths.set(id, path);
    }
  }
  return paths;
}
