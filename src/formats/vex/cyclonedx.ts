import { FormatError, LimitError } from '../../errors.ts';
import { asList, asMoment, asRecord, asText, type JsonRecord } from '../record.ts';
import {
  mostProducts,
  mostStatements,
  type VexDocument,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './document.ts';

const LONG = 10_000;

/** States of an analysis (CycloneDX 1.6, `vulnerabilities[].analysis.state`) as statuses. */
const statuses: ReadonlyMap<string, VexStatus> = new Map([
  ['resolved', 'fixed'],
  ['resolved_with_pedigree', 'fixed'],
  ['exploitable', 'affected'],
  ['in_triage', 'under_investigation'],
  ['false_positive', 'not_affected'],
  ['not_affected', 'not_affected'],
]);

/** `analysis.justification` */
const justifications: readonly string[] = [
  'code_not_present',
  'code_not_reachable',
  'requires_configuration',
  'requires_dependency',
  'requires_environment',
  'protected_by_compiler',
  'protected_at_runtime',
  'protected_at_perimeter',
  'protected_by_mitigating_control',
];

const DEPTH = 100;

/** Tells whether parsed JSON says of itself that it is CycloneDX. */
export function isCycloneDx(root: JsonRecord): boolean {
  return root['bomFormat'] === 'CycloneDX';
}

/**
 * Reads the vulnerabilities of a CycloneDX document (1.4 to 1.6), as a statement each: on the components that they
 * affect, as parts of what the document describes (`metadata.component`). A reference to another document
 * (BOM-Link) is read only where its end is a package URL.
 * @throws FormatError if it has no vulnerabilities
 */
export function readCycloneDxVex(root: JsonRecord): VexDocument {
  const given = root['vulnerabilities'];
  if (!Array.isArray(given)) throw new FormatError('the CycloneDX document has no list of "vulnerabilities"');
  if (given.length > mostStatements) {
    throw new LimitError(`the CycloneDX document has more than ${mostStatements} vulnerabilities`);
  }
  const metadata = asRecord(root['metadata']);
  const product = productOfDocument(asRecord(metadata?.['component']));
  const components = componentsOf(root);
  const time = asMoment(metadata?.['timestamp']);
  const statements: VexStatement[] = [];
  const skipped: { index: number; reason: string }[] = [];
  for (const [index, one] of given.entries()) {
    const statement = statementOf(asRecord(one), index, { product, components, time });
    if (typeof statement === 'string') skipped.push({ index, reason: statement });
    else statements.push(statement);
  }
  const id = asText(root['serialNumber']);
  const author =
    asText(asRecord(asList(metadata?.['authors'])[0])?.['name']) ?? asText(asRecord(metadata?.['supplier'])?.['name']);
  return {
    format: 'cyclonedx',
    ...(id !== undefined && { id }),
    ...(author !== undefined && { author }),
    statements,
    skipped,
  };
}

interface Component extends Pick<VexProduct, 'ids' | 'cpes' | 'hashes'> {
  readonly ref?: string;
}

interface Surroundings {
  readonly product: Component | undefined;
  readonly components: ReadonlyMap<string, Component>;
  readonly time: string | undefined;
}

function statementOf(value: JsonRecord | undefined, index: number, around: Surroundings): VexStatement | string {
  if (value === undefined) return 'it is no object';
  const vulnerability = asText(value['id'], 200)?.trim();
  if (vulnerability === undefined) return 'it names no vulnerability';
  const analysis = asRecord(value['analysis']);
  if (analysis === undefined) return 'it has no analysis, so it says nothing of exploitability';
  const state = asText(analysis['state'], 100);
  const status = statuses.get(state ?? '');
  if (status === undefined) {
    return `its state ${JSON.stringify(state ?? null)} is not one of ${[...statuses.keys()].join(', ')}`;
  }
  const justification = asText(analysis['justification'], 100) ?? (state === 'false_positive' ? state : undefined);
  const detail = asText(analysis['detail'], LONG);
  if (status === 'not_affected' && justification === undefined && detail === undefined) {
    return 'it says not_affected and neither justification nor detail';
  }
  if (justification !== undefined && justification !== 'false_positive' && !justifications.includes(justification)) {
    return `its justification ${JSON.stringify(justification)} is not one of ${justifications.join(', ')}`;
  }
  const affects = asList(value['affects']);
  if (affects.length > mostProducts) return `it affects more than ${mostProducts} components`;
  const products = affects.flatMap((one) => productOf(asRecord(one), around) ?? []);
  if (products.length === 0) return 'it names no component that can be told';
  const timestamp =
    asMoment(analysis['lastUpdated']) ?? asMoment(analysis['firstIssued']) ?? asMoment(value['updated']) ?? around.time;
  return {
    index,
    vulnerability,
    aliases: asList(value['references']).flatMap((one) => asText(asRecord(one)?.['id'], 200)?.trim() ?? []),
    status,
    products,
    ...(justification !== undefined && { justification }),
    ...(detail !== undefined && { statement: detail }),
    ...(timestamp !== undefined && { timestamp }),
  };
}

/**
 * What the document describes. One without package URL or hash goes by its name: that it cannot be told must not make
 * what is said of its components true of everything.
 */
function productOfDocument(value: JsonRecord | undefined): Component | undefined {
  const component = componentOf(value);
  const name = asText(value?.['name'], 1000);
  if (component === undefined || component.ids.length + component.hashes.length > 0) return component;
  return name === undefined ? undefined : { ...component, ids: [name] };
}

/** What `affects[].ref` points to: the product itself, one of its components, or a package URL. */
function productOf(affected: JsonRecord | undefined, { product, components }: Surroundings): VexProduct | undefined {
  const ref = asText(affected?.['ref'], 2000);
  if (ref === undefined) return undefined;
  // Versions that are not said to be affected: what the statement says is not for them.
  const versions = asList(affected?.['versions']).map(asRecord);
  if (versions.some((version) => version?.['range'] !== undefined)) return undefined;
  const named = versions
    .filter((version) => version?.['status'] !== 'unaffected')
    .flatMap((version) => asText(version?.['version'], 200) ?? []);
  const withVersions = (ids: readonly string[]): readonly string[] =>
    named.length === 0
      ? ids
      : ids.flatMap((id) =>
          /^pkg:[^@]*$/.test(id) ? named.map((version) => `${id}@${encodeURIComponent(version)}`) : [id],
        );
  if (product !== undefined && ref === product.ref) return { ...product, parts: [] };
  const component =
    components.get(ref) ?? (ref.startsWith('pkg:') ? { ids: [ref], cpes: [], hashes: [] } : linked(ref));
  if (component === undefined) return undefined;
  const ids = withVersions(component.ids);
  if (product === undefined || product.ids.length + product.hashes.length === 0) {
    return ids.length + component.cpes.length + component.hashes.length === 0
      ? undefined
      : { ids, cpes: component.cpes, hashes: component.hashes, parts: [] };
  }
  return ids.length === 0 ? undefined : { ...product, parts: ids };
}

/** `urn:cdx:serial/version#bom-ref` (BOM-Link) with a package URL as its end. */
function linked(ref: string): Component | undefined {
  const hash = ref.indexOf('#');
  if (!ref.startsWith('urn:cdx:') || hash < 0) return undefined;
  const end = ref.slice(hash + 1);
  const text = end.startsWith('pkg:') ? end : decoded(end);
  return text.startsWith('pkg:') ? { ids: [text], cpes: [], hashes: [] } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function componentOf(value: JsonRecord | undefined): Component | undefined {
  if (value === undefined) return undefined;
  const [ref, purl, cpe] = [asText(value['bom-ref'], 2000), asText(value['purl'], 2000), asText(value['cpe'], 1000)];
  const hashes = asList(value['hashes']).flatMap((one) => {
    const [algorithm, content] = [asText(asRecord(one)?.['alg'], 20), asText(asRecord(one)?.['content'], 200)];
    return algorithm === undefined || content === undefined
      ? []
      : [`${algorithm.toLowerCase().replaceAll('-', '')}:${content.toLowerCase()}`];
  });
  const ids = purl !== undefined ? [purl] : ref?.startsWith('pkg:') === true ? [ref] : [];
  return { ids, cpes: cpe === undefined ? [] : [cpe], hashes, ...(ref !== undefined && { ref }) };
}

function componentsOf(root: JsonRecord): ReadonlyMap<string, Component> {
  const found = new Map<string, Component>();
  const waiting = [{ list: asList(root['components']), depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > DEPTH) throw new LimitError(`components are deeper than ${DEPTH} inside each other`);
    for (const one of next.list) {
      const record = asRecord(one);
      const component = componentOf(record);
      if (component?.ref !== undefined) found.set(component.ref, component);
      const inner = asList(record?.['components']);
      if (inner.length > 0) waiting.push({ list: inner, depth: next.depth + 1 });
    }
  }
  return found;
}
