import { FormatError, LimitError } from '../errors.ts';
import { parseJson } from './parse-json.ts';
import { asList, asRecord, asText } from './record.ts';

/** A package of a concrete spec. */
export interface SpackPackage {
  readonly name: string;
  readonly version: string;
  /** The processor it was built for: `skylake`, `x86_64`. */
  readonly arch?: string;
  /** It is what the spec is of; the others are what that was built and runs with. */
  readonly isRoot: boolean;
}

/** Packages of one spec; the largest that are known have some hundred. */
const MAX_NODES = 10_000;

/**
 * Reads `.spack/spec.json`, which Spack leaves in the folder of each package that it installed: the package, and all it
 * depends on (spack.readthedocs.io, "Spec Format"). What was there before (`external`) is not Spack's and left out.
 * @throws FormatError where it is no such document
 * @throws LimitError for more nodes than any spec has
 */
export function parseSpackSpec(text: string): readonly SpackPackage[] {
  const spec = asRecord(parseJson(text));
  const nodes = asRecord(spec?.['spec'])?.['nodes'];
  if (!Array.isArray(nodes)) throw new FormatError('it has no list of nodes');
  if (nodes.length > MAX_NODES) throw new LimitError(`it has more than ${MAX_NODES} nodes`);
  const packages: SpackPackage[] = [];
  for (const [index, node] of asList(nodes).entries()) {
    const one = asRecord(node);
    const name = asText(one?.['name'], 256);
    const version = asText(one?.['version'], 256);
    if (one === undefined || name === undefined || version === undefined || asRecord(one['external']) !== undefined)
      continue;
    const target = asRecord(one['arch'])?.['target'];
    const arch = asText(target, 64) ?? asText(asRecord(target)?.['name'], 64);
    packages.push({ name, version, ...(arch !== undefined && { arch }), isRoot: index === 0 });
  }
  return packages;
}
