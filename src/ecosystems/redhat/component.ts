import type { CsafDocument, CsafProduct } from '../../formats/csaf/document.ts';
import { type PackageUrl, parsePackageUrl } from '../../formats/package-url.ts';

/** A build or a package that a statement is about. */
export interface RpmComponent {
  readonly name: string;
  readonly kind: 'source' | 'binary';
  /** `epoch:version-release`, without an epoch of 0. */
  readonly version?: string;
  readonly architecture?: string;
  /** `nodejs:18`. */
  readonly module?: string;
  /** CPE of the product that it is a part of. */
  readonly product: string;
}

/** Why nothing can be said of a component; `other`: it is no rpm, which is no surprise. */
export type Unusable = 'other' | 'no-cpe' | 'module-without-stream';

/** Relationships above each other: a package of a module of a product. */
const CHAIN = 8;

/** Version of a module build, which stands for its packages: `3.9-8100020240826142629.d47b87a4`. */
const moduleBuild = /-\d{19}\.[0-9a-f]{8}$/;

/** Finds out which rpm of which product an id of a product status means. */
export function componentOf(id: string, products: CsafDocument['products']): RpmComponent | Unusable {
  const parts: CsafProduct[] = [];
  let product = products.get(id);
  while (product?.part !== undefined) {
    const component = products.get(product.part.component);
    if (component === undefined || parts.length === CHAIN) return 'other';
    parts.push(component);
    product = products.get(product.part.of);
  }
  const [first, ...above] = parts;
  const purl = first?.purl === undefined ? undefined : parsePackageUrl(first.purl);
  if (first === undefined || purl?.type !== 'rpm') return 'other';
  const cpe = product?.cpe;
  if (cpe === undefined) return 'no-cpe';
  const module = moduleOf(purl, first.id, above);
  if (module === null) return 'module-without-stream';
  const architecture = purl.qualifiers.get('arch');
  const epoch = purl.qualifiers.get('epoch');
  const isSource = architecture === 'src' || architecture === 'nosrc';
  const version = purl.version === undefined || moduleBuild.test(purl.version) ? undefined : purl.version;
  return {
    name: purl.name,
    // The newer form of the documents names builds by their source and without an architecture.
    kind: isSource || (architecture === undefined && purl.version !== undefined) ? 'source' : 'binary',
    product: cpe,
    ...(version !== undefined && { version: epoch === undefined || epoch === '0' ? version : `${epoch}:${version}` }),
    ...(architecture !== undefined && !isSource && { architecture }),
    ...(module !== undefined && { module }),
  };
}

/**
 * The module stream of a component: from its package URL, from a module that it is a part of, or from its id
 * (`nodejs:18/nodejs`, `redis-0:6.2.17-1.x86_64::redis:6`). Null where a module is named without its stream.
 */
function moduleOf(purl: PackageUrl, id: string, above: readonly CsafProduct[]): string | undefined | null {
  const label = purl.qualifiers.get('rpmmod');
  if (label !== undefined) return streamOf(label) ?? null;
  for (const part of above) {
    const module = part.purl === undefined ? undefined : parsePackageUrl(part.purl);
    if (module?.type === 'rpmmod') return streamOf(`${module.name}:${module.version ?? ''}`) ?? null;
  }
  return streamOf(/^([\w.+-]+:[\w.+-]+)\//.exec(id)?.[1] ?? /::([\w.+-]+:[\w.+-]+)$/.exec(id)?.[1] ?? '');
}

function streamOf(label: string): string | undefined {
  const [name = '', stream = ''] = label.split(':', 2);
  return name === '' || stream === '' ? undefined : `${name}:${stream}`;
}
