import { useDeferredValue, useMemo } from 'react';
import type { Finding } from '../../api/schema.ts';
import { useAddressWords } from '../address-state.ts';
import { type Facet, facets } from './finding-facets.ts';
import { FindingFilter, type FindingMatches } from './finding-filter.ts';
import { type FindingGroup, type Grouping, groupFindings, groupings } from './finding-groups.ts';
import { type FindingIndex, indexFindings } from './finding-index.ts';
import { type Order, orderFindings, orders } from './finding-order.ts';

/** What is asked of the findings, as the address has it. */
export interface AskedFindings {
  readonly chosen: Readonly<Partial<Record<Facet, ReadonlySet<string>>>>;
  readonly order: Order;
  readonly backwards: boolean;
  readonly grouping: Grouping;
}

export interface ListedFindings extends AskedFindings {
  readonly index: FindingIndex;
  readonly matches: FindingMatches;
  /** Places of the findings that match, in the order. */
  readonly rows: Uint32Array;
  /** Absent where they are not grouped. */
  readonly groups: readonly FindingGroup[] | undefined;
}

/** Values of one facet in the address, between commas. */
export function valuesOf(word: string): ReadonlySet<string> {
  return new Set(word.split(',').filter((value) => value !== ''));
}

/**
 * Reads what is asked. What somebody accepts is left out until it is asked for: nothing of it is to be done.
 * `accepted=all` has both.
 */
export function readAsked(words: Readonly<Record<Facet | 'sort' | 'group', string>>): AskedFindings {
  const chosen: Partial<Record<Facet, ReadonlySet<string>>> = {};
  for (const facet of facets) chosen[facet] = valuesOf(words[facet]);
  chosen.accepted =
    words.accepted === 'all' ? new Set<string>() : words.accepted === '' ? new Set(['open']) : valuesOf(words.accepted);
  const backwards = words.sort.startsWith('-');
  const order = orders.find((one) => one === words.sort.replace('-', '')) ?? 'priority';
  const grouping = groupings.find((one) => one === words.group) ?? 'none';
  return { chosen, order, backwards, grouping };
}

const keys = [...facets, 'sort', 'group'] as const;

/**
 * The findings as the address asks for them.
 * @param text what is searched for: of the field, which is ahead of the address
 */
export function useFindings(findings: readonly Finding[], text: string): ListedFindings {
  const words = useAddressWords(keys);
  const asked = useMemo(() => readAsked(words), [words]);
  const index = useMemo(() => indexFindings(findings), [findings]);
  const filter = useMemo(() => new FindingFilter(index), [index]);
  const searched = useDeferredValue(text);
  const matches = useMemo(
    () => filter.find({ text: searched, chosen: asked.chosen }),
    [filter, searched, asked.chosen],
  );
  const ordered = useMemo(
    () => orderFindings(findings, asked.order, asked.backwards),
    [findings, asked.order, asked.backwards],
  );
  const rows = useMemo(() => ordered.filter((row) => matches.matched[row] === 1), [ordered, matches]);
  const groups = useMemo(
    () => (asked.grouping === 'none' ? undefined : groupFindings(findings, rows, asked.grouping)),
    [findings, rows, asked.grouping],
  );
  return { ...asked, index, matches, rows, groups };
}
