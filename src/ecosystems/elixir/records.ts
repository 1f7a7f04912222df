import type { PackageRecord } from '../../model/fact.ts';

/** What files of mix, rebar3 and Gleam say of a package of Hex. */
interface HexFacts {
  readonly name: string;
  readonly version: string;
  readonly licences?: readonly string[];
  readonly requires?: readonly string[];
  readonly development?: boolean;
  readonly sha256?: string;
}

export function hexRecord(
  { name, version, licences = [], requires = [], development, sha256 }: HexFacts,
  evidence: Pick<PackageRecord, 'evidence'> = {},
): PackageRecord {
  return {
    type: 'hex',
    name,
    version,
    ...evidence,
    ...(development === true && { groups: ['dev'] }),
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  };
}
