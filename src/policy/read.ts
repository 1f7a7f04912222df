import { hash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { parsePackageUrl } from '../formats/package-url.ts';
import { vexJustifications } from '../formats/vex/document.ts';
import { isNothing, quote, readYamlTree, YamlError, type YamlMapping, type YamlNode } from '../formats/yaml-tree.ts';
import { advisoryStates } from '../model/advisory.ts';
import { findingKinds } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { type Criteria, criterionNames, type Policy, type PolicyEntry } from './policy.ts';
import { versionConditionFault } from './version-condition.ts';

/** Bytes of a policy: nobody writes more by hand, nor reads it. */
export const mostPolicyBytes = 4 * 1024 * 1024;
const ENTRIES = 20_000;
/** Days that an entry may hold, unless its file says so: a year. */
const HORIZON = 366;
const LONGEST_HORIZON = 1830;
const DAY = 24 * 60 * 60 * 1000;

const entryKeys: readonly string[] = [...criterionNames, 'reason', 'expires', 'owner', 'justification'];
const choices: Readonly<Partial<Record<keyof Criteria, readonly string[]>>> = {
  kind: findingKinds,
  severity: severities,
  state: advisoryStates,
};

/**
 * Reads a policy: `accept:` with a list of entries, or a drydock.yaml with such a list below `policy:`.
 * @param file as messages are to name it
 * @param now the day that `expires` is measured from
 * @throws UsageError `usage.configuration` that names the file, the line, and what is wrong
 */
export async function readPolicy(text: string, file: string, now: Date): Promise<Policy> {
  try {
    const root = await readYamlTree(text);
    const digest = `sha256:${hash('sha256', text)}`;
    if (root === undefined) return { file, digest, entries: [] };
    if (root.kind !== 'mapping') throw new YamlError(root.line, 'a list of entries below "accept:" is expected');
    return { file, digest, entries: entriesOf(root, now) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError('usage.configuration', `${file}:${error.line}: ${error.message}.`, { cause: error });
  }
}

function entriesOf(root: YamlMapping, now: Date): PolicyEntry[] {
  // The other keys of a drydock.yaml are options, and are checked where those are.
  const inline = root.entries.get('policy');
  if (inline === undefined) checkKeys(root, ['accept', 'horizon', 'version'], 'a policy');
  const list = (inline ?? root.entries.get('accept'))?.value;
  const version = root.entries.get('version');
  if (inline === undefined && version !== undefined && textOf(version.value, 'version') !== '1') {
    throw new YamlError(version.line, 'version: 1 is the only one there is');
  }
  const horizon = inline === undefined ? horizonOf(root.entries.get('horizon')?.value) : HORIZON;
  if (list === undefined) throw new YamlError(root.line, 'a list of entries below "accept:" is expected');
  if (isNothing(list)) return [];
  if (list.kind !== 'list') throw new YamlError(list.line, 'a list of entries is expected, each beginning with "- "');
  if (list.items.length > ENTRIES) throw new YamlError(list.line, `more than ${ENTRIES} entries`);
  return list.items.map((item) => entryOf(item, horizon, now));
}

function horizonOf(node: YamlNode | undefined): number {
  if (node === undefined) return HORIZON;
  const text = textOf(node, 'horizon');
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= LONGEST_HORIZON) return days;
  throw new YamlError(
    node.line,
    `horizon: a number of days from 1 to ${LONGEST_HORIZON} is expected, not ${quote(text)}`,
  );
}

function entryOf(node: YamlNode, horizon: number, now: Date): PolicyEntry {
  if (node.kind !== 'mapping') throw new YamlError(node.line, 'an entry is expected: "id:", "reason:", "expires:"');
  checkKeys(node, entryKeys, 'an entry');
  const criteria: Record<string, readonly string[]> = {};
  for (const name of criterionNames) {
    const given = node.entries.get(name);
    if (given === undefined) continue;
    criteria[name] = valuesOf(given.value, name).map(({ text, line }) => checked(name, text, line));
  }
  if (Object.keys(criteria).length === 0) {
    throw new YamlError(
      node.line,
      `the entry says nothing of what it means: one of ${criterionNames.join(', ')} is expected`,
    );
  }
  const reason = required(node, 'reason', 'why this is accepted');
  const owner = optional(node, 'owner');
  const justification = optional(node, 'justification');
  const known = vexJustifications.find((one) => one === justification?.text);
  if (justification !== undefined && known === undefined) {
    const words = `justification: ${quote(justification.text)} is not one of ${vexJustifications.join(', ')}`;
    throw new YamlError(justification.line, words);
  }
  return {
    line: node.line,
    criteria: criteria as Criteria,
    reason: reason.text,
    expires: expiryOf(required(node, 'expires', 'the last day on which it holds (2026-12-31)'), horizon, now),
    ...(owner !== undefined && { owner: owner.text }),
    ...(known !== undefined && { justification: known }),
  };
}

function checked(name: keyof Criteria, text: string, line: number): string {
  const fault = criterionFault(name, text);
  if (fault !== undefined) throw new YamlError(line, `${name}: ${fault}`);
  return text;
}

/** What is wrong with a value of a criterion; undefined where nothing is. */
export function criterionFault(name: keyof Criteria, text: string): string | undefined {
  const allowed = choices[name];
  if (allowed !== undefined && !allowed.includes(text)) return `${quote(text)} is not one of ${allowed.join(', ')}`;
  if (name === 'layer' && !/^(?:\d{1,5}|sha256:[0-9a-f]{64})$/.test(text)) {
    return `an index from 0 or a diff id (sha256:...) is expected, not ${quote(text)}`;
  }
  if (name === 'package' && text.startsWith('pkg:') && parsePackageUrl(text) === undefined) {
    return `${quote(text)} is no package URL`;
  }
  return name === 'version' ? versionConditionFault(text) : undefined;
}

interface Value {
  readonly text: string;
  readonly line: number;
}

function valuesOf(node: YamlNode, name: string): readonly Value[] {
  if (node.kind !== 'list') return [{ text: textOf(node, name), line: node.line }];
  if (node.items.length === 0) throw new YamlError(node.line, `${name}: the list is empty`);
  return node.items.map((item) => ({ text: textOf(item, name), line: item.line }));
}

/** @throws YamlError for a list, a mapping, an alias, and for nothing */
function textOf(node: YamlNode, name: string): string {
  if (node.kind === 'alias') throw new YamlError(node.line, `${name}: aliases (*name) are not understood here`);
  if (node.kind !== 'scalar') throw new YamlError(node.line, `${name}: a text is expected, not a ${node.kind}`);
  const text = node.text.trim();
  if (text === '' || isNothing(node)) throw new YamlError(node.line, `${name}: a text is expected, nothing is there`);
  return text;
}

function optional({ entries }: YamlMapping, name: string): Value | undefined {
  const given = entries.get(name);
  return given === undefined ? undefined : { text: textOf(given.value, name), line: given.value.line };
}

function required(entry: YamlMapping, name: string, meaning: string): Value {
  const value = optional(entry, name);
  if (value === undefined) throw new YamlError(entry.line, `the entry has no "${name}": ${meaning}`);
  return value;
}

function expiryOf({ text, line }: Value, horizon: number, now: Date): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new YamlError(line, `expires: a day is expected (2026-12-31), not ${quote(text)}`);
  }
  const latest = new Date(now.getTime() + horizon * DAY).toISOString().slice(0, 10);
  if (text > latest) {
    throw new YamlError(
      line,
      `expires: ${text} is more than ${horizon} days away; ${latest} is the latest day there can be`,
    );
  }
  return text;
}

function checkKeys({ entries }: YamlMapping, known: readonly string[], what: string): void {
  for (const [key, { line }] of entries) {
    if (!known.includes(key)) throw new YamlError(line, `unknown key ${quote(key)}; ${what} has ${known.join(', ')}`);
  }
}
