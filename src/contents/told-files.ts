import type { ContentFact } from '../model/fact.ts';
import type { Witness, WitnessWeight } from '../model/witness.ts';

/** Files of a layer that are told of for what weighs something, and as many for what does not: these must not hide those. */
const MOST_TOLD = 1000;
/** Witnesses that are told against one file. */
const MOST_WITNESSES = 20;

const order: Readonly<Record<WitnessWeight, number>> = { certain: 0, strong: 1, weak: 2 };

/** What is told of the files of one layer: bounded, since an image may bring as many as it likes. */
export class ToldFiles {
  readonly facts: ContentFact[] = [];
  /** Files of which nothing is told, although something speaks against them. */
  beyond = 0;
  #heavy = 0;

  /**
   * @param witnesses of any number: the heaviest are told
   * @param fact what else there is to tell; asked for only where it is told
   */
  add(witnesses: readonly Witness[], fact: () => Omit<ContentFact, 'witnesses'>): void {
    const isHeavy = witnesses.some(({ weight }) => weight !== 'weak');
    const told = isHeavy ? this.#heavy : this.facts.length - this.#heavy;
    if (told >= MOST_TOLD) {
      this.beyond++;
      return;
    }
    if (isHeavy) this.#heavy++;
    this.facts.push({ ...fact(), witnesses: heaviest(witnesses) });
  }
}

function heaviest(witnesses: readonly Witness[]): readonly Witness[] {
  if (witnesses.length <= MOST_WITNESSES) return witnesses;
  return witnesses.toSorted((a, b) => order[a.weight] - order[b.weight]).slice(0, MOST_WITNESSES);
}
