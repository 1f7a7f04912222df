import { createHash } from 'node:crypto';
import type { RuleDoc } from '../../model/check.ts';
import type { SecretFact } from '../../model/fact.ts';
import type { Confidence, Finding } from '../../model/finding.ts';
import type { ImageSecret } from '../../model/image-secret.ts';
import { compareText } from '../../model/order.ts';
import type { Severity } from '../../model/severity.ts';
import type { ImageView } from '../../model/view.ts';
import { secretRules } from '../../secrets/forms/index.ts';
import type { SecretRule } from '../../secrets/secret-rule.ts';
import { findingOf } from '../finding.ts';
import { hiderOf } from '../place.ts';
import { placesInTexts } from './places-in-texts.ts';
import { sourceOf } from './python-source.ts';
import { secretRuleDoc } from './rule-docs.ts';

/** Places of one finding. */
const PLACES = 1000;

const rules: ReadonlyMap<string, SecretRule> = new Map(secretRules.map((rule) => [rule.id, rule]));

/** One place of a secret. */
interface Place {
  readonly layer: number;
  readonly fact: SecretFact;
}

/** What was found in files and in the configuration, one finding for each secret however many places it has. */
export function* secretFindings(view: ImageView): Iterable<Finding> {
  const groups = new Map<string, Place[]>();
  for (const { layer, fact } of view.facts('secret')) {
    if (hasSource(view, layer, fact)) continue;
    const key =
      fact.fingerprint === undefined
        ? `${fact.rule}\0${layer}\0${fact.path}\0${fact.offset}`
        : `${fact.rule}\0${fact.fingerprint}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ layer, fact }]);
    else if (group.length < PLACES) group.push({ layer, fact });
  }
  for (const places of groups.values()) yield ofFiles(view, places);
  yield* ofConfiguration(view, groups);
}

/**
 * Whether the program that bytecode was made of is there, too: what it says was looked at there, where comments and
 * documentation can be told from the rest. Where it was changed since, the bytecode may have what somebody took out.
 */
function hasSource(view: ImageView, layer: number, { path, sourceSize }: SecretFact): boolean {
  const source = sourceSize === undefined ? undefined : sourceOf(path);
  if (source === undefined) return false;
  const seen = view.resolve(source);
  return seen.found && seen.file.layer <= layer && seen.file.header.size === sourceSize;
}

function containerOf(path: string): string {
  const bang = path.indexOf('!/');
  return bang < 0 ? path : path.slice(0, bang);
}

function ofFiles(view: ImageView, places: readonly Place[]): Finding {
  const hidden = new Map(places.map((place) => [place, view.hiddenBy(place.layer, containerOf(place.fact.path))]));
  const order = (place: Place): number => (hidden.get(place) === undefined ? 0 : 1);
  const sorted = places.toSorted(
    (a, b) => order(a) - order(b) || a.layer - b.layer || compareText(a.fact.path, b.fact.path),
  );
  const [first] = sorted as [Place, ...Place[]];
  const { layer, fact } = first;
  const rule = rules.get(fact.rule);
  const by = hidden.get(first);
  const how = by === undefined ? '' : ` ${recovery(view, layer, by, containerOf(fact.path))}`;
  const { path, offset, line, confidence } = fact;
  return findingOf(docFor(rule, fact.rule), view.image.layers[layer], {
    severity: severityOf(rule, fact),
    confidence,
    ...hiderOf(view, layer, containerOf(path)),
    location: { path, ...(line !== undefined ? { line } : { offset }) },
    ...(fact.fingerprint !== undefined && { fingerprint: fact.fingerprint }),
    ...(sorted.length > 1 && { locations: sorted.map((place) => ({ path: place.fact.path, layer: place.layer })) }),
    evidence: `${what(fact)}${sorted.length > 1 ? `, in ${sorted.length} places` : ''}.${how}`,
  });
}

/** A rule of an older version of ours may have left facts in a cache; nothing of it is lost. */
function docFor(rule: SecretRule | undefined, id: string): RuleDoc {
  if (rule !== undefined) return secretRuleDoc(rule);
  const title = 'A secret';
  return {
    id,
    kind: 'secret',
    title,
    severity: 'medium',
    why: title,
    remediation: 'Take it out of use and out of the image.',
  };
}

function severityOf(rule: SecretRule | undefined, { encrypted }: Pick<SecretFact, 'encrypted'>): Severity {
  return encrypted === true ? 'low' : (rule?.severity ?? 'medium');
}

const proofs: Readonly<Record<NonNullable<SecretFact['validated']>, string>> = {
  checksum: 'its checksum is right',
  structure: 'it has the form that its issuer gives it',
  parsed: 'all of it could be read',
};

function what({
  shown,
  fingerprint,
  validated,
  encrypted,
  confidence,
}: Pick<SecretFact, 'shown' | 'fingerprint' | 'validated' | 'encrypted'> & {
  readonly confidence: Confidence;
}): string {
  const parts = [
    ...(validated === undefined ? [] : [proofs[validated]]),
    ...(encrypted === true ? ['a password protects it'] : []),
    ...(confidence === 'low' ? ['it may be something else'] : []),
    ...(fingerprint === undefined ? [] : [`fingerprint ${fingerprint}`]),
  ];
  const length = /^\((\d+) characters\)$/.exec(shown)?.[1];
  const it = length === undefined ? `It is ${shown}` : `It has ${length} characters`;
  return `${it}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

/** What brought it, what hides it, and how whoever has the image gets it all the same. */
function recovery({ image }: ImageView, layer: number, by: number, path: string): string {
  const diffId = image.layers[layer]?.diffId ?? image.layers[layer]?.digest;
  const name = diffId === undefined ? `of layer ${layer}` : `of layer ${layer} (${diffId.slice(0, 19)})`;
  return `Layer ${by} hides it, but "docker save IMAGE" writes the archive ${name}, and "tar -xO" takes ${path} out of it.`;
}

/** Secrets that stood in the texts of the image, which are redacted everywhere else. */
function* ofConfiguration(view: ImageView, files: ReadonlyMap<string, readonly Place[]>): Iterable<Finding> {
  const groups = Map.groupBy(view.image.secrets ?? [], ({ rule, fingerprint, number }) =>
    fingerprint === undefined ? `${rule}\0\0${number}` : `${rule}\0${fingerprint}`,
  );
  for (const [key, group] of groups) {
    const [first] = group as [ImageSecret, ...ImageSecret[]];
    const index = group.find(({ historyIndex }) => historyIndex !== undefined)?.historyIndex;
    const layer = index === undefined ? undefined : view.image.layers[view.image.history[index]?.layerIndex ?? -1];
    const copy = files.get(key)?.[0]?.fact.path;
    const copied = copy === undefined ? '' : ` It stands in ${copy}, too.`;
    const rule = rules.get(first.rule);
    yield findingOf(docFor(rule, first.rule), layer, {
      severity: severityOf(rule, first),
      confidence: first.confidence,
      ...(index !== undefined && { historyIndex: index }),
      fingerprint: first.fingerprint ?? placePrint(view, first),
      evidence: `${what(first)}, in ${placesInTexts(view, group)}. Whoever can pull the image can read it.${copied}`,
    });
  }
}

/** By which a secret that might be guessed is known: nothing of the secret, but what has it. */
function placePrint({ image }: ImageView, { rule, where, name, historyIndex }: ImageSecret): string {
  const instruction = historyIndex === undefined ? undefined : image.history[historyIndex]?.instruction;
  return createHash('sha256')
    .update(JSON.stringify([rule, where, name, instruction]))
    .digest('hex')
    .slice(0, 16);
}
