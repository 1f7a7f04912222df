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

/** Places of one finding. What stands in more is several findings, so that who accepts one does not accept the rest unseen. */
const PLACES = 1000;

/**
 * What a check of contents finds. All of them look at the witnesses of all, so that there is one verdict for a file; the
 * check that the verdict is about tells it.
 */
export function* contentFindings(view: ImageView, check: string): Iterable<Finding | Problem> {
  for (const suspect of suspectsOf(view)) {
    const verdict = judgeWitnesses(suspect.type, suspect.witnesses);
    if (verdict === undefined || speakerOf(verdict, suspect.checks) !== check) continue;
    const places = inSightFirst(view, suspect.places);
    for (let at = 0; at < places.length; at += PLACES) {
      yield findingFor(view, { ...suspect, places: places.slice(at, at + PLACES) }, verdict);
    }
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
  return [...suspects.values()];
}

/** A copy that is hidden must not speak for one that is there. */
function inSightFirst(view: ImageView, places: readonly Place[]): readonly Place[] {
  const hidden = new Set(places.filter(({ layer, path }) => view.hiddenBy(layer, containerOf(path)) !== undefined));
  const order = (place: Place): number => (hidden.has(place) ? 1 : 0);
  return places.toSorted((a, b) => order(a) - order(b) || a.layer - b.layer || compareText(a.path, b.path));
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
  const owner = confidentOwner(view, suspect, verdict);
  const { kind, confidence, severity, witnesses } = owner === undefined ? verdict : { ...verdict, ...UNLIKELY };
  const [witness] = witnesses as [Witness, ...Witness[]];
  const title = titles[kind][confidence === 'certain' ? 0 : confidence === 'low' ? 2 : 1];
  const spot = witness.places?.[0];
  const atFirst = witness.view === undefined && spot !== undefined ? { offset: spot.offset } : {};
  const line = spot?.line === undefined ? {} : { line: spot.line };
  return {
    kind: kind === 'webshell' ? 'webshell' : 'malware',
    id: witness.rule,
    // Who accepts one rule does not accept what others say.
    aliases: [],
    severity,
    confidence,
    title,
    ...placeOf(view.image.layers[first.layer]),
    ...hiderOf(view, first.layer, containerOf(first.path)),
    from: 'unknown',
    location: { path: first.path, ...atFirst, ...line },
    ...(suspect.places.length > 1 && { locations: suspect.places }),
    evidence: evidenceOf(verdict, owner),
    source: { name: witness.set, ...(witness.reference !== undefined && { url: witness.reference }) },
    witnesses,
    ...allowed(verdict),
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

function evidenceOf({ witnesses }: Verdict, owner: string | undefined): string {
  const told = witnesses.slice(0, TOLD).map(witnessWords);
  const more = witnesses.length > TOLD ? `; ${witnesses.length - TOLD} more` : '';
  const known = owner === undefined ? '' : `; but it has the digest that the package ${owner} recorded for it`;
  return `${told.join('; ')}${more}${known}.`;
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

/** What is left of a verdict on a file that is just as an installed package brought it. */
const UNLIKELY = { severity: 'low', confidence: 'low' } as const;

/** A list of those who wrote the rules says that the file is known and harmless. */
function allowed({ allowedBy }: Verdict): Pick<Finding, 'suppressed'> {
  if (allowedBy === undefined) return {};
  return {
    suppressed: { by: `allow-list:${allowedBy}`, reason: 'The list says that the file is known and harmless.' },
  };
}

/**
 * The package that brought the file as it is, in all places. That is the image's own word: it makes little of what is
 * likely, nothing of what is certain, and hides neither.
 */
function confidentOwner(view: ImageView, { places, md5 }: Suspect, { confidence }: Verdict): string | undefined {
  if (confidence === 'certain' || md5 === undefined) return undefined;
  const recorded = recordedDigests(view);
  let owner: string | undefined;
  for (const { layer, path } of places) {
    owner = view.bringerOf(layer, path);
    if (owner === undefined || recorded.get(owner)?.get(path) !== md5) return undefined;
  }
  return owner;
}

const known: WeakMap<ImageView, ReadonlyMap<string, ReadonlyMap<string, string>>> = new WeakMap();

/** By package and path the MD5 that its package manager recorded. */
function recordedDigests(view: ImageView): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = known.get(view);
  if (found !== undefined) return found;
  const all = new Map<string, Map<string, string>>();
  for (const { fact } of view.facts('ownership')) {
    if (fact.md5 === undefined) continue;
    const owner = fact.owner.replace(/:.*$/, '');
    const digests = all.get(owner) ?? new Map<string, string>();
    all.set(owner, digests);
    for (const line of fact.md5.split('\n')) {
      const gap = line.indexOf('  ');
      if (gap > 0) digests.set(line.slice(gap + 2).replace(/^\//, ''), line.slice(0, gap));
    }
  }
  known.set(view, all);
  return all;
}

/** What could not be judged, a problem for each reason. */
function* unjudged(view: ImageView, check: string): Iterable<Problem> {
  for (const { layer, fact } of view.facts('content-coverage')) {
    if (fact.check !== check) continue;
    for (const { reason, count, first } of fact.unjudged) {
      const others = count > 1 ? ` and ${count - 1} more files of the layer` : '';
      const message = `${first}${others} could not be judged for ${check}: it ${reason}`;
      yield { code: 'content.unjudged', message, layer, path: first };
    }
  }
}
