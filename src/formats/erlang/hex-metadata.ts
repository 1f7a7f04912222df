import { FormatError } from '../../errors.ts';
import { asTermList, asTermText, asTuple, readErlangTerms, type Term } from './terms.ts';

/** What a package of Hex says of itself. */
export interface HexPackage {
  readonly name: string;
  readonly version: string;
  readonly licences: readonly string[];
  readonly requires: readonly string[];
}

/**
 * Reads hex_metadata.config, which mix and rebar3 unpack with each package (hexpm/specifications, package_metadata.md).
 * @throws FormatError where it names no package
 */
export function parseHexMetadata(text: string): HexPackage {
  const fields = new Map<string, Term>();
  for (const term of readErlangTerms(text)) {
    const [key, value] = asTuple(term) ?? [];
    if (typeof key === 'string' && value !== undefined) fields.set(key, value);
  }
  const name = asTermText(fields.get('name'));
  if (name === undefined) throw new FormatError('it names no package');
  return {
    name,
    version: asTermText(fields.get('version')) ?? '',
    licences: asTermList(fields.get('licenses')).flatMap((one) => asTermText(one) ?? []),
    requires: [...new Set(asTermList(fields.get('requirements')).flatMap((one) => requirement(one) ?? []))],
  };
}

/** A list of fields with a name among them, or a pair of the name and the fields. */
function requirement(term: Term): string | undefined {
  const name = asTermText(asTuple(term)?.[0]);
  if (name !== undefined) return name;
  for (const field of asTermList(term)) {
    const [key, value] = asTuple(field) ?? [];
    if (key === 'name') return asTermText(value);
  }
  return undefined;
}
