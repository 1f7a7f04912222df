import type { PackageRecord } from '../../model/fact.ts';

/** What files of mix and rebar3 say of a package of Hex. */
interface HexFacts {
  readonly name: string;
  readonly version: string;
  readonly licences?: readonly string[];
  readonly requires?: readonly string[];
  readonly sha256?: string;
}

export function hexRecord(
  { name, version, licences = [], requires = [], sha256 }: HexFacts,
  evidence: Pick<PackageRecord, 'evidence'> = {},
): PackageRecord {
  return {
    type: 'hex',
    name,
    version,
    ...evidence,
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  };
}
