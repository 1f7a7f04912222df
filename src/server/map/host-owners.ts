import { DrydockError } from '../../errors.ts';
import type { HostId, HostReport } from '../../model/topology.ts';
import type { OwnerKeeper } from './owner-keeper.ts';
import { mostOfAll } from './report-limits.ts';

/** Milliseconds without a report that was taken after which anybody may tell of a host. */
const RELEASE = 24 * 3_600_000;
/** Milliseconds without a report after which a reporter may be gone, so that another life of it is no twin. */
export const LATE = 15_000;

/** Milliseconds after which it is written down anew that an owner told of its host: writing each report would cost a disk. */
const WRITE_EVERY = 600_000;

/** Owners that are remembered: where hosts are made and removed by need, many are gone long before they are released. */
const MOST_OWNED = 10 * mostOfAll.hosts;

/** Reports a second that one host may send, and how many at once after a while. */
const RATE = 2;
const BURST = 10;

/** Lives of a reporter of one host that are remembered when another one took their place. */
const MOST_LIVES = 8;
/** Milliseconds that it is said that somebody else wanted to tell of a host. */
const REMEMBERED = 300_000;

/** Who told of a host, how often lately, and what. */
interface Ownership {
  readonly owner: string;
  /** When it told last, whether or not that was taken, and when something was taken last. */
  asked: number;
  taken: number;
  /** What of that is written down. */
  written: number;
  tokens: number;
  /** The life of its reporter that tells now; absent: nothing was told since the service began. */
  session?: string;
  /** Those before it, the last one last. */
  readonly over: string[];
  /** Who else wanted to tell of it. */
  refused?: { readonly words: string; readonly at: number };
}

/** The host that the service runs on, and who alone tells of it. */
export interface OwnHost {
  readonly host: HostId;
  readonly reporter: string;
}

/** Whose each host is: of whoever told of it first. Nobody can tell of the host of another. Moments are milliseconds that only pass. */
export class HostOwners {
  readonly #known = new Map<string, Ownership>();
  readonly #own: OwnHost | undefined;
  #keeper: OwnerKeeper | undefined;
  /** Grows when there is something new to say of a host. */
  revision = 0;

  /** @param own nobody else may tell of it, even before its reporter does: controls believe what is told of it */
  constructor(own?: OwnHost) {
    this.#own = own;
  }

  /** Goes on from what was kept, and keeps what comes: who is first after a start has nothing of the hosts of others. */
  restore(keeper: OwnerKeeper, steady: number, now: number): void {
    this.#keeper = keeper;
    for (const { host, owner, told } of keeper.owners()) {
      // A clock that was set back makes nothing older, and nothing of the future.
      const taken = steady - Math.max(0, now - told);
      this.#known.set(host, { owner, asked: steady, taken, written: taken, tokens: BURST, over: [] });
    }
  }

  /**
   * Lets somebody tell of a host. It is theirs only when what they tell is taken (`keep`): else whoever tells nothing could keep
   * its reporter off the map, and nobody would see by what.
   * @throws DrydockError `map.foreign-host`, `map.twin-host`, `service.busy`
   */
  admit(report: HostReport, from: string, now: number): void {
    const { id } = report.host;
    const known = this.#known.get(id);
    if (id === this.#own?.host && from !== this.#own.reporter) {
      this.#refuse(known, ANOTHER, now);
      throw new DrydockError('map.foreign-host', 'The service tells of its own host by itself.');
    }
    if (known === undefined) return;
    if (known.owner !== from) {
      this.#refuse(known, ANOTHER, now);
      throw new DrydockError(
        'map.foreign-host',
        'Another reporter tells of this host: each host needs a token of its own.',
      );
    }
    const passed = Math.max(0, now - known.asked) / 1000;
    known.tokens = Math.min(BURST, known.tokens + passed * RATE);
    known.asked = now;
    if (known.tokens < 1)
      throw new DrydockError('service.busy', `This host reports more often than ${RATE} times a second.`);
    known.tokens -= 1;
    this.#admitLife(known, report, now);
  }

  /** What was admitted was taken. @param told the same moment, since 1970 */
  keep({ host: { id }, session }: HostReport, from: string, now: number, told = now): void {
    const known = this.#known.get(id);
    if (known === undefined) {
      this.#known.set(id, { owner: from, asked: now, taken: now, written: now, tokens: BURST - 1, session, over: [] });
      this.#write(id, from, told);
      if (this.#known.size > MOST_OWNED) this.#dropMost();
      return;
    }
    known.taken = now;
    if (now - known.written >= WRITE_EVERY) {
      known.written = now;
      this.#write(id, from, told);
    }
    if (known.session !== session) changeLife(known, session);
  }

  /** Who else wanted to tell of a host, where that is not long ago. */
  refusedOf(id: HostId, now: number): string | undefined {
    const refused = this.#known.get(id)?.refused;
    return refused !== undefined && now - refused.at < REMEMBERED ? refused.words : undefined;
  }

  /** Forgets whose hosts are of which nothing was told for long. */
  forget(now: number): void {
    for (const [id, { taken }] of this.#known) {
      if (now - taken >= RELEASE) this.#drop(id);
    }
  }

  #write(host: HostId, owner: string, told: number): void {
    // That the service tells of its own host is no matter of who was first.
    if (host !== this.#own?.host) this.#keeper?.keep({ host, owner, told });
  }

  /** Of whoever owns most, the host that nothing was told of for longest: nobody has those of another released. */
  #dropMost(): void {
    const counts = new Map<string, number>();
    for (const { owner } of this.#known.values()) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const [most] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one));
    const held = [...this.#known].filter(([, { owner }]) => owner === most);
    const [oldest] = held.reduce((one, other) => (other[1].taken < one[1].taken ? other : one));
    this.#drop(oldest);
  }

  #drop(id: HostId): void {
    this.#known.delete(id);
    this.#keeper?.drop(id);
  }

  /**
   * A reporter that is started anew never comes back as the one that it was: whoever does is another machine of the same id,
   * a copy of a virtual one, or somebody who sends again what was sent before.
   */
  #admitLife(known: Ownership, { host, session }: HostReport, now: number): void {
    if (session === known.session || !known.over.includes(session)) return;
    if (now - known.taken >= LATE) return;
    const name = host.name.slice(0, 80);
    this.#refuse(
      known,
      `another machine (${name}) has the same id, and its reports are refused: each needs an /etc/machine-id of its own`,
      now,
    );
    throw new DrydockError(
      'map.twin-host',
      'Another reporter tells of a host with this id: give this machine an id of its own (systemd-machine-id-setup) and start its reporter anew.',
    );
  }

  #refuse(known: Ownership | undefined, words: string, now: number): void {
    if (known === undefined) return;
    const { refused } = known;
    if (refused?.words !== words || now - refused.at >= REMEMBERED) this.revision++;
    known.refused = { words, at: now };
  }
}

const ANOTHER = 'another reporter tells of this host, too, and is refused: each host needs a token of its own';

function changeLife(known: Ownership, session: string): void {
  if (known.session !== undefined) known.over.push(known.session);
  if (known.over.length > MOST_LIVES) known.over.shift();
  const at = known.over.indexOf(session);
  if (at >= 0) known.over.splice(at, 1);
  known.session = session;
}
