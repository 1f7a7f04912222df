import type { PackageDatabaseFact, PackageRecord } from '../model/fact.ts';
import type { Changes, DroppedRecord, InstalledRecord, RenewedRecord } from './installed-record.ts';
import { identity, replaceVersions } from './versions-replay.ts';

const none: readonly never[] = [];

/** What the states of a database that were replayed so far say of one package. */
interface PackageHistory {
  /** Number of the state that lists it and was replayed last. */
  turn: number;
  /** Of that state, while it is replayed. */
  records: PackageRecord[];
  installed: readonly InstalledRecord[];
  renewed: readonly RenewedRecord[];
  /** What the last state that listed it in other versions, or came without it, left out. */
  gone: readonly InstalledRecord[];
  droppedBy: number;
}

/**
 * Replays the states of one package database, base first: each counts whole. An image may have hundreds of them, of many
 * thousand packages each, so that what is known of a package stays in one place from state to state.
 */
export class DatabaseReplay {
  readonly #packages: Map<string, PackageHistory> = new Map();
  /** Of the newest state, in its order. */
  #current: PackageHistory[] = [];
  #turn = 0;

  /** Puts the state of an upper layer in the place of what is there. */
  add(layer: number, { packages, path }: PackageDatabaseFact, change: Changes): void {
    const turn = ++this.#turn;
    const before = this.#current;
    this.#current = this.#grouped(packages, turn);
    const place = { layer, path };
    for (const one of this.#current) {
      const { installed, gone, renewed } = replaceVersions(one.installed, one.records, place, change);
      one.records = [];
      one.installed = installed;
      if (renewed.length > 0) one.renewed = renewed;
      one.gone = gone;
      one.droppedBy = layer;
    }
    for (const one of before) {
      if (one.turn === turn) continue;
      for (const { record } of one.installed) change.removed.push(record);
      one.gone = one.installed;
      one.droppedBy = layer;
      one.installed = none;
      one.renewed = none;
    }
  }

  /** The packages of a state, each with all its versions there. */
  #grouped(packages: readonly PackageRecord[], turn: number): PackageHistory[] {
    const listed: PackageHistory[] = [];
    for (const record of packages) {
      const key = identity(record);
      let one = this.#packages.get(key);
      if (one === undefined) {
        one = { turn: 0, records: [], installed: none, renewed: none, gone: none, droppedBy: 0 };
        this.#packages.set(key, one);
      }
      if (one.turn !== turn) {
        one.turn = turn;
        one.records = [record];
        listed.push(one);
      } else one.records.push(record);
    }
    return listed;
  }

  /** What the newest state lists. */
  installed(): InstalledRecord[] {
    return this.#current.flatMap(({ installed }) => installed);
  }

  /** What a state came without, or in other versions, and no later one lists: by the layers that dropped it. */
  dropped(): DroppedRecord[] {
    const dropped: DroppedRecord[] = [];
    for (const { gone, droppedBy } of this.#packages.values()) {
      for (const one of gone) dropped.push({ ...one, droppedBy });
    }
    return dropped.sort((a, b) => a.droppedBy - b.droppedBy);
  }

  /** The last change of what is listed still. */
  renewed(): RenewedRecord[] {
    return this.#current.flatMap(({ renewed }) => renewed);
  }
}
