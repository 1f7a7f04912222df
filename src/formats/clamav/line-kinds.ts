import { type BodyRecord, readBodyLine, readOldBodyLine } from './body-line.ts';
import { type HashRecord, readHashLine, readImportLine, readSectionLine } from './hash-line.ts';
import { type IgnoreRecord, type MagicRecord, readIconLine, readIgnoreLine, readMagicLine } from './list-line.ts';
import { type LogicalRecord, readLogicalLine } from './logical-line.ts';
import { type MemberRecord, readMemberLine, readOldMemberLine } from './member-line.ts';
import { inert, type LineOutcome, unsupported } from './outcome.ts';

/** What a line holds, by what it is for. */
export type ClamRecord =
  | { readonly family: 'object' | 'section' | 'imports' | 'allow'; readonly hash: HashRecord }
  | { readonly family: 'body'; readonly body: BodyRecord }
  | { readonly family: 'logic'; readonly logic: LogicalRecord }
  | { readonly family: 'member'; readonly member: MemberRecord }
  | { readonly family: 'ignore'; readonly ignore: IgnoreRecord }
  | { readonly family: 'magic'; readonly magic: MagicRecord };

/** How the lines of files of one ending are read. */
export interface LineKind {
  /** Potentially unwanted programs: loaded on request only. */
  readonly unwanted: boolean;
  read(line: string): LineOutcome<ClamRecord>;
}

function mapped<T>(outcome: LineOutcome<T>, make: (record: T) => ClamRecord): LineOutcome<ClamRecord> {
  return outcome.kind === 'loaded' ? { kind: 'loaded', record: make(outcome.record) } : outcome;
}

type HashFamily = 'object' | 'section' | 'imports' | 'allow';

function hashes(family: HashFamily, read: (line: string) => LineOutcome<HashRecord>): LineKind['read'] {
  return (line) => mapped(read(line), (hash) => ({ family, hash }));
}

const object = hashes('object', readHashLine);
const section = hashes('section', readSectionLine);
const imports = hashes('imports', readImportLine);
const allow = hashes('allow', readHashLine);
const body: LineKind['read'] = (line) => mapped(readBodyLine(line), (record) => ({ family: 'body', body: record }));
const oldBody: LineKind['read'] = (line) =>
  mapped(readOldBodyLine(line), (record) => ({ family: 'body', body: record }));
const logic: LineKind['read'] = (line) =>
  mapped(readLogicalLine(line), (record) => ({ family: 'logic', logic: record }));
const member: LineKind['read'] = (line) =>
  mapped(readMemberLine(line), (record) => ({ family: 'member', member: record }));
const ignore: LineKind['read'] = (line) =>
  mapped(readIgnoreLine(line), (record) => ({ family: 'ignore', ignore: record }));

function counted(reason: string): LineKind['read'] {
  return () => unsupported(reason);
}

const kinds: Readonly<Record<string, LineKind['read']>> = {
  hdb: object,
  hsb: object,
  mdb: section,
  msb: section,
  imp: imports,
  fp: allow,
  sfp: allow,
  ndb: body,
  sdb: body,
  db: oldBody,
  ldb: logic,
  cdb: member,
  zmd: (line) => mapped(readOldMemberLine(line, 'CL_TYPE_ZIP'), (record) => ({ family: 'member', member: record })),
  rmd: (line) => mapped(readOldMemberLine(line, 'CL_TYPE_RAR'), (record) => ({ family: 'member', member: record })),
  ign: ignore,
  ign2: ignore,
  ftm: (line) => mapped(readMagicLine(line), (record) => ({ family: 'magic', magic: record })),
  idb: readIconLine,
  pwdb: counted('password of an archive'),
  cbc: counted('bytecode'),
  crb: counted('Authenticode'),
  cat: counted('Authenticode'),
  pdb: counted('phishing address'),
  gdb: counted('phishing address'),
  wdb: counted('phishing address'),
  ioc: counted('OpenIOC'),
  cfg: () => inert('a switch'),
  info: () => inert('a list of files'),
};

const unwantedKinds: Readonly<Record<string, LineKind['read']>> = {
  hdu: object,
  hsu: object,
  mdu: section,
  msu: section,
  ndu: body,
  ldu: logic,
};

/** How lines of a file are read, by its ending without the dot; undefined where it is no file of ClamAV, or is YARA. */
export function lineKind(extension: string): LineKind | undefined {
  const read = kinds[extension];
  if (read !== undefined) return { read: withComments(read), unwanted: false };
  const unwanted = unwantedKinds[extension];
  return unwanted === undefined ? undefined : { read: withComments(unwanted), unwanted: true };
}

const comment = inert('a comment');

function withComments(read: LineKind['read']): LineKind['read'] {
  return (line) => (line.charCodeAt(0) === 0x23 ? comment : read(line));
}
