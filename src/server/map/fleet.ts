import { DrydockError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import type { HostId, HostReport } from '../../model/topology.ts';
import { HostOwners, LATE, type OwnHost } from './host-owners.ts';
import { HostState } from './host-state.ts';
import type { TakenReport } from './map-part.ts';
import type { MapReporter } from './map-schema.ts';
import type { OwnerKeeper } from './owner-keeper.ts';
import { mostBytes, mostOfAll, mostOfHost } from './report-limits.ts';
import { readReport } from './report-reader.ts';
import { MOST_HOSTS_OF_ONE, SenderRates } from './sender-rates.ts';
import { weighFacts } from './weigh-facts.ts';

/** Milliseconds without a report after which a reporter is taken for gone. */
const GONE = 60_000;
/** After so long what a reporter told is forgotten. */
const FORGET = 600_000;
/** Milliseconds that a clock may be off before that is told. */
const SKEW = 5000;

const parts = ['containers', 'processes', 'connections', 'listeners'] as const;

interface HowItCame {
  /** Things of the report that had no form. */
  readonly leftOut?: number;
  /** The address that it came from, where it came by the network. */
  readonly peer?: string;
  /** Milliseconds that only pass, by which ages count; absent: those since 1970. */
  readonly steady?: number;
}

/** All hosts that are told of. Nobody can tell of the host of another. */
export class Fleet {
  readonly hosts = new Map<string, HostState>();
  readonly #owners: HostOwners;
  readonly #rates = new SenderRates();
  readonly #own: OwnHost | undefined;
  #revision = 0;

  /** @param own as `HostOwners` has it */
  constructor(own?: OwnHost) {
    this.#own = own;
    this.#owners = new HostOwners(own);
  }

  /** As `HostOwners` has it. */
  restoreOwners(keeper: OwnerKeeper, steady: number, now: number): void {
    this.#owners.restore(keeper, steady, now);
  }

  /** Grows with everything that is taken, refused or forgotten. */
  get revision(): number {
    return this.#revision + this.#owners.revision;
  }

  /**
   * @param from who tells, as far as that is known
   * @param now milliseconds since 1970
   * @throws DrydockError `map.gap`, `map.foreign-host`, `map.twin-host`, `map.too-many`, `service.busy`
   */
  take(report: HostReport, from: string, now: number, how: HowItCame = {}): TakenReport {
    const { leftOut = 0, peer, steady = now } = how;
    const {
      host: { id },
      sequence,
    } = report;
    this.#owners.admit(report, from, steady);
    let state = this.hosts.get(id);
    if (state === undefined && !report.full) throw gap('Nothing is known of this host.');
    if (state === undefined) this.#checkNumber(from);
    this.#checkRoom(id, report);
    state ??= new HostState(id);
    const taken = state.take(report, now, steady);
    if (taken === 'gap') throw gap('Reports of this host are missing.');
    if (taken === 'old') throw gap('This report, or a later one, was taken before.');
    this.#owners.keep(report, from, steady, now);
    state.leftOut = leftOut;
    state.peer = peer;
    state.sender = from;
    this.hosts.set(id, state);
    this.#dropFading(state);
    this.#revision++;
    return { host: id, sequence };
  }

  /** The same, of what came by the network. @throws DrydockError `usage.option`, too */
  takeUnknown(value: unknown, from: string, now: number, how: Omit<HowItCame, 'leftOut'> = {}): TakenReport {
    const read = readReport(value);
    if ('wrong' in read) throw new DrydockError('usage.option', read.wrong);
    const { report, leftOut } = read;
    return this.take(report, from, now, { ...how, leftOut });
  }

  /**
   * Lets somebody send a body, before it is read.
   * @throws DrydockError `service.busy` where they sent more than a fleet of hosts has to tell
   */
  admitBody(from: string, bytes: number, now: number): void {
    this.#rates.admitBody(from, bytes, now);
  }

  /** The same of a body that turns out to be longer. @throws DrydockError `service.busy` */
  admitMore(from: string, bytes: number, now: number): void {
    this.#rates.admitMore(from, bytes, now);
  }

  /** The host that the service looks at by itself. */
  get ownHost(): HostId | undefined {
    return this.#own?.host;
  }

  /** Forgets what is gone for long. @param steady as reports came by */
  forget(now: number, steady = now): void {
    for (const [id, state] of this.hosts) {
      if (steady - state.heard >= FORGET) this.hosts.delete(id);
      else if (!state.forget(now)) continue;
      this.#revision++;
    }
    this.#owners.forget(steady);
    this.#rates.forget(steady - FORGET);
  }

  /** @param now as reports came by: milliseconds that only pass, where there are such */
  reporters(now: number): MapReporter[] {
    return [...this.hosts.values()]
      .map((state) => reporterOf(state, this.#owners.refusedOf(state.id, now), now))
      .sort((a, b) => (a.name === b.name ? compareText(a.host, b.host) : compareText(a.name, b.name)));
  }

  /** Hosts that are shown count; those that are forgotten keep their owner, and take no room. */
  #checkNumber(from: string): void {
    let own = 0;
    for (const { sender } of this.hosts.values()) if (sender === from) own++;
    if (this.hosts.size < mostOfAll.hosts && own < MOST_HOSTS_OF_ONE) return;
    throw new DrydockError(
      'map.too-many',
      'As many hosts are told of as the map takes, or as one reporter may tell of.',
    );
  }

  /** Each report is bounded, but many together, and each on top of those before it, are as well. */
  #checkRoom(id: string, report: HostReport): void {
    for (const part of parts) {
      let others = 0;
      for (const state of this.hosts.values()) if (state.id !== id) others += state.told[part].size;
      const known = this.hosts.get(id)?.told[part];
      let own = report.full ? 0 : (known?.size ?? 0);
      for (const one of report.changed[part]) if (report.full || known?.has(one.id) !== true) own++;
      if (own > 2 * mostOfHost[part] || others + own > mostOfAll[part]) {
        throw new DrydockError('map.too-many', `There are more ${part} than the map takes.`);
      }
    }
    const added = parts.reduce((sum, part) => sum + weighFacts(report.changed[part]), 0);
    const isTooMuch = (): boolean => {
      let others = 0;
      for (const state of this.hosts.values()) if (state.id !== id) others += state.bytes;
      // What a full report does not tell of any more goes as soon as there is no room for it.
      const own = added + (report.full ? 0 : (this.hosts.get(id)?.bytes ?? 0));
      return own > mostBytes.host || others + own > mostBytes.all;
    };
    if (!isTooMuch()) return;
    for (const state of this.hosts.values()) state.forgetGone();
    if (isTooMuch())
      throw new DrydockError('map.too-many', 'What is told of takes more memory than the map has for it.');
  }

  /** What is there has its bounds; what is gone is shown for a while where there is room. */
  #dropFading(state: HostState): void {
    const isFull = (): boolean => {
      let bytes = 0;
      for (const host of this.hosts.values()) bytes += host.bytes;
      if (state.bytes > mostBytes.host || bytes > mostBytes.all) return true;
      return parts.some((part) => {
        let all = 0;
        for (const host of this.hosts.values()) all += host[part].size;
        return state[part].size > 2 * mostOfHost[part] || all > mostOfAll[part];
      });
    };
    if (!isFull()) return;
    state.forgetGone();
    if (isFull()) for (const host of this.hosts.values()) host.forgetGone();
  }
}

function reporterOf(state: HostState, refused: string | undefined, now: number): MapReporter {
  const age = now - state.heard;
  const { told, leftOut, skew } = state;
  const isSkewed = Math.abs(skew) > SKEW;
  return {
    host: state.id,
    name: state.name,
    state: age >= GONE ? 'gone' : age >= LATE ? 'late' : isSkewed ? 'skewed' : 'live',
    lastSeen: new Date(state.arrived).toISOString(),
    // What a report needs to get here is in it, so that small differences mean nothing.
    clockSkewSeconds: Math.abs(skew) < 2000 ? 0 : Math.round(skew / 1000),
    blindSpots: [
      ...told.blindSpots,
      ...(refused === undefined ? [] : [refused]),
      ...(leftOut > 0 ? [`${leftOut} things of its last report had no form that can be read, and were left out`] : []),
    ],
    counts: { containers: told.containers.size, processes: told.processes.size, connections: told.connections.size },
  };
}

function gap(what: string): DrydockError {
  return new DrydockError('map.gap', `${what} A full report is needed.`);
}
