import { UsageError } from '../errors.ts';
import { asTexts } from '../formats/record.ts';
import { findingKinds } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { severities } from '../model/severity.ts';
import { summarise } from './summary.ts';

/** A member whose name ends in `?` may be absent. */
interface Members {
  readonly [name: string]: Shape;
}

/** `list`: of anything; a list of one shape: of objects with these members; words: one of them. */
type Shape = 'text' | 'number' | 'boolean' | 'object' | 'list' | 'texts' | Words | ListOf | Members;
type Words = readonly string[];
type ListOf = readonly [Members];

const sourcePackage: Members = { name: 'text', version: 'text' };
const release: Members = { id: 'text', version: 'text', name: 'text' };

const ofPackage: Members = {
  name: 'text',
  version: 'text',
  type: 'text',
  purl: 'text',
  'arch?': 'text',
  'source?': sourcePackage,
  licences: 'texts',
  'vendor?': 'text',
  'modularity?': 'text',
  'repositories?': 'texts',
  'distribution?': 'text',
  layer: { index: 'number' },
  locations: 'texts',
  'evidence?': ['lockfile', 'manifest'],
  'application?': 'boolean',
  'groups?': 'texts',
  'ownedBy?': 'text',
  'hashes?': { 'md5?': 'text', 'sha1?': 'text', 'sha256?': 'text', 'sha512?': 'text' },
  'dependsOn?': 'texts',
  'within?': 'text',
  presence: ['present', 'recovered'],
};

const ofFinding: Members = {
  kind: findingKinds,
  id: 'text',
  aliases: 'texts',
  severity: severities,
  title: 'text',
  'location?': { path: 'text' },
  'locations?': [{ path: 'text', layer: 'number' }],
  evidence: 'text',
  source: 'object',
  'package?': { name: 'text', version: 'text', purl: 'text' },
  'licence?': { expression: 'text', refused: 'text' },
  'fixedVersion?': 'text',
  'score?': 'object',
  'suppressed?': { by: 'text', reason: 'text', 'expires?': 'text' },
};

/** What a reader relies on; all else of a report is taken as it stands. */
const ofReport: Members = {
  tool: { version: 'text' },
  createdAt: 'text',
  image: {
    reference: 'text',
    'digest?': 'text',
    'id?': 'text',
    'distribution?': release,
    'base?': { by: 'text', reason: 'text', 'name?': 'text', 'layers?': 'number', 'entries?': 'number' },
    layers: [{ 'diffId?': 'text', 'digest?': 'text' }],
    history: 'list',
  },
  advisories: { 'generation?': 'number', 'builtAt?': 'text', feeds: 'list', starter: 'boolean' },
  'packageTypes?': 'texts',
  packages: [ofPackage],
  findings: [ofFinding],
  problems: 'list',
  coverage: { complete: 'boolean' },
};

/** What a file of the JSON format has. */
export interface ReportDocument {
  readonly reports: readonly Report[];
  /** It is of the form for several images, however many it has. */
  readonly several: boolean;
}

/**
 * Reads reports of the JSON format that a user hands in: one, or the several of one document.
 * @param name of the file, for messages
 * @throws UsageError that says what is wrong with which part
 */
export function readReports(text: string, name: string): readonly Report[] {
  return readReportDocument(text, name).reports;
}

/** As {@link readReports}, and tells the form of the document. */
export function readReportDocument(text: string, name: string): ReportDocument {
  const document = parse(text, name);
  const several = isRecord(document) && Array.isArray(document['reports']);
  const list: readonly unknown[] = several ? (document['reports'] as unknown[]) : [document];
  const reports = list.map((report, i) => check(report, list.length > 1 ? `${name}, report ${i + 1}` : name));
  return { reports, several };
}

/** Whether a text can be meant as such a document: images never begin like this. */
export function looksLikeReport(start: string): boolean {
  return /^\uFEFF?\s*\{/.test(start);
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuseReport(name, `it is no JSON (${(error as Error).message})`, error);
  }
}

function check(report: unknown, name: string): Report {
  if (!isRecord(report)) throw refuseReport(name, 'it is no object');
  const version = report['schemaVersion'];
  if (version !== 1) {
    const found = version === undefined ? 'it has no schemaVersion' : `its schemaVersion is ${JSON.stringify(version)}`;
    throw refuseReport(name, `${found}, and 1 is what this version of Drydock reads`);
  }
  checkMembers(report, ofReport, '', name);
  const read = report as unknown as Report;
  const wrong = miscounted(read);
  if (wrong !== undefined) throw refuseReport(name, wrong);
  return read;
}

/**
 * Why its findings are not those that it was written with: cut off, or told twice, of which the last would count. Without a
 * summary nothing tells, and a report has one.
 */
function miscounted({ summary, findings }: Report): string | undefined {
  if (!isRecord(summary)) return undefined;
  const actual = summarise(findings);
  for (const [part, counts] of Object.entries(actual)) {
    const said = summary[part as keyof typeof summary] as unknown;
    if (!isRecord(said)) continue;
    const found: Fields = counts;
    for (const word of new Set([...Object.keys(said), ...Object.keys(found)])) {
      const [told, there] = [said[word] ?? 0, found[word] ?? 0];
      if (told !== there)
        return `summary.${part}.${word.slice(0, 40)} is ${JSON.stringify(told)?.slice(0, 40)}, and its findings are ${there}`;
    }
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function checkMembers(fields: Fields, members: Members, path: string, name: string): void {
  for (const [key, shape] of Object.entries(members)) {
    const isOptional = key.endsWith('?');
    const member = isOptional ? key.slice(0, -1) : key;
    const value = fields[member];
    if (value === undefined && isOptional) continue;
    if (value === undefined) throw refuseReport(name, `${path}${member} is missing`);
    checkShape(value, shape, `${path}${member}`, name);
  }
}

function checkShape(value: unknown, shape: Shape, path: string, name: string): void {
  if (isListOf(shape)) {
    if (!Array.isArray(value)) throw refuseReport(name, `${path} is wrong`);
    for (const [i, item] of value.entries()) checkShape(item, shape[0], `${path}[${i}]`, name);
  } else if (typeof shape === 'object' && !Array.isArray(shape)) {
    if (!isRecord(value)) throw refuseReport(name, `${path} is no object`);
    checkMembers(value, shape as Members, `${path}.`, name);
  } else if (!fits(value, shape as Exclude<Shape, Members | ListOf>)) throw refuseReport(name, `${path} is wrong`);
}

function isListOf(shape: Shape): shape is ListOf {
  return Array.isArray(shape) && typeof shape[0] === 'object';
}

function fits(value: unknown, shape: Exclude<Shape, Members | ListOf>): boolean {
  if (typeof shape !== 'string') return typeof value === 'string' && shape.includes(value);
  if (shape === 'list') return Array.isArray(value);
  if (shape === 'texts') return asTexts(value) !== undefined;
  if (shape === 'object') return isRecord(value);
  return typeof value === (shape === 'text' ? 'string' : shape);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns what is thrown where a file is no report */
export function refuseReport(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError('usage.option', `${name} is no report of Drydock: ${why}.`, { cause });
}
