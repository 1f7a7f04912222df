import type { DatabaseSlot, PackageRecord } from '../model/fact.ts';
import type { DatabaseState, LayerInventory } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';

/** A package with the layers that shaped it. */
export interface InstalledRecord {
  readonly record: PackageRecord;
  /** The layer that brought this version. */
  readonly layer: number;
  /** The layer that first brought the package. */
  readonly introduced: number;
  readonly path: string;
}

/** A package that an upper layer's database no longer lists. */
export interface DroppedRecord extends InstalledRecord {
  /** The layer whose database came without it. */
  readonly droppedBy: number;
}

/** What is installed, and what each layer did to it. */
export interface Inventory {
  readonly installed: readonly InstalledRecord[];
  readonly dropped: readonly DroppedRecord[];
  readonly layers: readonly LayerInventory[];
  readonly databases: readonly DatabaseState[];
}

interface Changes {
  readonly added: PackageRecord[];
  readonly changed: { readonly before: PackageRecord; readonly after: PackageRecord }[];
  readonly removed: PackageRecord[];
}

const slots: readonly DatabaseSlot[] = ['dpkg', 'apk', 'rpm'];

/** Replays the package databases layer by layer: of each kind the newest one counts whole. */
export function takeInventory(files: MergedFiles, layerCount: number): Inventory {
  const changes = Array.from({ length: layerCount }, (): Changes => ({ added: [], changed: [], removed: [] }));
  const installed: InstalledRecord[] = [];
  const dropped: DroppedRecord[] = [];
  const databases: DatabaseState[] = [];
  for (const slot of slots) {
    const replay = replayDatabase(files, slot, changes);
    if (replay === undefined) continue;
    installed.push(...replay.installed);
    dropped.push(...replay.dropped);
    databases.push(replay.database);
  }
  installed.push(...singlePackages(files, changes));
  return {
    installed,
    dropped,
    layers: changes.map((change, layer) => ({ layer, ...change })),
    databases,
  };
}

function replayDatabase(
  files: MergedFiles,
  slot: DatabaseSlot,
  changes: readonly Changes[],
): { installed: InstalledRecord[]; dropped: DroppedRecord[]; database: DatabaseState } | undefined {
  const states = files.facts('package-database').filter(({ fact }) => fact.slot === slot);
  const last = states[states.length - 1];
  if (last === undefined) return undefined;
  let current = new Map<string, InstalledRecord>();
  const dropped = new Map<string, DroppedRecord>();
  for (const { layer, fact } of states) {
    const change = changes[layer] as Changes;
    const next = new Map<string, InstalledRecord>();
    for (const record of fact.packages) {
      const key = identity(record);
      const before = current.get(key);
      const same = before?.record.version === record.version;
      next.set(key, {
        record,
        layer: same ? before.layer : layer,
        introduced: before?.introduced ?? layer,
        path: fact.path,
      });
      if (before === undefined) change.added.push(record);
      else if (!same) change.changed.push({ before: before.record, after: record });
      dropped.delete(key);
    }
    for (const [key, before] of current) {
      if (next.has(key)) continue;
      change.removed.push(before.record);
      dropped.set(key, { ...before, droppedBy: layer });
    }
    current = next;
  }
  const hidden = files.shows(last.layer, last.fact.path) ? undefined : files.hiddenBy(last.layer, last.fact.path);
  return {
    installed: [...current.values()],
    dropped: [...dropped.values()],
    database: {
      slot,
      path: last.fact.path,
      layer: last.layer,
      ...(hidden !== undefined && { removedBy: hidden }),
    },
  };
}

/** Packages that a file of their own stands for: there while the file is in sight. */
function singlePackages(files: MergedFiles, changes: readonly Changes[]): InstalledRecord[] {
  const installed: InstalledRecord[] = [];
  const byPath = Map.groupBy(files.facts('package'), ({ fact }) => fact.path);
  for (const [path, states] of byPath) {
    let before: InstalledRecord | undefined;
    for (const { layer, fact } of states) {
      const change = changes[layer] as Changes;
      const record = fact.package;
      if (before === undefined) change.added.push(record);
      else if (before.record.version !== record.version) change.changed.push({ before: before.record, after: record });
      const same = before?.record.version === record.version;
      before = {
        record,
        layer: same ? (before?.layer ?? layer) : layer,
        introduced: before?.introduced ?? layer,
        path,
      };
    }
    const last = states[states.length - 1];
    if (before === undefined || last === undefined) continue;
    const hidden = files.shows(last.layer, path) ? undefined : files.hiddenBy(last.layer, path);
    if (hidden === undefined) installed.push(before);
    else changes[hidden]?.removed.push(before.record);
  }
  return installed;
}

/** Names of all that is installed, with and without `:arch`, as owners of files are named. */
export function installedNames({ installed }: Inventory): ReadonlySet<string> {
  return new Set(installed.flatMap(({ record }) => [record.name, `${record.name}:${record.arch ?? ''}`]));
}

/** Packages of one name can be installed for several architectures at once. */
function identity(record: PackageRecord): string {
  return `${record.type}\0${record.name}\0${record.arch ?? ''}`;
}
