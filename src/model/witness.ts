/** Which engine speaks against a file. */
export type WitnessEngine = 'digest' | 'clamav' | 'yara' | 'fuzzy' | 'model';

/** What a witness takes the file for. `unwanted`: a program that some install on purpose. */
export type WitnessKind = 'malware' | 'webshell' | 'unwanted';

/**
 * How much it says by itself: `certain` settles it, `strong` makes it likely, two of different engines more so, `weak` says
 * something only where another engine agrees.
 */
export type WitnessWeight = 'certain' | 'strong' | 'weak';

/** A place in a file that a witness points at. */
export interface WitnessPlace {
  /** Bytes from the start of the file, or of the view of it that `Witness.view` names. */
  readonly offset: number;
  /** Line of the file itself, from 1. */
  readonly line?: number;
  /** At most 40 printable characters; everything else is escaped. Never enough to run it. */
  readonly excerpt: string;
}

/** What one engine says against one file. Plain JSON. */
export interface Witness {
  readonly engine: WitnessEngine;
  readonly kind: WitnessKind;
  readonly weight: WitnessWeight;
  /** Name of the signature or the rule; for a model, which one. */
  readonly rule: string;
  /** The set that the rule is from: `starter`, `clamav:daily`, the name of a user's set. */
  readonly set: string;
  /** What it is about, in the words of whoever wrote the rule. */
  readonly description?: string;
  readonly author?: string;
  readonly licence?: string;
  readonly reference?: string;
  readonly tags?: readonly string[];
  readonly places?: readonly WitnessPlace[];
  /** fuzzy: 0 to 100; model: calibrated probability, 0 to 1. */
  readonly score?: number;
  /** How the bytes that matched came out of the file: `stripped`, `decoded`, `base64 > gzip`. Absent: as they are. */
  readonly view?: string;
  /** A list that says the file is known and harmless, although the rule matches. */
  readonly allowedBy?: string;
}
