import { FormatError, LimitError } from '../../errors.ts';
import { asList, asMoment, asRecord, asText, type JsonRecord } from '../record.ts';
import {
  mostProducts,
  mostStatements,
  type VexDocument,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  vexJustifications,
  vexStatuses,
} from './document.ts';

const LONG = 10_000;

/** Tells whether parsed JSON says of itself that it is OpenVEX. */
export function isOpenVex(root: JsonRecord): boolean {
  return typeof root['@context'] === 'string' && root['@context'].startsWith('https://openvex.dev/ns');
}

/**
 * Reads an OpenVEX document (github.com/openvex/spec, version 0.2.0; the texts of 0.0.x where vulnerability and
 * products are plain strings too). A statement that says nothing that can be used is skipped and named.
 * @throws FormatError if it has no statements
 */
export function readOpenVex(root: JsonRecord): VexDocument {
  const given = root['statements'];
  if (!Array.isArray(given)) throw new FormatError('the OpenVEX document has no list of "statements"');
  if (given.length > mostStatements)
    throw new LimitError(`the OpenVEX document has more than ${mostStatements} statements`);
  const time = asMoment(root['last_updated']) ?? asMoment(root['timestamp']);
  const statements: VexStatement[] = [];
  const skipped: { index: number; reason: string }[] = [];
  for (const [index, one] of given.entries()) {
    const statement = statementOf(one, index, time, root);
    if (typeof statement === 'string') skipped.push({ index, reason: statement });
    else statements.push(statement);
  }
  const [id, author] = [asText(root['@id']), asText(root['author'])];
  return {
    format: 'openvex',
    ...(id !== undefined && { id }),
    ...(author !== undefined && { author }),
    statements,
    skipped,
  };
}

function statementOf(value: unknown, index: number, time: string | undefined, root: JsonRecord): VexStatement | string {
  const statement = asRecord(value);
  if (statement === undefined) return 'it is no object';
  const given = statement['vulnerability'];
  const record = asRecord(given);
  const named = asText(record?.['name'], 200) ?? asText(given, 200) ?? idOfUrl(asText(record?.['@id'], 500));
  if (named === undefined) return 'it names no vulnerability';
  const status = vexStatuses.find((known) => known === statement['status']);
  if (status === undefined) {
    return `its status ${JSON.stringify(statement['status'] ?? null).slice(0, 60)} is not one of ${vexStatuses.join(', ')}`;
  }
  const listed = asList(statement['products'] ?? root['product']);
  if (listed.length > mostProducts) return `it has more than ${mostProducts} products`;
  const products = listed.flatMap((one) => productOf(one) ?? []);
  if (products.length === 0) return 'it names no product';
  const justification = asText(statement['justification'], 200);
  const impact = asText(statement['impact_statement'], LONG);
  const fault = justificationFault(status, justification, impact);
  if (fault !== undefined) return fault;
  const text = status === 'affected' ? (asText(statement['action_statement'], LONG) ?? impact) : impact;
  const timestamp = asMoment(statement['last_updated']) ?? asMoment(statement['timestamp']) ?? time;
  return {
    index,
    vulnerability: named.trim(),
    aliases: asList(record?.['aliases']).flatMap((alias) => asText(alias, 200)?.trim() ?? []),
    status,
    products,
    ...(justification !== undefined && { justification }),
    ...(text !== undefined && { statement: text }),
    ...(timestamp !== undefined && { timestamp }),
  };
}

/** "MUST include a status justification or an impact_statement" (section "Status Labels"): without one it proves nothing. */
function justificationFault(
  status: VexStatus,
  justification: string | undefined,
  impact: string | undefined,
): string | undefined {
  if (status !== 'not_affected') return undefined;
  if (justification === undefined) {
    return impact === undefined ? 'it says not_affected and neither justification nor impact_statement' : undefined;
  }
  if (vexJustifications.some((known) => known === justification)) return undefined;
  return `its justification ${JSON.stringify(justification.slice(0, 60))} is not one of ${vexJustifications.join(', ')}`;
}

/** `https://nvd.nist.gov/vuln/detail/CVE-2024-1` -> the last part, as documents without a name have it. */
function idOfUrl(url: string | undefined): string | undefined {
  return url?.slice(url.lastIndexOf('/') + 1) || undefined;
}

function productOf(value: unknown): VexProduct | undefined {
  const record = asRecord(value);
  const own = componentOf(record ?? value);
  const parts = asList(record?.['subcomponents'])
    .slice(0, mostProducts)
    .flatMap((one) => {
      const { ids } = componentOf(one);
      return ids;
    });
  if (own.ids.length + own.cpes.length + own.hashes.length === 0) return undefined;
  // Parts that nobody can read must not make a statement on a part one on the whole.
  if (parts.length === 0 && asList(record?.['subcomponents']).length > 0) return undefined;
  return { ...own, parts: [...new Set(parts)] };
}

function componentOf(value: unknown): Pick<VexProduct, 'ids' | 'cpes' | 'hashes'> {
  const record = asRecord(value);
  const identifiers = asRecord(record?.['identifiers']);
  const texts = [asText(value, 2000), asText(record?.['@id'], 2000), asText(identifiers?.['purl'], 2000)];
  const hashes = Object.entries(asRecord(record?.['hashes']) ?? {}).flatMap(([algorithm, hash]) => {
    const text = asText(hash, 200)?.toLowerCase();
    return text === undefined ? [] : [`${algorithm.toLowerCase().replaceAll('-', '')}:${text}`];
  });
  const cpes = ['cpe23', 'cpe22'].flatMap((name) => asText(identifiers?.[name], 1000) ?? []);
  return { ids: [...new Set(texts.flatMap((text) => text ?? []))], cpes, hashes };
}
