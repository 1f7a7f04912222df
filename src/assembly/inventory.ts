import type { DatabaseSlot, PackageRecord } from '../model/fact.ts';
import type { DatabaseState, LayerFact, LayerInventory } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Pauses } from './pauses.ts';

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

/** What a package costs, in steps as `Pauses` counts them. */
const PACKAGE_STEPS = 10;

const slots: readonly DatabaseSlot[] = ['dpkg', 'apk', 'rpm'];

/** Replays the package databases layer by layer: of each kind the newest one counts whole. */
export async function takeInventory(files: MergedFiles, layerCount: number, pauses: Pauses): Promise<Inventory> {
  const changes = Array.from({ length: layerCount }, (): Changes => ({ added: [], changed: [], removed: [] }));
  const installed: InstalledRecord[] = [];
  const dropped: DroppedRecord[] = [];
  const databases: DatabaseState[] = [];
  for (const slot of slots) {
    for (const states of databasesOf(files, slot)) {
      const replay = await replayDatabase(files, states, changes, pauses);
      // One by one: so many arguments are more than the stack holds.
      for (const one of replay.installed) installed.push(one);
      for (const one of replay.dropped) dropped.push(one);
      databases.push(replay.database);
    }
  }
  await singlePackages(files, changes, installed, dropped, pauses);
  return {
    installed,
    dropped,
    layers: changes.map((change, layer) => ({ layer, ...change })),
    databases,
  };
}

/** States of each database: one a path, where two paths do not lead to one file. */
function databasesOf(files: MergedFiles, slot: DatabaseSlot): readonly (readonly LayerFact<'package-database'>[])[] {
  const states = files.facts('package-database').filter(({ fact }) => fact.slot === slot);
  const shown = new Set(
    states.flatMap(({ fact: { path } }) => {
      const resolution = files.resolve(path);
      return resolution.found ? [resolution.file.path] : [];
    }),
  );
  // With one file in sight, or none, all states are of one database that moved.
  if (shown.size < 2) return states.length === 0 ? [] : [states];
  return [...Map.groupBy(states, ({ fact }) => fact.path).values()];
}

async function replayDatabase(
  files: MergedFiles,
  states: readonly LayerFact<'package-database'>[],
  changes: readonly Changes[],
  pauses: Pauses,
): Promise<{ installed: InstalledRecord[]; dropped: DroppedRecord[]; database: DatabaseState }> {
  const last = states[states.length - 1] as LayerFact<'package-database'>;
  const { slot } = last.fact;
  let current = new Map<string, InstalledRecord[]>();
  const dropped = new Map<string, DroppedRecord[]>();
  for (const { layer, fact } of states) {
    if (pauses.isDue(fact.packages.length * PACKAGE_STEPS)) await pauses.take();
    const change = changes[layer] as Changes;
    const next = new Map<string, InstalledRecord[]>();
    for (const [key, records] of Map.groupBy(fact.packages, identity)) {
      const { installed, gone } = replaceVersions(current.get(key) ?? [], records, { layer, path: fact.path }, change);
      next.set(key, installed);
      dropped.delete(key);
      if (gone.length > 0)
        dropped.set(
          key,
          gone.map((before) => ({ ...before, droppedBy: layer })),
        );
    }
    for (const [key, before] of current) {
      if (next.has(key)) continue;
      for (const { record } of before) change.removed.push(record);
      dropped.set(
        key,
        before.map((one) => ({ ...one, droppedBy: layer })),
      );
    }
    current = next;
  }
  const hidden = files.shows(last.layer, last.fact.path) ? undefined : files.hiddenBy(last.layer, last.fact.path);
  return {
    installed: [...current.values()].flat(),
    dropped: [...dropped.values()].flat(),
    database: {
      slot,
      path: last.fact.path,
      layer: last.layer,
      ...(hidden !== undefined && { removedBy: hidden }),
    },
  };
}

/**
 * Versions of one package before and after a layer: one each, as a rule, but kernels and their like are installed side
 * by side. A version that stays is the same; of the others each new one takes the place of an old one.
 */
function replaceVersions(
  before: readonly InstalledRecord[],
  records: readonly PackageRecord[],
  place: { readonly layer: number; readonly path: string },
  change: Changes,
): { readonly installed: InstalledRecord[]; readonly gone: readonly InstalledRecord[] } {
  const old = new Map(before.map((one) => [one.record.version, one]));
  const stays = records.map(({ version }) => {
    const one = old.get(version);
    old.delete(version);
    return one;
  });
  const rest = [...old.values()];
  const installed = records.map((record, i): InstalledRecord => {
    const same = stays[i];
    const replaced = same === undefined ? rest.shift() : undefined;
    if (replaced !== undefined) change.changed.push({ before: replaced.record, after: record });
    else if (same === undefined) change.added.push(record);
    const introduced = (same ?? replaced)?.introduced ?? place.layer;
    return { record, layer: same?.layer ?? place.layer, introduced, path: place.path };
  });
  for (const { record } of rest) change.removed.push(record);
  return { installed, gone: rest };
}

/**
 * Packages that files of their own stand for: there while the file is in sight. A file may state several; of each path
 * the newest layer counts whole. Which of the others left their files behind is found out later.
 */
async function singlePackages(
  files: MergedFiles,
  changes: readonly Changes[],
  installed: InstalledRecord[],
  dropped: DroppedRecord[],
  pauses: Pauses,
): Promise<void> {
  for (const [path, facts] of Map.groupBy(files.facts('package'), ({ fact }) => fact.path)) {
    if (pauses.isDue(facts.length * PACKAGE_STEPS)) await pauses.take();
    let current = new Map<string, InstalledRecord>();
    let last = 0;
    const drop = (one: InstalledRecord, by: number): void => {
      changes[by]?.removed.push(one.record);
      dropped.push({ ...one, droppedBy: by });
    };
    for (const [layer, states] of Map.groupBy(facts, (fact) => fact.layer)) {
      last = layer;
      const change = changes[layer] as Changes;
      const next = new Map<string, InstalledRecord>();
      for (const { package: record } of states.map(({ fact }) => fact)) {
        const before = current.get(identity(record));
        const same = before?.record.version === record.version;
        if (before === undefined) change.added.push(record);
        else if (!same) change.changed.push({ before: before.record, after: record });
        next.set(identity(record), {
          record,
          layer: same ? before.layer : layer,
          introduced: before?.introduced ?? layer,
          path,
        });
      }
      for (const [key, one] of current) if (!next.has(key)) drop(one, layer);
      current = next;
    }
    const hidden = files.shows(last, path) ? undefined : files.hiddenBy(last, path);
    for (const one of current.values()) {
      if (hidden === undefined) installed.push(one);
      else drop(one, hidden);
    }
  }
}

/** Names of all that is installed, with and without `:arch`, as owners of files are named. */
export function installedNames({ installed }: Inventory): ReadonlySet<string> {
  return new Set(installed.flatMap(({ record }) => [record.name, `${record.name}:${record.arch ?? ''}`]));
}

/** Packages of one name can be installed for several architectures at once. */
function identity(record: PackageRecord): string {
  return `${record.type}\0${record.name}\0${record.arch ?? ''}`;
}
