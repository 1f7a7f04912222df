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
   * The rule is asked only where one of them stands; three bytes at least. Of a `NamedRule`: a name has it. Exact, unless `anyCase` is set.
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
  /** Characters of the token before the keyword: the pattern begins there. */
  readonly lead?: number;
  /** How many these are, where it depends. It must look at a bounded part of the text. */
  readonly leadOf?: (text: string, at: number) => number;
  /** Characters of which the token is made: none of them may stand before or behind it. Letters, digits, `_` and `-` else. */
  readonly alphabet?: RegExp;
  /** It is part of an address: what stands before it may be anything. */
  readonly isTail?: true;
  /** Its checksum tells it in the middle of other letters, too; its length is fixed. */
  readonly provesItself?: true;
  /** The same characters may be repeated in it. */
  readonly repeats?: true;
  readonly check?: (token: string, view: View, start: number) => Verdict;
  /** Tells by bytes alone where there is none, as that of a `SearchRule`: for keywords that other texts have often. */
  readonly may?: (bytes: Uint8Array, at: number) => boolean;
}

/** A secret that has no form of its own and is told by the name of the variable it is given to. */
export interface NamedRule extends Described {
  /** Must be in the name, or not far before it, or in the path: whose secret it is, where `names` does not say. */
  readonly about?: RegExp;
  /** Tested on the name as `NAME_OF` writes it: lower case, words divided by `_`. */
  readonly names: RegExp;
  /** The whole value. */
  readonly value: RegExp;
  readonly check?: (value: string, view: View, start: number) => Verdict;
}

/** A secret for which a function looks around the keyword. */
export interface SearchRule extends Described {
  readonly find: (view: View, at: number) => Candidate | readonly Candidate[] | undefined;
  /** Tells by bytes alone where there is nothing to find. `at` is behind the keyword. */
  readonly may?: (bytes: Uint8Array, at: number) => boolean;
}

/** What a name promises, where no rule of an issuer knows name and value. */
export interface GenericRule extends Described {
  readonly meaning: 'password' | 'secret';
}

/** A file that is, or holds, a secret as a whole: told by its first bytes or its name. It has no keywords. */
export interface FileRule extends Described {
  /** Indices of what it gives are those of the bytes. */
  readonly inspect: (bytes: Uint8Array, path: string) => readonly Candidate[] | undefined;
}

/** A secret that a scanner knows. */
export type SecretRule = TokenRule | NamedRule | SearchRule | GenericRule | FileRule;
