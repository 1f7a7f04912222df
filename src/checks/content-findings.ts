import { judgeWitnesses, type Verdict } from '../contents/verdict.ts';
import type { ContentFact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import { compareText } from '../model/order.ts';
import type { Problem } from '../model/problem.ts';
import type { ImageView } from '../model/view.ts';
import type { Witness } from '../model/witness.ts';
import { hiderOf, placeOf } from './place.ts';

/** One place at which a file stands. */
interface Place {
  readonly layer: number;
  readonly path: string;
}

/** A file, once however many copies of it there are, and what speaks against it. */
interface Suspect {
  readonly type: string;
  readonly md5?: string;
  readonly places: Place[];
  readonly witnesses: Witness[];
  readonly checks: Set<string>;
}

/** Places of one finding that a report names. */
const NAMED = 1000;

/**
 * What a check of contents finds. All of them look at the witnesses of all, so that there is one verdict for a file; the
 * check that the verdict is about tells it.
 */
export function* contentFindings(view: ImageView, check: string): Iterable<Finding | Problem> {
  for (const suspect of suspectsOf(view)) {
    const verdict = judgeWitnesses(suspect.type, suspect.witnesses);
    if (verdict !== undefined && speakerOf(verdict, suspect.checks) === check) yield findingFor(view, suspect, verdict);
  }
  yield* unjudged(view, check);
}

function suspectsOf(view: ImageView): readonly Suspect[] {
  const suspects = new Map<string, Suspect>();
  const places = new Map<string, Set<string>>();
  for (const { layer, fact } of view.facts('content')) {
    const key = fact.sha256 ?? `${layer} ${fact.path}`;
    const place = `${layer} ${fact.path}`;
    let suspect = suspects.get(key);
    if (suspect === undefined) {
      const { type, md5 } = fact;
      suspect = { type, places: [], witnesses: [], checks: new Set(), ...(md5 !== undefined && { md5 }) };
      suspects.set(key, suspect);
      places.set(key, new Set());
    }
    const known = places.get(key) as Set<string>;
    if (!known.has(place)) suspect.places.push({ layer, path: fact.path });
    known.add(place);
    suspect.checks.add(fact.check);
    addWitnesses(suspect.witnesses, fact);
  }
  for (const { places: found } of suspects.values()) {
    found.sort((a, b) => a.layer - b.layer || compareText(a.path, b.path));
  }
  return [...suspects.values()];
}

/** Copies of a file have the same witnesses. */
function addWitnesses(known: Witness[], { witnesses }: ContentFact): void {
  for (const one of witnesses) {
    const isKnown = known.some(({ engine, set, rule, view }) => {
      return engine === one.engine && set === one.set && rule === one.rule && view === one.view;
    });
    if (!isKnown) known.push(one);
  }
}

/** The check that tells a verdict: that of its kind, if it looked at the file; else the one that did. */
function speakerOf({ kind }: Verdict, checks: ReadonlySet<string>): string {
  const own = kind === 'webshell' ? 'webshells' : 'malware';
  return checks.has(own) ? own : ([...checks].sort()[0] as string);
}

const titles: Readonly<Record<Verdict['kind'], readonly [known: string, likely: string, maybe: string]>> = {
  malware: ['Malware', 'Malware', 'A file that may be malware'],
  webshell: ['A webshell', 'A webshell', 'A file that may be a webshell'],
  unwanted: ['A potentially unwanted program', 'A potentially unwanted program', 'A program that may be unwanted'],
};

const remedies: Readonly<Record<Verdict['kind'], string>> = {
  malware:
    'Do not run the image. Find out how the file came in: the layer and its instruction are named. Build anew from ' +
    'sources that you trust, and take secrets of containers that ran for known to others.',
  webshell:
    'Do not serve the image. Remove the file where it comes from, and look for what else came with it: whoever could write ' +
    'it could write more.',
  unwanted: 'Remove it, unless you put it there on purpose; then accept it in a policy.',
};

function findingFor(view: ImageView, suspect: Suspect, verdict: Verdict): Finding {
  const [first] = suspect.places as [Place, ...Place[]];
  const { kind, confidence, severity, witnesses } = verdict;
  const [witness] = witnesses as [Witness, ...Witness[]];
  const others = witnesses.slice(1).map(({ rule }) => rule);
  const title = titles[kind][confidence === 'certain' ? 0 : confidence === 'low' ? 2 : 1];
  const spot = witness.places?.[0];
  const atFirst = witness.view === undefined && spot !== undefined ? { offset: spot.offset } : {};
  const line = spot?.line === undefined ? {} : { line: spot.line };
  const suppressed = suppressionOf(view, suspect, verdict);
  return {
    kind: kind === 'webshell' ? 'webshell' : 'malware',
    id: witness.rule,
    aliases: [...new Set(others)].filter((rule) => rule !== witness.rule).slice(0, 20),
    severity,
    confidence,
    title,
    ...placeOf(view.image.layers[first.layer]),
    ...hiderOf(view, first.layer, containerOf(first.path)),
    from: 'unknown',
    location: { path: first.path, ...atFirst, ...line },
    ...(suspect.places.length > 1 && { locations: suspect.places.slice(0, NAMED) }),
    evidence: evidenceOf(verdict),
    source: { name: witness.set, ...(witness.reference !== undefined && { url: witness.reference }) },
    witnesses,
    ...(suppressed && { suppressed }),
    remediation: remedies[kind],
  };
}

/** The file of the layer in which a member of archives stands. */
function containerOf(path: string): string {
  const bang = path.indexOf('!/');
  return bang < 0 ? path : path.slice(0, bang);
}

/** Witnesses that evidence names. */
const TOLD = 4;

function evidenceOf({ witnesses }: Verdict): string {
  const told = witnesses.slice(0, TOLD).map(witnessWords);
  const more = witnesses.length > TOLD ? `; ${witnesses.length - TOLD} more` : '';
  return `${told.join('; ')}${more}.`;
}

function witnessWords({ engine, rule, set, score, places, view, description }: Witness): string {
  const [place] = places ?? [];
  const where =
    place === undefined ? '' : place.line !== undefined ? ` in line ${place.line}` : ` at byte ${place.offset}`;
  const shown = place === undefined || place.excerpt === '' ? '' : `: ${place.excerpt}`;
  const through = view === undefined ? '' : ` (${view})`;
  switch (engine) {
    case 'digest':
      return `its digest is that of ${rule} in ${set}`;
    case 'fuzzy':
      return `it resembles ${rule} in ${set} by ${score ?? 0} of 100`;
    case 'model':
      return `the model ${rule} gives it ${((score ?? 0) * 100).toFixed(1)} %${where}${through}${shown}`;
    default: {
      const about = description === undefined ? '' : ` (${description})`;
      return `${engine === 'clamav' ? 'the signature' : 'the rule'} ${rule} of ${set}${about} matches${where}${through}${shown}`;
    }
  }
}

/**
 * Why it is harmless nevertheless: a list of rules' authors says so, or a package brought the file just as it is. Packages
 * are the image's word, which counts against what is likely, never against what is certain.
 */
function suppressionOf(view: ImageView, { places, md5 }: Suspect, verdict: Verdict): Finding['suppressed'] {
  if (verdict.allowedBy !== undefined) {
    return { by: `allow-list:${verdict.allowedBy}`, reason: 'The list says that the file is known and harmless.' };
  }
  if (verdict.confidence === 'certain' || md5 === undefined) return undefined;
  const owners = places.map(({ path }) => unmodifiedOwner(view, path, md5));
  const [owner] = owners;
  if (owner === undefined || owners.includes(undefined)) return undefined;
  const reason = `The file is as the package ${owner} brought it: the digest is the one that the package manager recorded.`;
  return { by: `package:${owner}`, reason };
}

function unmodifiedOwner(view: ImageView, path: string, md5: string): string | undefined {
  const owner = view.ownerOf(path);
  if (owner === undefined) return undefined;
  for (const { fact } of view.facts('ownership')) {
    if (fact.owner === owner && fact.md5 !== undefined && hasLine(fact.md5, `${md5}  ${path}`)) return owner;
  }
  return undefined;
}

function hasLine(text: string, line: string): boolean {
  for (let at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + 1)) {
    const after = text[at + line.length];
    if ((at === 0 || text[at - 1] === '\n') && (after === undefined || after === '\n')) return true;
  }
  return false;
}

/** What could not be judged, a problem for each reason. */
function* unjudged(view: ImageView, check: string): Iterable<Problem> {
  for (const { layer, fact } of view.facts('content-coverage')) {
    if (fact.check !== check) continue;
    for (const { reason, count, first } of fact.unjudged) {
      const others = count > 1 ? ` and ${count - 1} more files of the layer` : '';
      const message = `${first}${others} could not be judged for ${check}: ${reason}`;
      yield { code: 'content.unjudged', message, layer, path: first };
    }
  }
}
