import type { RuleSet } from '../model/check.ts';

/** Kinds of rules, by what reads them. */
export type RuleKind = RuleSet['kind'];

export const ruleKinds: readonly RuleKind[] = ['yara', 'clamav', 'ssdeep', 'digests'];

/** A file of a set, before it is stored. */
export interface RuleFile {
  /** Below the root of the set, with slashes; no empty, `.` or `..` parts. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** What of an archive or a folder is rules. */
export type WantsFile = (path: string) => boolean;

const MiB = 1024 * 1024;

/** Budgets of what becomes a set. */
export interface RuleLimits {
  readonly files: number;
  /** Files of an archive or a folder, wanted or not. */
  readonly entries: number;
  /** Bytes of a file, of a container of ClamAV, of all files. */
  readonly fileBytes: number;
  readonly containerBytes: number;
  readonly totalBytes: number;
}

export const defaultRuleLimits: RuleLimits = {
  files: 20_000,
  entries: 200_000,
  fileBytes: 256 * MiB,
  containerBytes: 512 * MiB,
  totalBytes: 2048 * MiB,
};

/** Containers of ClamAV: signed by its project, patched by an update tool, signed by nobody. */
const container = /\.(?:cvd|cld|cud)$/i;

const endings: readonly (readonly [RuleKind, RegExp])[] = [
  ['yara', /\.(?:yara?|rules?)$/i],
  ['clamav', container],
  [
    'clamav',
    /\.(?:hdb|hsb|hdu|hsu|mdb|msb|mdu|msu|imp|db|ndb|ndu|sdb|ldb|ldu|cdb|zmd|rmd|idb|fp|sfp|ign2?|pwdb|ftm|cbc|gdb|pdb|wdb|crb)$/i,
  ],
  ['ssdeep', /\.(?:ssdeep|ssd)$/i],
  ['digests', /\.(?:md5|sha1|sha256|hashes|digests)$/i],
];

/** What reads a file, by its ending; undefined where it is no file of rules. */
export function kindOfFile(path: string): RuleKind | undefined {
  return endings.find(([, ending]) => ending.test(path))?.[0];
}

export function isContainer(path: string): boolean {
  return container.test(path);
}

/** A text of a licence, which stays with the rules. */
export function isLicence(path: string): boolean {
  return /^(?:[^/]+\/)?(?:licen[cs]e|copying)(?:\.(?:md|txt|rst))?$/i.test(path);
}

export function isRuleKind(value: unknown): value is RuleKind {
  return ruleKinds.includes(value as RuleKind);
}
