import { hash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { parsePackageUrl } from '../formats/package-url.ts';
import { vexJustifications } from '../formats/vex/document.ts';
import { isNothing, quote, readYamlTree, YamlError, type YamlMapping, type YamlNode } from '../formats/yaml-tree.ts';
import { advisoryStates } from '../model/advisory.ts';
import { findingKinds } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { exceptionsOf, readLicencePolicy } from './licences/read.ts';
import { readTerm } from './licences/terms.ts';
import { type Criteria, criterionNames, type Policy, type PolicyEntry } from './policy.ts';
import { versionConditionFault } from './version-condition.ts';
import { checkKeys, textOf, type Value, valuesOf } from './yaml-values.ts';

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
 * Reads a policy: `accept:` with a list of entries and `licences:` with what is allowed, or a drydock.yaml with such a list below `policy:`.
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
    const licences = root.entries.get('policy') === undefined ? root.entries.get('licences')?.value : undefined;
    return {
      file,
      digest,
      entries: entriesOf(root, now),
      ...(licences !== undefined && { licences: readLicencePolicy(licences, file) }),
    };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError('usage.configuration', `${file}:${error.line}: ${error.message}.`, { cause: error });
  }
}

function entriesOf(root: YamlMapping, now: Date): PolicyEntry[] {
  // The other keys of a drydock.yaml are options, and are checked where those are.
  const inline = root.entries.get('policy');
  if (inline === undefined) checkKeys(root, ['accept', 'licences', 'horizon', 'version'], 'a policy');
  const list = (inline ?? root.entries.get('accept'))?.value;
  const version = root.entries.get('version');
  if (inline === undefined && version !== undefined && textOf(version.value, 'version') !== '1') {
    throw new YamlError(version.line, 'version: 1 is the only one there is');
  }
  const horizon = inline === undefined ? horizonOf(root.entries.get('horizon')?.value) : HORIZON;
  const licences = inline === undefined ? root.entries.get('licences')?.value : undefined;
  if (list === undefined && licences === undefined) {
    throw new YamlError(root.line, 'a list of entries below "accept:" is expected');
  }
  const exceptions = licences === undefined ? [] : exceptionsOf(licences);
  const accepted = list === undefined || isNothing(list) ? [] : itemsOf(list);
  if (accepted.length + exceptions.length > ENTRIES) throw new YamlError(root.line, `more than ${ENTRIES} entries`);
  return [
    ...accepted.map((item) => entryOf(item, horizon, now)),
    ...exceptions.map((item) => exceptionOf(item, horizon, now)),
  ];
}

function itemsOf(list: YamlNode): readonly YamlNode[] {
  if (list.kind === 'list') return list.items;
  throw new YamlError(list.line, 'a list of entries is expected, each beginning with "- "');
}

const exceptionKeys: readonly string[] = ['package', 'version', 'licence', 'image', 'reason', 'expires', 'owner'];

/** An exception is an entry that means findings of the kind `licence` alone. */
function exceptionOf(node: YamlNode, horizon: number, now: Date): PolicyEntry {
  if (node.kind === 'mapping') {
    checkKeys(node, exceptionKeys, 'an exception');
    if (!node.entries.has('package') && !node.entries.has('licence')) {
      throw new YamlError(node.line, 'the exception says nothing of what it means: package or licence is expected');
    }
  }
  const entry = entryOf(node, horizon, now);
  return { ...entry, criteria: { ...entry.criteria, kind: ['licence'] } };
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
  if (name === 'licence') {
    const term = readTerm(text, 0);
    return typeof term === 'string' ? term : undefined;
  }
  return name === 'version' ? versionConditionFault(text) : undefined;
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
