import { DrydockError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import type { HostId, HostReport } from '../../model/topology.ts';
import { HostState } from './host-state.ts';
import type { TakenReport } from './map-part.ts';
import type { MapReporter } from './map-schema.ts';
import { mostBytes, mostOfAll, mostOfHost } from './report-limits.ts';
import { readReport } from './report-reader.ts';
import { MOST_HOSTS_OF_ONE, SenderRates } from './sender-rates.ts';
import { weighFacts } from './weigh-facts.ts';

/** Milliseconds without a report after which a reporter is late, and after which it is taken for gone. */
const LATE = 15_000;
const GONE = 60_000;
/** After so long what a reporter told is forgotten, and anybody may tell of its host. */
const FORGET = 600_000;
const RELEASE = 24 * 3_600_000;
/** Milliseconds that a clock may be off before that is told. */
const SKEW = 5000;

/** Reports a second that one host may send, and how many at once after a while. */
const RATE = 2;
const BURST = 10;

const parts = ['containers', 'processes', 'connections', 'listeners'] as const;

/** Lives of a reporter of one host that are remembered when another one took their place. */
const MOST_LIVES = 8;
/** Milliseconds that it is said that somebody else wanted to tell of a host. */
const REMEMBERED = 300_000;

/** Who told of a host, how often lately, and what. */
interface Ownership {
  readonly owner: string;
  lastTold: number;
  tokens: number;
  /** The life of its reporter that tells now, and when it was taken last. */
  session?: string;
  taken: number;
  /** Those before it, the last one last. */
  readonly over: string[];
  /** Who else wanted to tell of it. */
  refused?: { readonly words: string; readonly at: number };
}

interface HowItCame {
  /** Things of the report that had no form. */
  readonly leftOut?: number;
  /** The address that it came from, where it came by the network. */
  readonly peer?: string;
}

/** The host that the service runs on, and who alone tells of it. */
export interface OwnHost {
  readonly host: HostId;
  readonly reporter: string;
}

/** All hosts that are told of. Nobody can tell of the host of another. */
export class Fleet {
  readonly hosts = new Map<string, HostState>();
  readonly #owners = new Map<string, Ownership>();
  readonly #rates = new SenderRates();
  readonly #own: OwnHost | undefined;
  /** Grows with everything that is taken or forgotten. */
  revision = 0;

  /** @param own nobody else may tell of it, even before its reporter does: controls believe what is told of it */
  constructor(own?: OwnHost) {
    this.#own = own;
  }

  /**
   * @param from who tells, as far as that is known
   * @param now milliseconds since 1970
   * @throws DrydockError `map.gap`, `map.foreign-host`, `map.twin-host`, `map.too-many`, `service.busy`
   */
  take(report: HostReport, from: string, now: number, { leftOut = 0, peer }: HowItCame = {}): TakenReport {
    const {
      host: { id },
      sequence,
    } = report;
    const owner = this.#admit(id, from, now);
    this.#admitLife(owner, report, now);
    let state = this.hosts.get(id);
    if (state === undefined && !report.full) throw gap('Nothing is known of this host.');
    this.#checkRoom(id, report);
    state ??= new HostState(id);
    const taken = state.take(report, now);
    if (taken === 'gap') throw gap('Reports of this host are missing.');
    if (taken === 'old') throw gap('This report, or a later one, was taken before.');
    owner.taken = now;
    if (owner.session !== report.session) changeLife(owner, report.session);
    state.leftOut = leftOut;
    state.peer = peer;
    state.sender = from;
    this.hosts.set(id, state);
    this.#dropFading(state);
    this.revision++;
    return { host: id, sequence };
  }

  /** The same, of what came by the network. @throws DrydockError `usage.option`, too */
  takeUnknown(value: unknown, from: string, now: number, peer?: string): TakenReport {
    const read = readReport(value);
    if ('wrong' in read) throw new DrydockError('usage.option', read.wrong);
    const { report, leftOut } = read;
    return this.take(report, from, now, { leftOut, ...(peer !== undefined && { peer }) });
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

  /** Forgets what is gone for long. */
  forget(now: number): void {
    for (const [id, state] of this.hosts) {
      if (now - state.arrived >= FORGET) this.hosts.delete(id);
      else if (!state.forget(now)) continue;
      this.revision++;
    }
    for (const [id, { lastTold }] of this.#owners) if (now - lastTold >= RELEASE) this.#owners.delete(id);
    this.#rates.forget(now - FORGET);
  }

  reporters(now: number): MapReporter[] {
    return [...this.hosts.values()]
      .map((state) => reporterOf(state, this.#owners.get(state.id)?.refused, now))
      .sort((a, b) => (a.name === b.name ? compareText(a.host, b.host) : compareText(a.name, b.name)));
  }

  #admit(id: string, from: string, now: number): Ownership {
    if (id === this.#own?.host && from !== this.#own.reporter) {
      this.#refuse(this.#owners.get(id), ANOTHER, now);
      throw new DrydockError('map.foreign-host', 'The service tells of its own host by itself.');
    }
    let known = this.#owners.get(id);
    if (known === undefined) {
      let own = 0;
      for (const { owner } of this.#owners.values()) if (owner === from) own++;
      if (this.#owners.size >= mostOfAll.hosts || own >= MOST_HOSTS_OF_ONE) {
        throw new DrydockError(
          'map.too-many',
          'As many hosts are told of as the map takes, or as one reporter may tell of.',
        );
      }
      known = { owner: from, lastTold: now, tokens: BURST, taken: 0, over: [] };
      this.#owners.set(id, known);
    } else if (known.owner !== from) {
      this.#refuse(known, ANOTHER, now);
      throw new DrydockError(
        'map.foreign-host',
        'Another reporter tells of this host: each host needs a token of its own.',
      );
    }
    const passed = Math.max(0, now - known.lastTold) / 1000;
    known.tokens = Math.min(BURST, known.tokens + passed * RATE);
    known.lastTold = now;
    if (known.tokens < 1)
      throw new DrydockError('service.busy', `This host reports more often than ${RATE} times a second.`);
    known.tokens -= 1;
    return known;
  }

  /**
   * A reporter that is started anew never comes back as the one that it was: whoever does is another machine of the same id,
   * a copy of a virtual one, or somebody who sends again what was sent before.
   */
  #admitLife(owner: Ownership, { host, session }: HostReport, now: number): void {
    if (session === owner.session || !owner.over.includes(session)) return;
    if (now - owner.taken >= LATE) return;
    const name = host.name.slice(0, 80);
    this.#refuse(
      owner,
      `another machine (${name}) has the same id, and its reports are refused: each needs an /etc/machine-id of its own`,
      now,
    );
    throw new DrydockError(
      'map.twin-host',
      'Another reporter tells of a host with this id: give this machine an id of its own (systemd-machine-id-setup) and start its reporter anew.',
    );
  }

  #refuse(owner: Ownership | undefined, words: string, now: number): void {
    if (owner === undefined) return;
    if (owner.refused === undefined || owner.refused.words !== words || now - owner.refused.at >= REMEMBERED)
      this.revision++;
    owner.refused = { words, at: now };
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

const ANOTHER = 'another reporter tells of this host, too, and is refused: each host needs a token of its own';

function changeLife(owner: Ownership, session: string): void {
  if (owner.session !== undefined) owner.over.push(owner.session);
  if (owner.over.length > MOST_LIVES) owner.over.shift();
  const at = owner.over.indexOf(session);
  if (at >= 0) owner.over.splice(at, 1);
  owner.session = session;
}

function reporterOf(state: HostState, refused: Ownership['refused'], now: number): MapReporter {
  const age = now - state.arrived;
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
      ...(refused !== undefined && now - refused.at < REMEMBERED ? [refused.words] : []),
      ...(leftOut > 0 ? [`${leftOut} things of its last report had no form that can be read, and were left out`] : []),
    ],
    counts: { containers: told.containers.size, processes: told.processes.size, connections: told.connections.size },
  };
}

function gap(what: string): DrydockError {
  return new DrydockError('map.gap', `${what} A full report is needed.`);
}
