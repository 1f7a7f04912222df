import { type Facet, facets } from './finding-facets.ts';
import { type FindingIndex, NO_VALUE } from './finding-index.ts';

/** What is asked of findings: words that all have to occur, and per facet the values of which one has to hold. */
export interface FindingQuery {
  readonly text: string;
  /** A facet that is absent or empty asks nothing. */
  readonly chosen: Readonly<Partial<Record<Facet, ReadonlySet<string>>>>;
}

export interface FindingMatches {
  /** 1 for each finding that answers the query. */
  readonly matched: Uint8Array;
  readonly count: number;
  /**
   * Per facet and value: how many findings there would be with this value alone in its facet, all other facets and the text
   * as they are. In the order of `FindingIndex.values`.
   */
  readonly counts: Readonly<Record<Facet, Uint32Array>>;
}

/** Answers queries on one list of findings; what the text found is kept for the next keystroke. */
export class FindingFilter {
  readonly #index: FindingIndex;
  #text = '';
  #hits: Uint8Array;

  constructor(index: FindingIndex) {
    this.#index = index;
    this.#hits = new Uint8Array(index.findings.length).fill(1);
  }

  find({ text, chosen }: FindingQuery): FindingMatches {
    const { codes, values, findings } = this.#index;
    const hits = this.#searched(text);
    const asked = facets.map((facet) => allowed(values[facet], chosen[facet]));
    const columns = facets.map((facet) => codes[facet]);
    const counts = facets.map((facet) => new Uint32Array(values[facet].length));
    const matched = new Uint8Array(findings.length);
    let count = 0;
    for (let row = 0; row < findings.length; row++) {
      if (hits[row] === 0) continue;
      // -1: all facets agree; else the one that alone does not; -2: several.
      let against = -1;
      for (let facet = 0; facet < columns.length && against !== -2; facet++) {
        const wanted = asked[facet];
        if (wanted === undefined) continue;
        const code = columns[facet]![row]!;
        if (code !== NO_VALUE && wanted[code] === 1) continue;
        against = against === -1 ? facet : -2;
      }
      if (against === -2) continue;
      if (against === -1) {
        matched[row] = 1;
        count++;
      }
      for (let facet = 0; facet < columns.length; facet++) {
        if (against !== -1 && against !== facet) continue;
        const code = columns[facet]![row]!;
        if (code !== NO_VALUE) counts[facet]![code]!++;
      }
    }
    return {
      matched,
      count,
      counts: Object.fromEntries(facets.map((facet, place) => [facet, counts[place]!])) as Record<Facet, Uint32Array>,
    };
  }

  /** Whoever types on narrows: only what was found is looked at again. */
  #searched(text: string): Uint8Array {
    const wanted = text.toLowerCase();
    if (wanted === this.#text) return this.#hits;
    const words = wordsOf(wanted);
    const narrows = !wanted.includes('"') && wanted.startsWith(this.#text);
    const before = this.#hits;
    const { texts } = this.#index;
    const hits = new Uint8Array(texts.length);
    for (let row = 0; row < texts.length; row++) {
      if (narrows && before[row] === 0) continue;
      const searched = texts[row]!;
      hits[row] = words.every((word) => searched.includes(word)) ? 1 : 0;
    }
    this.#text = wanted;
    this.#hits = hits;
    return hits;
  }
}

function allowed(values: readonly string[], chosen: ReadonlySet<string> | undefined): Uint8Array | undefined {
  if (chosen === undefined || chosen.size === 0) return undefined;
  return Uint8Array.from(values, (value) => (chosen.has(value) ? 1 : 0));
}

/** Words between blanks; what stands between quotes is one word with its blanks. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)]
    .map(([word, quoted]) => quoted ?? word)
    .filter((word) => word !== '');
}
