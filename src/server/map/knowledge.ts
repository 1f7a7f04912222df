import type { Severity } from '../../model/severity.ts';
import { compareSeverity } from '../../model/severity.ts';
import type { ImageKnowledge, KnowledgeSource, KnownPackage, ProcessFacts } from '../../model/topology.ts';
import type { ContainerEntry, ProcessEntry } from './host-state.ts';

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
  /** At most `MOST_USES`; none where a run that was watched used it. */
  readonly uses: readonly Use[];
}

/** What is known of the software of a container, and of that which runs. */
export interface Judgement {
  readonly knowledge: ImageKnowledge | undefined;
  /** Those with vulnerabilities, the gravest first. */
  readonly inUse: readonly PackageInUse[];
  /** The gravest of all packages of the image. */
  readonly installed?: Severity;
}

const MOST_USES = 10;

interface Asked {
  knowledge?: ImageKnowledge;
  /** When it is asked again. */
  next: number;
  /** When somebody wanted to know it last. */
  used: number;
  asking: boolean;
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
  /** Grows whenever more is known. */
  revision = 0;

  /** @param source absent: nothing is known of any image */
  constructor(source: KnowledgeSource | undefined) {
    this.#source = source;
  }

  /** What is known by now; asks where that is long ago. */
  of({ facts: { image } }: ContainerEntry, now: number): ImageKnowledge | undefined {
    if (this.#source === undefined || image.id === '') return undefined;
    let asked = this.#images.get(image.id);
    if (asked === undefined) {
      if (this.#images.size >= MOST_IMAGES && !this.#dropUnused(now)) return undefined;
      asked = { next: 0, used: now, asking: false };
      this.#images.set(image.id, asked);
    }
    // At the end of the order stand those that were wanted last.
    if (asked.used !== now) {
      asked.used = now;
      this.#images.delete(image.id);
      this.#images.set(image.id, asked);
    }
    if (!asked.asking && now >= asked.next) void this.#ask(asked, image, now);
    return asked.knowledge;
  }

  /** @returns whether there is room for another image now */
  #dropUnused(now: number): boolean {
    for (const [id, { used }] of this.#images) return now - used >= UNUSED && this.#images.delete(id);
    return true;
  }

  async #ask(asked: Asked, image: { readonly id: string; readonly reference: string }, now: number): Promise<void> {
    asked.asking = true;
    try {
      const knowledge = await this.#source!.of(image);
      if (knowledge !== asked.knowledge) this.revision++;
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
    if (knowledge === undefined || knowledge.state !== 'known') return { knowledge, inUse: [] };
    const uses = new Map<number, Use[]>();
    for (const process of processes) {
      for (const [index, file] of this.#packagesOf(process.facts, knowledge)) {
        const known = uses.get(index);
        if (known === undefined) uses.set(index, [{ process, file }]);
        else if (known.length < MOST_USES) known.push({ process, file });
      }
    }
    if (processes.length > 0) {
      for (const [index, { observedInUse }] of knowledge.packages.entries()) {
        if (observedInUse === true && !uses.has(index)) uses.set(index, []);
      }
    }
    const inUse = [...uses]
      .flatMap(([index, of]) => {
        const known = knowledge.packages[index];
        return known === undefined || known.vulnerabilities.length === 0 ? [] : [{ package: known, uses: of }];
      })
      .sort((a, b) => comparePackages(b.package, a.package));
    const installed = gravest(knowledge.packages.map((one) => one.vulnerabilities[0]?.severity));
    return { knowledge, inUse, ...(installed !== undefined && { installed }) };
  }

  /** Packages with vulnerabilities that a process runs or has in memory, the gravest first. */
  packagesOf(container: ContainerEntry, { facts }: ProcessEntry): readonly KnownPackage[] {
    const knowledge = this.#images.get(container.facts.image.id)?.knowledge;
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
