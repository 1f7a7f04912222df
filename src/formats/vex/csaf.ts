import { LimitError } from '../../errors.ts';
import type { CsafDocument, CsafProduct, CsafStatus, CsafVulnerability } from '../csaf/document.ts';
import { mostStatements, type VexDocument, type VexProduct, type VexStatement, type VexStatus } from './document.ts';

/** Product statuses of the profile VEX (CSAF 2.0 section 4.5) as statuses of a statement; the others say nothing of use. */
const statuses: readonly (readonly [CsafStatus, VexStatus])[] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
];

/** A CSAF document as statements: one for each vulnerability, status and justification. */
export function vexOfCsaf(document: CsafDocument): VexDocument {
  const statements: VexStatement[] = [];
  const skipped: { index: number; reason: string }[] = [];
  let index = 0;
  const next = (): number => {
    if (index >= mostStatements) throw new LimitError(`the CSAF document makes more than ${mostStatements} statements`);
    return index++;
  };
  for (const vulnerability of document.vulnerabilities) {
    const id = vulnerability.cve ?? vulnerability.ids[0];
    if (id === undefined) {
      skipped.push({ index: next(), reason: 'it names no vulnerability' });
      continue;
    }
    for (const [own, status] of statuses) {
      const reasons = reasonsOf(vulnerability, status);
      const groups = Map.groupBy(vulnerability.status.get(own) ?? [], (product) => reasons(product).key);
      for (const products of groups.values()) {
        const { justification, statement } = reasons(products[0]!);
        const at = next();
        const told = products.flatMap((product) => productOf(product, document.products) ?? []);
        if (told.length === 0) {
          skipped.push({ index: at, reason: 'none of its products has a package URL, CPE or hash' });
          continue;
        }
        if (status === 'not_affected' && justification === undefined && statement === undefined) {
          skipped.push({ index: at, reason: 'it says known_not_affected and neither flag nor impact' });
          continue;
        }
        statements.push({
          index: at,
          vulnerability: id,
          aliases: vulnerability.ids.filter((other) => other !== id),
          status,
          products: told,
          ...(justification !== undefined && { justification }),
          ...(statement !== undefined && { statement }),
          ...(document.modified !== undefined && { timestamp: document.modified }),
        });
      }
    }
  }
  return {
    format: 'csaf',
    id: document.id,
    ...(document.publisher !== undefined && { author: document.publisher }),
    statements,
    skipped,
  };
}

interface Reasons {
  readonly key: string;
  readonly justification?: string;
  readonly statement?: string;
}

/** What flags, threats and remediations say of a product; looked up once for all. */
function reasonsOf({ flags, threats, remediations }: CsafVulnerability, status: VexStatus): (id: string) => Reasons {
  const justifications = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const { category, products } of flags) for (const id of products) justifications.set(id, category);
  const said = status === 'affected' ? remediations : threats.filter(({ category }) => category === 'impact');
  for (const { details, products } of said) {
    if (details !== '') for (const id of products) if (!texts.has(id)) texts.set(id, details);
  }
  return (id) => {
    const justification = status === 'not_affected' ? justifications.get(id) : undefined;
    const statement = texts.get(id);
    return {
      key: JSON.stringify([justification, statement]),
      ...(justification !== undefined && { justification }),
      ...(statement !== undefined && { statement }),
    };
  };
}

function productOf(id: string, products: ReadonlyMap<string, CsafProduct>): VexProduct | undefined {
  const product = products.get(id);
  if (product === undefined) return undefined;
  if (product.part === undefined) return asProduct(product);
  const component = products.get(product.part.component);
  const whole = products.get(product.part.of);
  if (component?.purl === undefined || whole === undefined) return asProduct(product);
  const { ids, cpes, hashes } = namesOf(whole);
  return ids.length + cpes.length + hashes.length === 0 ? undefined : { ids, cpes, hashes, parts: [component.purl] };
}

function asProduct(product: CsafProduct): VexProduct | undefined {
  const names = namesOf(product);
  return names.ids.length + names.cpes.length === 0 ? undefined : { ...names, parts: [] };
}

function namesOf({ purl, cpe }: CsafProduct): Pick<VexProduct, 'ids' | 'cpes' | 'hashes'> {
  return { ids: purl === undefined ? [] : [purl], cpes: cpe === undefined ? [] : [cpe], hashes: [] };
}
