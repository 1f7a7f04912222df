import { FormatError, LimitError } from '../../errors.ts';
import { asList, asMoment, asRecord, asText, type JsonRecord } from '../record.ts';
import type { CsafDocument, CsafProduct, CsafRemark, CsafScore, CsafStatus, CsafVulnerability } from './document.ts';

/** Bytes of one document; the largest that are published have some tens of millions. */
const DOCUMENT = 256 * 1024 * 1024;
/** Branches inside each other. The standard's examples have five. */
const DEPTH = 100;
/** Products and relationships of a document. */
const PRODUCTS = 2_000_000;
const TEXT = 100_000;

const statuses: readonly CsafStatus[] = [
  'first_affected',
  'first_fixed',
  'fixed',
  'known_affected',
  'known_not_affected',
  'last_affected',
  'recommended',
  'under_investigation',
];

/**
 * Reads one CSAF 2.0 document (docs.oasis-open.org/csaf/csaf/v2.0). Members of another type than the standard's count
 * as absent; product groups are put in place of their ids.
 * @throws FormatError if it is no JSON, or lacks what every document has
 * @throws LimitError if it is larger than anything that is published
 */
export function readCsaf(bytes: Uint8Array): CsafDocument {
  if (bytes.length > DOCUMENT) throw new LimitError(`the CSAF document has more than ${DOCUMENT} bytes`);
  const root = asRecord(parse(bytes));
  const document = asRecord(root?.['document']);
  if (root === undefined || document === undefined) throw new FormatError('the CSAF document has no "document"');
  const tracking = asRecord(document['tracking']);
  const id = asText(tracking?.['id'], 200);
  const category = asText(document['category'], 200);
  const version = asText(document['csaf_version'], 20);
  if (id === undefined || category === undefined) {
    throw new FormatError(`the CSAF document has no ${id === undefined ? 'tracking id' : 'category'}`);
  }
  if (version !== '2.0') throw new FormatError(`CSAF of version ${JSON.stringify(version ?? null)} is not known`);
  const tree = asRecord(root['product_tree']);
  const groups = groupsOf(tree);
  return {
    category,
    id,
    urls: urlsOf(document),
    products: productsOf(tree),
    vulnerabilities: asList(root['vulnerabilities'])
      .map(asRecord)
      .filter((one) => one !== undefined)
      .map((one) => vulnerabilityOf(one, groups)),
    ...defined({
      title: asText(document['title']),
      severity: asText(asRecord(document['aggregate_severity'])?.['text'], 100),
      trackingStatus: asText(tracking?.['status'], 20),
      publisher: asText(asRecord(document['publisher'])?.['name'], 200),
      published: asMoment(tracking?.['initial_release_date']),
      modified: asMoment(tracking?.['current_release_date']),
    }),
  };
}

function parse(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new FormatError(`the CSAF document is no JSON: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
}

/** All products of the tree: of branches at any depth, of the flat list, and those that relationships make. */
function productsOf(tree: JsonRecord | undefined): ReadonlyMap<string, CsafProduct> {
  const products = new Map<string, CsafProduct>();
  function add(value: unknown, part?: CsafProduct['part']): void {
    const product = productOf(value, part);
    if (product === undefined) return;
    products.set(product.id, product);
    if (products.size > PRODUCTS) throw new LimitError(`the CSAF document has more than ${PRODUCTS} products`);
  }
  const waiting = [{ branches: asList(tree?.['branches']), depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > DEPTH) throw new LimitError(`the product tree is deeper than ${DEPTH} branches`);
    for (const one of next.branches) {
      const branch = asRecord(one);
      add(branch?.['product']);
      const branches = asList(branch?.['branches']);
      if (branches.length > 0) waiting.push({ branches, depth: next.depth + 1 });
    }
  }
  for (const one of asList(tree?.['full_product_names'])) add(one);
  for (const one of asList(tree?.['relationships'])) {
    const relationship = asRecord(one);
    const component = asText(relationship?.['product_reference'], 2000);
    const of = asText(relationship?.['relates_to_product_reference'], 2000);
    if (component !== undefined && of !== undefined) add(relationship?.['full_product_name'], { component, of });
  }
  return products;
}

function productOf(value: unknown, part: CsafProduct['part']): CsafProduct | undefined {
  const product = asRecord(value);
  const id = asText(product?.['product_id'], 2000);
  if (id === undefined) return undefined;
  const helper = asRecord(product?.['product_identification_helper']);
  return {
    id,
    name: asText(product?.['name'], 2000) ?? id,
    ...defined({ cpe: asText(helper?.['cpe'], 1000), purl: asText(helper?.['purl'], 2000), part }),
  };
}

type Groups = ReadonlyMap<string, readonly string[]>;

function groupsOf(tree: JsonRecord | undefined): Groups {
  const groups = new Map<string, readonly string[]>();
  for (const one of asList(tree?.['product_groups'])) {
    const id = asText(asRecord(one)?.['group_id'], 2000);
    if (id !== undefined) groups.set(id, textsOf(asRecord(one)?.['product_ids']));
  }
  return groups;
}

function vulnerabilityOf(value: JsonRecord, groups: Groups): CsafVulnerability {
  const status = new Map<CsafStatus, readonly string[]>();
  const given = asRecord(value['product_status']);
  for (const name of statuses) {
    const ids = textsOf(given?.[name]);
    if (ids.length > 0) status.set(name, ids);
  }
  return {
    ids: asList(value['ids']).flatMap((one) => asText(asRecord(one)?.['text'], 200) ?? []),
    urls: urlsOf(value),
    scores: asList(value['scores']).flatMap(scoresOf),
    status,
    flags: remarksOf(value['flags'], groups),
    remediations: remarksOf(value['remediations'], groups),
    threats: remarksOf(value['threats'], groups),
    ...defined({
      cve: asText(value['cve'], 100)?.trim().toUpperCase(),
      title: asText(value['title']),
      description: descriptionOf(value),
      cwe: asText(asRecord(value['cwe'])?.['id'], 20),
      published: asMoment(value['release_date']) ?? asMoment(value['discovery_date']),
    }),
  };
}

function scoresOf(value: unknown): CsafScore[] {
  const score = asRecord(value);
  const products = textsOf(score?.['products']);
  return ['cvss_v4', 'cvss_v3', 'cvss_v2'].flatMap((name) => {
    const vector = asText(asRecord(score?.[name])?.['vectorString'], 512);
    return vector === undefined ? [] : [{ vector, products }];
  });
}

/** Remediations and threats have a category and details; flags have a label alone. */
function remarksOf(value: unknown, groups: Groups): CsafRemark[] {
  return asList(value).flatMap((one) => {
    const remark = asRecord(one);
    const category = asText(remark?.['category'], 100) ?? asText(remark?.['label'], 100);
    if (category === undefined) return [];
    const products = [...textsOf(remark?.['product_ids'])];
    for (const id of textsOf(remark?.['group_ids'])) for (const product of groups.get(id) ?? []) products.push(product);
    const url = asText(remark?.['url'], 2000);
    return [{ category, details: asText(remark?.['details'], TEXT) ?? '', products, ...defined({ url }) }];
  });
}

function descriptionOf(value: JsonRecord): string | undefined {
  for (const category of ['description', 'summary', 'details']) {
    for (const one of asList(value['notes'])) {
      const note = asRecord(one);
      const text = note?.['category'] === category ? asText(note['text'], TEXT) : undefined;
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

function urlsOf(value: JsonRecord): string[] {
  const references = asList(value['references']).map(asRecord);
  const own = references.filter((one) => one?.['category'] === 'self');
  const others = references.filter((one) => one?.['category'] !== 'self');
  return [...new Set([...own, ...others].flatMap((one) => asText(one?.['url'], 2000) ?? []))];
}

function textsOf(value: unknown): string[] {
  return asList(value).flatMap((one) => asText(one, 2000) ?? []);
}

/** The members that have a value. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
