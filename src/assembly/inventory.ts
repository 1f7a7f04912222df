import type { DatabaseSlot } from '../model/fact.ts';
import type { DatabaseState, LayerFact, LayerInventory } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import { DatabaseReplay } from './database-replay.ts';
import type { Changes, DroppedRecord, InstalledRecord, RenewedRecord } from './installed-record.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import { removedFolders } from './removed-folders.ts';
import { singlePackages } from './single-packages.ts';
import { PACKAGE_STEPS } from './versions-replay.ts';

/** What is installed, and what each layer did to it. */
export interface Inventory {
  readonly installed: readonly InstalledRecord[];
  readonly dropped: readonly DroppedRecord[];
  /** Of databases only, and only what is listed still: the last change of each. */
  readonly renewed: readonly RenewedRecord[];
  readonly layers: readonly LayerInventory[];
  readonly databases: readonly DatabaseState[];
}

const slots: readonly DatabaseSlot[] = ['dpkg', 'apk', 'rpm'];

/** Replays the package databases layer by layer: of each kind the newest one counts whole. */
export async function takeInventory(files: MergedFiles, layerCount: number, pauses: Pauses): Promise<Inventory> {
  const changes = Array.from({ length: layerCount }, (): Changes => ({ added: [], changed: [], removed: [] }));
  const installed: InstalledRecord[] = [];
  const dropped: DroppedRecord[] = [];
  const renewed: RenewedRecord[] = [];
  const databases: DatabaseState[] = [];
  for (const slot of slots) {
    for (const states of databasesOf(files, slot)) {
      const replay = await replayDatabase(files, states, changes, pauses);
      // One by one: so many arguments are more than the stack holds.
      for (const one of replay.installed) installed.push(one);
      for (const one of replay.dropped) dropped.push(one);
      for (const one of replay.renewed) renewed.push(one);
      databases.push(replay.database);
    }
  }
  const single = await singlePackages(files, changes, pauses);
  const folders = removedFolders(single, databases);
  databases.push(...folders.databases);
  for (const one of single.installed) installed.push(one);
  for (const one of folders.recovered) installed.push(one);
  for (const one of folders.dropped) dropped.push(one);
  return {
    installed,
    dropped,
    renewed,
    layers: changes.map((change, layer) => ({ layer, ...change })),
    databases,
  };
}

/** States of each database: one a path, where two paths do not lead to one file. */
function databasesOf(files: MergedFiles, slot: DatabaseSlot): readonly (readonly LayerFact<'package-database'>[])[] {
  const states = placedStates(files, slot);
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

/**
 * States with the layers that brought them, base first. A link that an upper layer puts over a database leads to bytes that may
 * be of any layer: if a layer has two states at one path, the second is what the link shows, and counts for the layer that made it.
 */
function placedStates(files: MergedFiles, slot: DatabaseSlot): readonly LayerFact<'package-database'>[] {
  const seen = new Set<string>();
  const states = files.facts('package-database').filter(({ fact }) => fact.slot === slot);
  const placed = states.map((state) => {
    const key = `${state.layer} ${state.fact.path}`;
    const by = seen.has(key) ? files.hiddenBy(state.layer, state.fact.path) : undefined;
    seen.add(key);
    return by === undefined ? state : { ...state, layer: by };
  });
  return placed.sort((a, b) => a.layer - b.layer);
}

async function replayDatabase(
  files: MergedFiles,
  states: readonly LayerFact<'package-database'>[],
  changes: readonly Changes[],
  pauses: Pauses,
): Promise<{
  installed: InstalledRecord[];
  dropped: DroppedRecord[];
  renewed: RenewedRecord[];
  database: DatabaseState;
}> {
  const last = states[states.length - 1] as LayerFact<'package-database'>;
  const { slot } = last.fact;
  const replay = new DatabaseReplay();
  for (const { layer, fact } of states) {
    if (pauses.isDue(fact.packages.length * PACKAGE_STEPS)) await pauses.take();
    replay.add(layer, fact, changes[layer] as Changes);
  }
  const hidden = files.shows(last.layer, last.fact.path) ? undefined : files.hiddenBy(last.layer, last.fact.path);
  return {
    installed: replay.installed(),
    dropped: replay.dropped(),
    renewed: replay.renewed(),
    database: {
      slot,
      path: last.fact.path,
      layer: last.layer,
      ...(hidden !== undefined && { removedBy: hidden }),
    },
  };
}

/** Names of all that is installed of the types that own files, with and without `:arch`, as owners of files are named. */
export function installedNames({ installed }: Inventory, files: MergedFiles): ReadonlySet<string> {
  const types = new Set(files.facts('ownership').map(({ fact }) => fact.type));
  const names = new Set<string>();
  for (const { record } of installed) {
    if (types.has(record.type)) for (const name of ownerNames(record)) names.add(name);
  }
  return names;
}
