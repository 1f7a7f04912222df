import type { Confidence } from './finding.ts';

/** A secret that stood in the configuration of an image, before it was taken out of all of its texts. */
export interface ImageSecret {
  /** Id of a rule of the check `secrets`. */
  readonly rule: string;
  /** Which of the image's secrets it is, from 0: the same characters in two places are the same one. */
  readonly number: number;
  readonly where: 'env' | 'label' | 'history' | 'command';
  /** Name of the variable or label. */
  readonly name?: string;
  /** Position in the history of the entry that has it. */
  readonly historyIndex?: number;
  /** First and last characters at most. */
  readonly shown: string;
  /** Tells two of them apart, where that does not help to guess them. */
  readonly fingerprint?: string;
  readonly confidence: Confidence;
  readonly validated?: 'checksum' | 'structure' | 'parsed';
  readonly encrypted?: true;
}
