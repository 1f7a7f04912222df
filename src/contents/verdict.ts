import type { ContentFact } from '../model/fact.ts';
import type { Confidence } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { Witness, WitnessEngine, WitnessKind, WitnessWeight } from '../model/witness.ts';

/** What all witnesses together say of one file. */
export interface Verdict {
  readonly kind: WitnessKind;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The heaviest first; those that a list of known files speaks against are last. */
  readonly witnesses: readonly Witness[];
  /** A list that says the file is harmless, where no witness is left without one. */
  readonly allowedBy?: string;
}

/** Which names the finding, of those that weigh the same: the one that tells most exactly what it is. */
const exactness: Readonly<Record<WitnessEngine, number>> = { digest: 0, clamav: 1, yara: 2, fuzzy: 3, model: 4 };

const heaviness: Readonly<Record<WitnessWeight, number>> = { certain: 2, strong: 1, weak: 0 };

/**
 * One verdict on one file. A certain witness settles it; a strong one makes it likely, and two of different engines more
 * so; weak ones say something only where two engines agree. Undefined where that is not enough to speak of.
 * docs/checks/webshells.md tells what that is worth, measured.
 */
export function judgeWitnesses(type: ContentFact['type'], witnesses: readonly Witness[]): Verdict | undefined {
  const ordered = witnesses.toSorted(compareWitnesses);
  const against = ordered.filter(({ allowedBy }) => allowedBy === undefined);
  const counted = against.length > 0 ? against : ordered;
  const heaviest = counted[0];
  if (heaviest === undefined) return undefined;
  const { weight } = heaviest;
  const engines = new Set(counted.map(({ engine }) => engine)).size;
  if (weight === 'weak' && engines < 2) return undefined;
  const kind = kindOf(
    type,
    counted.filter((one) => one.weight === weight),
  );
  const confidence = weight === 'certain' ? 'certain' : weight === 'weak' ? 'low' : engines > 1 ? 'high' : 'medium';
  const { allowedBy } = heaviest;
  return { kind, severity: severityOf(kind, weight), confidence, witnesses: ordered, ...(allowedBy && { allowedBy }) };
}

function compareWitnesses(a: Witness, b: Witness): number {
  return (
    Number(a.allowedBy !== undefined) - Number(b.allowedBy !== undefined) ||
    heaviness[b.weight] - heaviness[a.weight] ||
    exactness[a.engine] - exactness[b.engine] ||
    compare(a.set, b.set) ||
    compare(a.rule, b.rule)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What the heaviest take it for. Where they disagree, a script of a web server is a webshell, anything else malware. */
function kindOf(type: ContentFact['type'], heaviest: readonly Witness[]): WitnessKind {
  const kinds = new Set(heaviest.map(({ kind }) => kind));
  if (kinds.size === 1) return heaviest[0]!.kind;
  if (kinds.has('webshell') && (type === 'web' || type === 'script' || !kinds.has('malware'))) return 'webshell';
  return 'malware';
}

function severityOf(kind: WitnessKind, weight: WitnessWeight): Severity {
  if (kind === 'unwanted') return weight === 'weak' ? 'low' : 'medium';
  return weight === 'certain' ? 'critical' : weight === 'strong' ? 'high' : 'medium';
}
