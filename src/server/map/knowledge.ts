import type { Severity } from '../../model/severity.ts';
import { compareSeverity } from '../../model/severity.ts';
import type {
  ContainerFacts,
  ContainerState,
  HostId,
  ImageKnowledge,
  KnowledgeSource,
  KnownPackage,
  ProcessFacts,
} from '../../model/topology.ts';
import type { ContainerEntry, ProcessEntry } from './host-state.ts';
import { digestsOfImage } from './image-digests.ts';

/** Milliseconds after which is asked again: what is being scanned may be known, what is known may be judged anew. */
const ASK_AGAIN: Readonly<Record<ImageKnowledge['state'], number>> = {
  known: 60_000,
  scanning: 2000,
  unknown: 20_000,
  failed: 60_000,
};

/** Images of which is known what somebody says of them. */
export const MOST_IMAGES = 5000;
/** Milliseconds after which one that nobody asked for makes room for another. */
const UNUSED = 60_000;

/** One process that runs, or has in memory, a file of a package. */
interface Use {
  readonly process: ProcessEntry;
  readonly file: string;
}

export interface PackageInUse {
  readonly package: KnownPackage;
  /** At most `MOST_USES`; none where only a run that was watched used it. */
  readonly uses: readonly Use[];
}

/** What is known of the software of a container, and of that which runs. */
export interface Judgement {
  readonly knowledge: ImageKnowledge | undefined;
  /** Those with vulnerabilities, the gravest first. */
  readonly inUse: readonly PackageInUse[];
  /** The gravest of all packages of the image. */
  readonly installed?: Severity;
  /** Nothing tells which of the packages are in use, so that `inUse` says nothing. */
  readonly isUseUnknown: boolean;
}

const MOST_USES = 10;
/** The sender of what the service tells of its own host. */
const OWN = 'own';

interface Asked {
  knowledge?: ImageKnowledge;
  /** When it is asked again. */
  next: number;
  /** Revision of the source when it was asked last. */
  told: number;
  /** When somebody wanted to know it last. */
  used: number;
  asking: boolean;
  /** Who tells of the containers that it is kept for. */
  sender: string;
}

/** What runs of what is known: which packages processes have in use, and with what vulnerabilities. */
export class Knowledge {
  readonly #source: KnowledgeSource | undefined;
  readonly #images = new Map<string, Asked>();
  /** By facts of a process, which are replaced when they change. */
  #used = new WeakMap<
    ProcessFacts,
    { readonly knowledge: ImageKnowledge; readonly packages: readonly [number, string][] }
  >();
  /** How many images are kept for each sender. */
  readonly #shares = new Map<string, number>();
  readonly #own: HostId | undefined;
  #learned = 0;

  /**
   * @param source absent: nothing is known of any image
   * @param own the host of the service: its images have room before those of others
   */
  constructor(source: KnowledgeSource | undefined, own?: HostId) {
    this.#source = source;
    this.#own = own;
  }

  /** Grows whenever more is known, or may be. */
  get revision(): number {
    return this.#learned + (this.#source?.revision ?? 0);
  }

  /** What is known by now; asks where that is long ago, or where something was told since. */
  of({ facts: { image }, host }: ContainerEntry, now: number): ImageKnowledge | undefined {
    if (this.#source === undefined || image.id === '') return undefined;
    const key = keyOf(image);
    const sender = host.id === this.#own ? OWN : `of ${host.sender ?? ''}`;
    let asked = this.#images.get(key);
    if (asked === undefined) {
      if (this.#images.size >= MOST_IMAGES && !this.#makeRoom(sender, now)) return undefined;
      asked = { next: 0, told: 0, used: now, asking: false, sender };
      this.#images.set(key, asked);
      this.#share(sender, 1);
    } else if (asked.sender !== sender && this.#weight(sender) < this.#weight(asked.sender)) {
      // Who asks for more than others decides nothing of what they have in common.
      this.#share(asked.sender, -1);
      this.#share(sender, 1);
      asked.sender = sender;
    }
    // At the end of the order stand those that were wanted last.
    if (asked.used !== now) {
      asked.used = now;
      this.#images.delete(key);
      this.#images.set(key, asked);
    }
    const isDue = now >= asked.next || asked.told !== (this.#source.revision ?? 0);
    if (!asked.asking && isDue) void this.#ask(asked, image, now);
    return asked.knowledge;
  }

  /** @returns whether there is room for another image of a sender now */
  #makeRoom(sender: string, now: number): boolean {
    for (const [key, { used }] of this.#images) {
      if (now - used >= UNUSED) return this.#drop(key);
      break;
    }
    // Whoever has the most gives: ids can be invented, and must not take the room of others.
    const [most] = [...this.#shares.keys()].toSorted((a, b) => this.#weight(b) - this.#weight(a));
    if (most === undefined || this.#weight(most) <= this.#weight(sender) + 1) return false;
    let oldest: string | undefined;
    for (const [key, one] of this.#images) {
      if (one.sender !== most) continue;
      if (one.knowledge?.state !== 'known') return this.#drop(key);
      oldest ??= key;
    }
    return oldest !== undefined && this.#drop(oldest);
  }

  /** How many images a sender has; the host of the service gives none away. */
  #weight(sender: string): number {
    return sender === OWN ? -1 : (this.#shares.get(sender) ?? 0);
  }

  #share(sender: string, more: number): void {
    const share = (this.#shares.get(sender) ?? 0) + more;
    if (share > 0) this.#shares.set(sender, share);
    else this.#shares.delete(sender);
  }

  #drop(key: string): boolean {
    const { sender } = this.#images.get(key)!;
    this.#share(sender, -1);
    return this.#images.delete(key);
  }

  async #ask(asked: Asked, image: ContainerFacts['image'], now: number): Promise<void> {
    asked.asking = true;
    asked.told = this.#source!.revision ?? 0;
    try {
      const knowledge = await this.#source!.of(image);
      if (knowledge !== asked.knowledge) this.#learned++;
      asked.knowledge = knowledge;
      asked.next = now + ASK_AGAIN[knowledge.state];
    } catch {
      // The source says by itself what it cannot find; a fault of it must not end the map.
      asked.next = now + ASK_AGAIN.failed;
    } finally {
      asked.asking = false;
    }
  }

  /** @param processes of the container, those that are there */
  judge(container: ContainerEntry, processes: readonly ProcessEntry[], now: number): Judgement {
    const knowledge = this.of(container, now);
    if (knowledge === undefined || knowledge.state !== 'known') return { knowledge, inUse: [], isUseUnknown: false };
    const isRunning = container.gone === undefined && running.has(container.facts.state);
    const uses = new Map<number, Use[]>();
    for (const process of processes) {
      for (const [index, file] of this.#packagesOf(process.facts, knowledge)) {
        const known = uses.get(index);
        if (known === undefined) uses.set(index, [{ process, file }]);
        else if (known.length < MOST_USES) known.push({ process, file });
      }
    }
    if (isRunning) {
      for (const [index, { observed }] of knowledge.packages.entries()) {
        if (observed !== undefined && !uses.has(index)) uses.set(index, []);
      }
    }
    const inUse = [...uses]
      .flatMap(([index, of]) => {
        const known = knowledge.packages[index];
        return known === undefined || known.vulnerabilities.length === 0 ? [] : [{ package: known, uses: of }];
      })
      .sort((a, b) => comparePackages(b.package, a.package));
    const installed = gravest(knowledge.packages.map((one) => one.vulnerabilities[0]?.severity));
    const isSeen = knowledge.run !== undefined || processes.some((one) => isUseSeen(one, knowledge));
    return {
      knowledge,
      inUse,
      // Of what was not read something may be in use as well.
      isUseUnknown: isRunning && ((!isSeen && installed !== undefined) || knowledge.incomplete !== undefined),
      ...(installed !== undefined && { installed }),
    };
  }

  /** Packages with vulnerabilities that a process runs or has in memory, the gravest first. */
  packagesOf(container: ContainerEntry, { facts }: ProcessEntry): readonly KnownPackage[] {
    const knowledge = this.#images.get(keyOf(container.facts.image))?.knowledge;
    if (knowledge?.state !== 'known') return [];
    return this.#packagesOf(facts, knowledge)
      .flatMap(([index]) => knowledge.packages[index] ?? [])
      .filter(({ vulnerabilities }) => vulnerabilities.length > 0)
      .sort((a, b) => comparePackages(b, a));
  }

  /** Each package once, with the first file. */
  #packagesOf(facts: ProcessFacts, knowledge: ImageKnowledge): readonly [number, string][] {
    const known = this.#used.get(facts);
    if (known?.knowledge === knowledge) return known.packages;
    const packages = new Map<number, string>();
    const look = (file: string): void => {
      for (const index of knowledge.packagesOf(file)) if (!packages.has(index)) packages.set(index, file);
    };
    if (facts.executable !== undefined) look(facts.executable);
    for (const library of facts.libraries ?? []) look(library);
    const found = [...packages];
    this.#used.set(facts, { knowledge, packages: found });
    return found;
  }
}

/**
 * All that decides what an image is found by: a digest in the name is what one host says of its containers, and those of others
 * that have the same id are asked for by themselves.
 */
function keyOf(image: ContainerFacts['image']): string {
  let key = keys.get(image);
  if (key === undefined) {
    key = `${image.id} ${digestsOfImage(image).join()}`;
    keys.set(image, key);
  }
  return key;
}

/** Asked for of each container whenever it is judged. */
const keys = new WeakMap<ContainerFacts['image'], string>();

/** Those in which processes may be that have software in use. */
const running: ReadonlySet<string> = new Set<ContainerState>(['running', 'paused', 'restarting', 'unknown']);

/** Whether it is known which packages a process has in use, by the files that it has in memory. */
export function isUseSeen({ facts }: ProcessEntry, knowledge: ImageKnowledge): boolean {
  return facts.executable !== undefined && knowledge.withoutFiles !== true;
}

/** Positive where the vulnerabilities of `a` are graver. */
function comparePackages(a: KnownPackage, b: KnownPackage): number {
  const [first, second] = [a.vulnerabilities[0]!, b.vulnerabilities[0]!];
  return (
    compareSeverity(first.severity, second.severity) ||
    Number(first.knownExploited ?? false) - Number(second.knownExploited ?? false) ||
    (first.epss ?? 0) - (second.epss ?? 0) ||
    (a.purl < b.purl ? 1 : -1)
  );
}

export function gravest(severities: readonly (Severity | undefined)[]): Severity | undefined {
  let worst: Severity | undefined;
  for (const one of severities)
    if (one !== undefined && (worst === undefined || compareSeverity(one, worst) > 0)) worst = one;
  return worst;
}
