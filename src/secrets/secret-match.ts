import type { Confidence } from '../model/finding.ts';

/** One secret in a file or a text, told so that nobody learns it. */
export interface SecretMatch {
  /** Id of a `SecretRule`. */
  readonly rule: string;
  /** First byte of the secret itself; in a text, the index in the string. */
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
  /** Line it begins on, from 1. Only of files that are text. */
  readonly line?: number;
  /**
   * What a report may show: `ghp_…Xy9Z`, at most four characters of each end and never more than a quarter of it; of
   * passwords the length alone. Printable ASCII but for the ellipsis.
   */
  readonly shown: string;
  /**
   * First 16 hex digits of SHA-256 over the kind of the secret and the secret: the same secret in two places has the same.
   * Absent where it might be guessed and tried against the fingerprint.
   */
  readonly fingerprint?: string;
  readonly confidence: Confidence;
  /**
   * What was proved without asking the issuer: `checksum`, a checksum in it is right; `structure`, it has the inner form
   * that the issuer gives it; `parsed`, it was read to its end: a key, a signed token, a document.
   */
  readonly validated?: 'checksum' | 'structure' | 'parsed';
  /** It is a known example, of which documentation: not to be reported. */
  readonly example?: string;
  /** It cannot be used without a password: a key under a passphrase, a vault. */
  readonly encrypted?: true;
}

/** Where a file is. */
export interface SecretPlace {
  /** As the layer names it; `a.zip!/b` of a member. Its name tells what a file is for. */
  readonly path: string;
  /** Matches that are given at most, the surest first; 100 where nobody says. */
  readonly most?: number;
  /** Is told how many more there were. */
  readonly beyond?: (count: number) => void;
}

/** Where a text of an image's configuration is. */
export interface TextPlace {
  /** `env`: the value of a variable, or `NAME=value`; `history`: a line of a shell or an instruction. */
  readonly kind: 'env' | 'label' | 'history' | 'argument';
  /** Name of the variable, the label, the argument: `DB_PASSWORD` says what the value is. */
  readonly name?: string;
}
