import type { PickleImport } from '../../formats/models/pickle.ts';
import { type ImportStanding, standingOf } from './unsafe-imports.ts';

/** Names of each standing that are told apart; more are only said to be. */
const MAX_NAMES = 2000;
/** Names of an evidence, and letters of each. */
const SHOWN = 3;
const LETTERS = 36;

/** What gets attributes and items by names that are data. */
const GETTER = /^_?operator\.(?:attrgetter|getitem|itemgetter)$/;

/** Behind the opcode that makes one, joblib reads the bytes of an array, and opcodes again behind them. */
const ARRAY_WRAPPER = /(?:^|\.)NumpyArrayWrapper$/;

/** What a pickle imports, by its standing: each is judged, however many come before it. */
export class ImportTally {
  readonly #names: Readonly<Record<ImportStanding, Set<string>>> = {
    harmless: new Set(),
    unknown: new Set(),
    unsafe: new Set(),
  };
  readonly #isMore: Set<ImportStanding> = new Set();

  #getter: string | undefined;
  #hasArrays: boolean = false;

  add(imported: PickleImport): void {
    const standing = standingOf(imported);
    const names = this.#names[standing];
    const name = `${imported.module}.${imported.name}`;
    if (GETTER.test(name)) this.#getter = name;
    if (ARRAY_WRAPPER.test(imported.name)) this.#hasArrays = true;
    if (names.size < MAX_NAMES || names.has(name)) names.add(name);
    else this.#isMore.add(standing);
  }

  /** The last of what gets attributes by names. */
  get getter(): string | undefined {
    return this.#getter;
  }

  /** Its opcodes are not what joblib follows, which reads arrays between them. */
  get hasArrays(): boolean {
    return this.#hasArrays;
  }

  get size(): number {
    const { harmless, unknown, unsafe } = this.#names;
    return harmless.size + unknown.size + unsafe.size;
  }

  count(standing: ImportStanding): number {
    return this.#names[standing].size;
  }

  /** The first of them, and how many more there are. */
  listed(standing: ImportStanding): string {
    const names = [...this.#names[standing]];
    const shown = names.slice(0, SHOWN).map((name) => name.slice(0, LETTERS));
    const more = names.length - shown.length;
    const least = this.#isMore.has(standing) ? 'more than ' : '';
    return `${shown.join(', ')}${more > 0 ? ` and ${least}${more} more` : ''}`;
  }
}
