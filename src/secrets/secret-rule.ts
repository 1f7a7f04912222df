import type { Confidence } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { View } from './view.ts';

/**
 * What a secret is. `token`: issued by a service; `key`: a private key; `password`: chosen by somebody, never shown but for
 * its length; `store`: a file that holds keys; `hash`: of a password.
 */
export type SecretKind = 'token' | 'key' | 'password' | 'store' | 'hash';

/** What a rule makes of the bytes at a keyword. Indices are those of `View.text`. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly confidence: Confidence;
  readonly validated?: 'checksum' | 'structure' | 'parsed';
  readonly encrypted?: true;
  /** The secret without what differs from place to place: a key without line ends. Otherwise the text itself. */
  readonly plain?: string;
  readonly example?: string;
}

/** What a check makes of the text of a token: nothing, if it cannot be one. */
export type Verdict = Pick<Candidate, 'confidence' | 'validated' | 'encrypted' | 'example'> | undefined;

interface Described {
  /** `github-token`: lower case, dashes. */
  readonly id: string;
  readonly title: string;
  readonly kind: SecretKind;
  readonly severity: Severity;
  /** Who gives it out; `any` of what nobody does. */
  readonly issuer: string;
  /** What somebody can do with it. */
  readonly why: string;
  /** How it is taken out of use. */
  readonly remediation: string;
  /**
   * The rule is asked only where one of them stands; three bytes at least. Exact, unless `anyCase` is set.
   */
  readonly keywords: readonly string[];
  readonly anyCase?: true;
}

/**
 * A token that is told by its own form. The pattern begins at the keyword, is sticky, and of a form that never goes back:
 * a class, a count, no two open ends beside each other.
 */
export interface TokenRule extends Described {
  readonly pattern: RegExp;
  /** Characters of which the token is made: none of them may stand before or behind it. Letters, digits, `_` and `-` else. */
  readonly alphabet?: RegExp;
  readonly check?: (token: string, view: View, start: number) => Verdict;
}

/** A secret that has no form of its own and is told by the name of the variable it is given to. */
export interface NamedRule extends Described {
  /** Tested on the name in lower case, `-` and `.` and spaces as `_`. */
  readonly names: RegExp;
  /** The whole value. */
  readonly value: RegExp;
  readonly check?: (value: string, view: View, start: number) => Verdict;
}

/** A secret for which a function looks around the keyword. */
export interface SearchRule extends Described {
  readonly find: (view: View, at: number) => Candidate | undefined;
}

/** A secret that a scanner knows. */
export type SecretRule = TokenRule | NamedRule | SearchRule;
