import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const file = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json')),
  'lib/schemas/sarif-2.1.0-rtm.5.json',
);

let validator: ValidateFunction | undefined;

/**
 * The schema of OASIS as Microsoft's library carries it, which is older than errata 1: `DRYDOCK_SARIF_SCHEMA` names a copy
 * of a newer one. What that asks for besides is asked below.
 */
function schemaErrors(document: unknown): readonly string[] {
  if (validator === undefined) {
    // It is of JSON Schema draft 4, and of what drafts 4 and 7 tell differently it uses the name of the schema alone.
    const {
      id: _,
      $schema: __,
      ...schema
    } = JSON.parse(readFileSync(process.env['DRYDOCK_SARIF_SCHEMA'] ?? file, 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    validator = ajv.compile(schema);
  }
  validator(document);
  return (validator.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Text {
  readonly text: string;
}

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
  };
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
  readonly message?: Text;
}

export interface SarifResultDocument {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: Text;
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly baselineState?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface SarifRuleDocument {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: Text;
  readonly fullDescription: Text;
  readonly help: Text & { readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: {
    readonly tags: readonly string[];
    readonly precision: string;
    readonly 'security-severity'?: string;
  };
}

interface SarifRunDocument {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly SarifRuleDocument[];
      readonly notifications?: readonly { readonly id: string }[];
    };
  };
  readonly automationDetails?: { readonly id: string };
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications?: readonly {
        readonly descriptor: { readonly id: string; readonly index: number };
        readonly level: string;
        readonly message: Text;
        readonly locations?: readonly Location[];
      }[];
    },
  ];
  readonly results: readonly SarifResultDocument[];
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What tests look at of a document. */
export interface SarifDocument {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly SarifRunDocument[];
}

/**
 * What is wrong with a document of SARIF: by its schema, by what the specification says beyond that, and by what GitHub
 * asks for and takes ("SARIF support for code scanning").
 */
export function sarifErrors(text: string): readonly string[] {
  const document = JSON.parse(text) as SarifDocument;
  const categories = document.runs.map(({ automationDetails }) => automationDetails?.id);
  return [
    ...schemaErrors(document),
    ...stringErrors(document, ''),
    ...document.runs.flatMap((run, index) => runErrors(run).map((error) => `/runs/${index} ${error}`)),
    ...check(document.runs.length < 2 || new Set(categories).size === categories.length, 'runs of one category'),
    ...check(
      categories.every((id) => id === undefined || id.endsWith('/')),
      'a category without its slash',
    ),
  ];
}

const check = (holds: boolean, error: string): readonly string[] => (holds ? [] : [error]);

/** Controls, format characters and separators, but for the ends of lines. */
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function stringErrors(value: unknown, at: string): readonly string[] {
  if (typeof value === 'string') {
    return [
      ...check(!unsafe.test(value), `${at} has a control character`),
      ...check(!value.includes('\n') || /\/(?:text|markdown)$/.test(at), `${at} has several lines`),
      ...check(
        !/\/(?:text|markdown)$/.test(at) || !/[{}]/.test(value.replaceAll(/\{\{|\}\}/g, '')),
        `${at} has a placeholder`,
      ),
      ...check(!at.endsWith('/text') || !value.includes(']('), `${at} has a link`),
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringErrors(inner, `${at}/${key}`));
}

function runErrors({ tool, invocations, results }: SarifRunDocument): readonly string[] {
  const { rules, notifications = [] } = tool.driver;
  const ids = rules.map(({ id }) => id);
  const told = invocations[0].toolExecutionNotifications ?? [];
  const allOrNone = (name: 'suppressions' | 'baselineState'): boolean =>
    new Set(results.map((result) => result[name] === undefined)).size < 2;
  return [
    ...check(results.length <= 25_000, 'too many results'),
    ...check(ids.join('\n') === [...new Set(ids)].sort().join('\n'), 'rules that are not sorted, or twice there'),
    ...rules.flatMap(ruleErrors),
    ...results.flatMap((result) => resultErrors(result, ids)),
    ...check(new Set(results.map(fingerprint)).size === results.length, 'fingerprints that are not unique'),
    ...check(allOrNone('suppressions'), 'suppressions of some results alone'),
    ...check(allOrNone('baselineState'), 'baseline states of some results alone'),
    ...told.flatMap(({ descriptor: { id, index }, message, locations = [] }) => [
      ...check(notifications[index]?.id === id, `no descriptor of ${id}`),
      ...check(message.text !== '', 'an empty notification'),
      ...locations.flatMap(locationErrors),
    ]),
    ...check(
      !invocations[0].executionSuccessful || told.every(({ level }) => level !== 'error'),
      'a success with errors',
    ),
  ];
}

const fingerprint = ({ ruleId, partialFingerprints }: SarifResultDocument): string =>
  `${ruleId} ${partialFingerprints['primaryLocationLineHash']}`;

function ruleErrors({
  id,
  name,
  shortDescription,
  fullDescription,
  help,
  properties,
}: SarifRuleDocument): readonly string[] {
  const { tags, precision, 'security-severity': severity } = properties;
  const texts = [id, name, shortDescription.text, fullDescription.text, help.text, help.markdown];
  return [
    ...check(
      texts.every((text) => text.trim() !== ''),
      `${id}: an empty text`,
    ),
    ...check(name.length <= 255 && name !== id, `${id}: the name`),
    ...check(shortDescription.text.length <= 1024, `${id}: the short description`),
    ...check(fullDescription.text.length <= 1024, `${id}: the description`),
    ...check(tags.length <= 10 && tags.includes('security'), `${id}: the tags`),
    ...check(['very-high', 'high', 'medium', 'low'].includes(precision), `${id}: the precision`),
    ...check(severity === undefined || (/^\d\d?\.\d$/.test(severity) && Number(severity) <= 10), `${id}: the severity`),
    ...check(Number(severity ?? 1) > 0, `${id}: a severity that is none`),
  ];
}

function resultErrors(result: SarifResultDocument, ids: readonly string[]): readonly string[] {
  const { ruleId, ruleIndex, message, locations, relatedLocations = [] } = result;
  return [
    ...check(ids[ruleIndex] === ruleId, `${ruleId}: the index of the rule`),
    ...check(message.text.trim() !== '', `${ruleId}: the message`),
    ...check(locations.length === 1, `${ruleId}: the locations`),
    ...check(locations.length + relatedLocations.length <= 100, `${ruleId}: too many locations`),
    ...[...locations, ...relatedLocations].flatMap(locationErrors),
  ];
}

function locationErrors({ physicalLocation }: Location): readonly string[] {
  const { artifactLocation, region } = physicalLocation;
  const { uri } = artifactLocation;
  const { startLine, startColumn, endLine, endColumn } = region;
  const base = 'https://image.example/';
  return [
    // It stays where it is put, names no host and no scheme, and needs no encoding.
    ...check(uri !== '' && new URL(uri, base).href === base + uri, `${JSON.stringify(uri)} is no relative reference`),
    ...check(startLine > 0 && endLine >= startLine && startColumn > 0 && endColumn > 0, 'the region'),
  ];
}
