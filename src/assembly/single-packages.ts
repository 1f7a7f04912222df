import type { PackageRecord } from '../model/fact.ts';
import type { LayerFact } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { Changes, DroppedRecord, InstalledRecord } from './installed-record.ts';
import type { MergedFiles } from './merged-files.ts';
import { identity, PACKAGE_STEPS, replaceVersions } from './versions-replay.ts';

/** Packages that files of their own stand for or name. */
export interface SinglePackages {
  readonly installed: readonly InstalledRecord[];
  readonly dropped: readonly DroppedRecord[];
}

/**
 * Replays files that stand for packages: there while the file is in sight. A file may state many, in several places of
 * it where it is an archive; of each path the newest layer counts whole. Which of the others left their files behind is
 * found out later.
 * @param stating absent: all that do not depend on who owns the file
 */
export async function singlePackages(
  files: MergedFiles,
  changes: readonly Changes[],
  pauses: Pauses,
  stating: readonly LayerFact<'package'>[] = files.facts('package').filter(({ fact }) => fact.classified !== true),
): Promise<SinglePackages> {
  const installed: InstalledRecord[] = [];
  const dropped: DroppedRecord[] = [];
  for (const [path, facts] of Map.groupBy(stating, ({ fact }) => fact.path)) {
    if (pauses.isDue(facts.length * PACKAGE_STEPS)) await pauses.take();
    const drop = (one: InstalledRecord, by: number): void => {
      changes[by]?.removed.push(one.record);
      dropped.push({ ...one, droppedBy: by });
    };
    let current: States = new Map();
    let last = facts[0]!.layer;
    for (const states of statesOf(facts)) {
      const { layer } = states[0]!;
      // What was removed and came back belongs to its return.
      const removedBy = layer === last ? undefined : files.hiddenBy(last, path);
      if (removedBy !== undefined && removedBy < layer) {
        for (const one of all(current)) drop(one, removedBy);
        current = new Map();
      }
      const next = replay(current, states, changes[layer]!);
      for (const one of next.gone) dropped.push({ ...one, droppedBy: layer });
      current = next.states;
      last = layer;
    }
    const hidden = files.shows(last, path) ? undefined : files.hiddenBy(last, path);
    for (const one of all(current)) {
      if (hidden === undefined) installed.push(one);
      else drop(one, hidden);
    }
  }
  return { installed, dropped };
}

/** What one file states: by place and package all versions. */
type States = Map<string, readonly InstalledRecord[]>;

function* all(states: States): Generator<InstalledRecord, void, void> {
  for (const records of states.values()) yield* records;
}

/** The facts of each layer, base first. */
function statesOf(facts: readonly LayerFact<'package'>[]): Iterable<readonly LayerFact<'package'>[]> {
  // Nearly all files are in one layer.
  if (facts.length === 1) return [facts];
  return Map.groupBy(facts, ({ layer }) => layer).values();
}

/** A file as the next layer has it. */
function replay(
  before: States,
  facts: readonly LayerFact<'package'>[],
  change: Changes,
): { readonly states: States; readonly gone: readonly InstalledRecord[] } {
  const states: States = new Map();
  const gone: InstalledRecord[] = [];
  const groups = Map.groupBy(facts, ({ fact }) => `${fact.location ?? ''}\0${identity(fact.package)}`);
  for (const [key, group] of groups) {
    const { layer, fact } = group[0]!;
    const { path, location } = fact;
    const records = group.map(({ fact: one }): PackageRecord => one.package);
    const place = { layer, path, ...(location !== undefined && { location }) };
    const replaced = replaceVersions(before.get(key) ?? [], records, place, change);
    states.set(key, replaced.installed);
    for (const one of replaced.gone) gone.push(one);
  }
  for (const [key, records] of before) {
    if (states.has(key)) continue;
    for (const one of records) {
      change.removed.push(one.record);
      gone.push(one);
    }
  }
  return { states, gone };
}
