import type { Operations } from '../../api/schema.ts';
import type { Choice } from '../../ui/field.tsx';

/** What the list can be narrowed by, besides its search. They stand in the address under these names. */
export const filterNames = [
  'state',
  'severity',
  'kind',
  'exploited',
  'concern',
  'complete',
  'endOfLife',
  'latest',
  'sort',
] as const;

/** Those that most people need; the others are shown on request, and where the address has one of them. */
export const firstFilters: ReadonlySet<string> = new Set(['state', 'severity', 'latest', 'sort']);

type FilterName = (typeof filterNames)[number];

const both = (label: string, yes: string, no?: string): { label: string; choices: readonly Choice[] } => ({
  label,
  choices: [
    { value: '', label },
    { value: 'true', label: yes },
    ...(no === undefined ? [] : [{ value: 'false', label: no }]),
  ],
});

/** The choices of each filter, the first one of which narrows nothing. */
export const choices: Readonly<Record<FilterName, { readonly label: string; readonly choices: readonly Choice[] }>> = {
  state: {
    label: 'State',
    choices: [
      { value: '', label: 'Every state' },
      { value: 'done', label: 'Scanned' },
      { value: 'failed', label: 'Failed' },
      { value: 'scanning', label: 'Scanning' },
      { value: 'queued', label: 'Waiting' },
    ],
  },
  severity: {
    label: 'Severity',
    choices: [
      { value: '', label: 'Every severity' },
      { value: 'critical', label: 'With critical' },
      { value: 'critical,high', label: 'With high or worse' },
      { value: 'critical,high,medium', label: 'With medium or worse' },
    ],
  },
  kind: {
    label: 'Kind',
    choices: [
      { value: '', label: 'Every kind' },
      ...['malware', 'webshell', 'secret', 'configuration', 'history', 'persistence', 'evasion', 'service', 'call'].map(
        (kind) => ({ value: kind, label: `With ${kind}` }),
      ),
    ],
  },
  exploited: both('Exploited or not', 'With exploited ones', 'Without exploited ones'),
  concern: {
    label: 'Needs doing',
    choices: [
      { value: '', label: 'Needs doing or not' },
      { value: 'fixable-critical', label: 'Critical, with a fix' },
      { value: 'malware', label: 'Malware or a web shell' },
      { value: 'failed', label: 'Failed, not tried since' },
    ],
  },
  complete: both('Complete or not', 'Read completely', 'Not read completely'),
  endOfLife: both('Mended or not', 'End of life'),
  latest: both('Every scan', 'Last scan of each name', 'Older scans'),
  sort: {
    label: 'Order',
    choices: [
      { value: '', label: 'Newest first' },
      { value: 'severity', label: 'Worst first' },
      { value: 'reference', label: 'By name' },
    ],
  },
};

type Query = NonNullable<Operations['GET /api/images']['query']>;

/** What the service is asked with: words of the address that it knows, others are left out. */
export function queryOf(words: ReadonlyMap<string, string>): Query {
  const query: Record<string, string> = {};
  for (const [name, value] of words) {
    if (value === '') continue;
    const known = name === 'q' ? undefined : choices[name as FilterName].choices;
    if (known === undefined || known.some((choice) => choice.value === value)) query[name] = value;
  }
  return query as Query;
}
