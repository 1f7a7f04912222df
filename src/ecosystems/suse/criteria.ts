import type { OvalCriteria, OvalLeaf, OvalTest } from '../../formats/oval/model.ts';
import { type OvalMeaning, oddityWords, walkOval } from '../../formats/oval/walk.ts';
import type { AdvisoryState } from '../../model/advisory.ts';
import type { SuseDocument } from './documents.ts';

/** What a definition says of one package in one namespace. */
export interface SuseRow {
  readonly namespace: string;
  readonly name: string;
  readonly state: AdvisoryState;
  readonly fixed?: string;
  /** Absent: all. */
  readonly architectures?: readonly string[];
}

interface Statement {
  readonly state: AdvisoryState;
  readonly fixed?: string;
  readonly architectures?: readonly string[];
}

/** A product, by the test for its release package. `extended`: what is paid for after the general support. */
interface Product {
  readonly namespace: string;
  readonly extended: boolean;
}

/** Architectures that all releases have: a list with all of them says nothing. */
const everywhere = ['aarch64', 'ppc64le', 's390x', 'x86_64'];

/**
 * What a definition says, by namespace and package. A server and its modules, and its extended support, are products of
 * one namespace: what is said for general support counts, then what extended support fixed, then that it is affected.
 */
export function readRows(
  criteria: OvalCriteria,
  document: SuseDocument,
): {
  readonly rows: readonly SuseRow[];
  readonly oddities: readonly string[];
  readonly unknown: readonly string[];
} {
  const unknown = new Set<string>();
  const { ways, oddities } = walkOval<Statement, Product | 'other'>(criteria, (leaf) =>
    meaningOf(leaf, document, unknown),
  );
  const best = new Map<string, { rank: number; rows: Map<string, SuseRow> }>();
  for (const { contexts, packages } of ways) {
    for (const product of productsOf(contexts, document)) {
      for (const { name, values } of packages) {
        const statement = values[0];
        if (statement === undefined) continue;
        const { namespace, extended } = product;
        const row: SuseRow = { namespace, name, ...statement };
        keep(best, row, rankOf(statement.state, extended));
      }
    }
  }
  const rows = [...best.values()].flatMap((entry) => [...entry.rows.values()]);
  // A kernel is asked for together with its live patches; each of them has its own version.
  const strange = oddities.filter((oddity) => oddity !== 'several-packages').map((oddity) => oddityWords[oddity]);
  return { rows, oddities: strange, unknown: [...unknown] };
}

function keep(best: Map<string, { rank: number; rows: Map<string, SuseRow> }>, row: SuseRow, rank: number): void {
  // Statements that something is not affected stand beside fixes: which of them counts is decided with the package.
  const key = `${row.namespace}\0${row.name}\0${row.state === 'not-affected'}`;
  const before = best.get(key);
  if (before !== undefined && before.rank < rank) return;
  const rows = before !== undefined && before.rank === rank ? before.rows : new Map<string, SuseRow>();
  rows.set(`${row.fixed}\0${row.architectures?.join(' ')}`, row);
  best.set(key, { rank, rows });
}

function rankOf(state: AdvisoryState, extended: boolean): number {
  if (state === 'affected') return 2;
  return extended ? 1 : 0;
}

/** Products of all lists; the document's own release where none is asked for. */
function productsOf(contexts: readonly (readonly (Product | 'other')[])[], document: SuseDocument): readonly Product[] {
  if (contexts.length === 0) {
    return document.namespace === undefined ? [] : [{ namespace: document.namespace, extended: false }];
  }
  // One namespace may be there as several products: general support is the one that counts.
  const found = new Map<string, Product>();
  for (const product of contexts.flat()) {
    if (product === 'other') continue;
    const before = found.get(product.namespace);
    if (before === undefined || before.extended) found.set(product.namespace, product);
  }
  const inAll = (namespace: string): boolean =>
    contexts.every((group) => group.some((one) => one !== 'other' && one.namespace === namespace));
  return [...found.values()].filter(({ namespace }) => inAll(namespace));
}

type Meaning = OvalMeaning<Statement, Product | 'other'>;

function meaningOf({ test, comment, negate }: OvalLeaf, document: SuseDocument, unknown: Set<string>): Meaning {
  if (test === undefined) unknown.add('tests that are referred to are not in the document');
  // The kernel that runs: an image runs none.
  if (test?.kind === 'uname_test') return { kind: 'fails' };
  if (test?.kind !== 'rpminfo_test' || test.name === undefined) return { kind: 'fails' };
  if (test.conditions.some(({ property }) => property === 'signature_keyid')) return { kind: 'holds' };
  const version = releaseOf(test);
  if (version !== undefined) {
    const namespace = document.namespaceOf(test.name, version);
    if (namespace === undefined) {
      unknown.add(`nobody knows the product of ${test.name} ${version}`);
      return { kind: 'context', value: 'other' };
    }
    if (namespace === 'other') return { kind: 'context', value: 'other' };
    // The test is that of the product itself, also for what is sold with it: only the comment tells.
    const extended = /-(?:LTSS|ESPOS|BCL|TERADATA)\b/i.test(comment) || /ltss|espos|bcl/i.test(test.name);
    return { kind: 'context', value: { namespace, extended } };
  }
  // Whether a live patch is there that would help, and whether the kernel is the one that it is for: an image runs none.
  const [condition] = test.conditions;
  if (negate || (condition?.property === 'evr' && condition.operation === 'equals')) {
    return { kind: 'holds' };
  }
  const statement = statementOf(test);
  if (statement !== undefined) return { kind: 'package', name: test.name, value: statement };
  unknown.add(`nobody knows what a test of ${test.name} asks for`);
  return { kind: 'fails' };
}

/** The version that a test for a release package asks for. */
function releaseOf({ name, conditions }: OvalTest): string | undefined {
  const [condition] = conditions;
  if (name?.endsWith('-release') !== true || condition === undefined || conditions.length > 1) return undefined;
  const { property, operation, value } = condition;
  if (property === 'version' && operation === 'equals') return value;
  // Tumbleweed rolls on: any day after its first one.
  return property === 'evr' && operation === 'greater than or equal' ? value : undefined;
}

function statementOf({ conditions }: OvalTest): Statement | undefined {
  let statement: Statement | undefined;
  let architectures: readonly string[] | undefined;
  for (const { property, operation, value } of conditions) {
    if (property === 'arch') architectures = architecturesOf(value);
    else if (property === 'evr' && operation === 'less than') statement = { state: 'fixed', fixed: versionOf(value) };
    else if (property === 'evr' && operation === 'greater than' && value === '0:0-0') statement = { state: 'affected' };
    else if (property === 'version' && operation === 'equals' && value === '0') statement = { state: 'not-affected' };
    else return undefined;
  }
  if (statement === undefined) return undefined;
  return { ...statement, ...(architectures !== undefined && { architectures }) };
}

/** `(aarch64|x86_64)`. */
function architecturesOf(pattern: string): readonly string[] | undefined {
  const list = /^\(?([a-z0-9_]+(?:\|[a-z0-9_]+)*)\)?$/.exec(pattern)?.[1]?.split('|');
  return list === undefined || everywhere.every((one) => list.includes(one)) ? undefined : list;
}

/** The fixed versions of live patches have a release too many, of 0: `0:14-150200.2.1-0`. */
function versionOf(evr: string): string {
  return evr.replace(/^((?:\d+:)?[^:-]+-[^-]+)-0$/, '$1');
}
