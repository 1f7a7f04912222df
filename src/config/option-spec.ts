/** What a value looks like, how it is written in each place, and what it becomes in `Settings`. */
export type OptionKind =
  /** A flag without a value; `true` or `false` elsewhere. Becomes a boolean. */
  | 'switch'
  | 'text'
  /** Path of a file or folder, relative to the current folder, in a file to the folder of that file. */
  | 'path'
  /** Whole number within `range`. */
  | 'integer'
  /** `90s`, `5m`, `1h30m`, `250ms`; a bare number means seconds. Becomes milliseconds. */
  | 'duration'
  /** One of `choices`, in upper or lower case. */
  | 'choice'
  /** Several of `choices`, separated by commas. */
  | 'choices'
  /** Words separated by commas. */
  | 'words'
  /** `FORMAT=FILE`, repeatable; FORMAT is one of `choices`. */
  | 'outputs';

/** One thing that can be set: as a flag, as an environment variable, as a key of drydock.yaml. */
export interface OptionSpec {
  readonly kind: OptionKind;
  /** One letter. */
  readonly short?: string;
  /** Stands for the value in usage texts. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Smallest and largest value. */
  readonly range?: readonly [number, number];
  /** What holds when nobody says anything; absent: nothing. In words where it is computed. */
  readonly default?: boolean | string | number | readonly string[];
  readonly defaultWords?: string;
  readonly description: string;
  /** True of a password or token: it is never shown. */
  readonly secret?: true;
  /** Where it can stand; absent: everywhere. */
  readonly only?: 'flag' | 'flag or variable';
  /**
   * True of what is a matter of this user and this machine: whom to trust, where to write. A file that was found in the
   * current folder, which may be the checkout of a stranger's project, cannot set it; one that was named can.
   */
  readonly personal?: true;
  /** Its key stands below this one in a file. */
  readonly section?: 'server';
  /** Of a duration: 0 is allowed, and turns it off. */
  readonly zero?: true;
  /** A file may hold what would stand at the path instead of the path: a list. The path is then that of the file. */
  readonly inline?: true;
  /** Clair spells the flag with one hyphen: both are understood. */
  readonly oneHyphen?: true;
}
