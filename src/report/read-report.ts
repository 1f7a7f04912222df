import { UsageError } from '../errors.ts';
import { findingKinds } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { severities } from '../model/severity.ts';

type Shape = 'text' | 'number' | 'boolean' | 'object' | 'list' | readonly string[];

/** What a reader relies on; all else of a report is taken as it stands. */
const ofReport: Readonly<Record<string, Shape>> = {
  tool: 'object',
  createdAt: 'text',
  image: 'object',
  advisories: 'object',
  packages: 'list',
  findings: 'list',
  problems: 'list',
  coverage: 'object',
};
const ofImage: Readonly<Record<string, Shape>> = { reference: 'text', layers: 'list', history: 'list' };
const ofPackage: Readonly<Record<string, Shape>> = {
  name: 'text',
  version: 'text',
  type: 'text',
  purl: 'text',
  licences: 'list',
  layer: 'object',
  locations: 'list',
  presence: ['present', 'recovered'],
};
const ofFinding: Readonly<Record<string, Shape>> = {
  kind: findingKinds,
  id: 'text',
  aliases: 'list',
  severity: severities,
  title: 'text',
  evidence: 'text',
  source: 'object',
};

/**
 * Reads reports of the JSON format that a user hands in: one, or the several of one document.
 * @param name of the file, for messages
 * @throws UsageError that says what is wrong with which part
 */
export function readReports(text: string, name: string): readonly Report[] {
  const document = parse(text, name);
  const list = isRecord(document) && Array.isArray(document['reports']) ? document['reports'] : [document];
  return list.map((report: unknown, i) => check(report, list.length > 1 ? `${name}, report ${i + 1}` : name));
}

/** Whether a text can be meant as such a document: images never begin like this. */
export function looksLikeReport(start: string): boolean {
  return /^\uFEFF?\s*\{/.test(start);
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(name, `it is no JSON (${(error as Error).message})`, error);
  }
}

function check(report: unknown, name: string): Report {
  if (!isRecord(report)) throw refuse(name, 'it is no object');
  const version = report['schemaVersion'];
  if (version !== 1) {
    const found = version === undefined ? 'it has no schemaVersion' : `its schemaVersion is ${JSON.stringify(version)}`;
    throw refuse(name, `${found}, and 1 is what this version of Drydock reads`);
  }
  checkShape(report, ofReport, '', name);
  checkShape(report['image'] as Fields, ofImage, 'image.', name);
  checkList(report['packages'] as unknown[], ofPackage, 'packages', name);
  checkList(report['findings'] as unknown[], ofFinding, 'findings', name);
  for (const [i, finding] of (report['findings'] as Fields[]).entries()) {
    if (finding['package'] === undefined) continue;
    if (!isRecord(finding['package'])) throw refuse(name, `findings[${i}].package is no object`);
    checkShape(finding['package'], { name: 'text', version: 'text', purl: 'text' }, `findings[${i}].package.`, name);
  }
  return report as unknown as Report;
}

type Fields = Readonly<Record<string, unknown>>;

function checkList(list: readonly unknown[], shape: Readonly<Record<string, Shape>>, path: string, name: string): void {
  for (const [i, item] of list.entries()) {
    if (!isRecord(item)) throw refuse(name, `${path}[${i}] is no object`);
    checkShape(item, shape, `${path}[${i}].`, name);
  }
}

function checkShape(fields: Fields, shape: Readonly<Record<string, Shape>>, path: string, name: string): void {
  for (const [key, expected] of Object.entries(shape)) {
    const value = fields[key];
    if (!fits(value, expected)) throw refuse(name, `${path}${key} is ${value === undefined ? 'missing' : 'wrong'}`);
  }
}

function fits(value: unknown, shape: Shape): boolean {
  if (typeof shape !== 'string') return typeof value === 'string' && shape.includes(value);
  if (shape === 'list') return Array.isArray(value);
  if (shape === 'object') return isRecord(value);
  return typeof value === (shape === 'text' ? 'string' : shape);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError('usage.option', `${name} is no report of Drydock: ${why}.`, { cause });
}
