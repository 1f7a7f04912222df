import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';
import { type PeFile, peDirectory, peOffset } from '../pe/pe.ts';
import { Metadata, type MetadataRow, table } from './metadata.ts';

/** What an assembly says of itself. */
export interface Assembly {
  readonly name: string;
  /** Four numbers, by which assemblies refer to each other: seldom the version of the package. */
  readonly version: string;
  /** Of texts in one language: no code. */
  readonly culture: string;
  /** Names of the assemblies that it refers to, sorted. */
  readonly references: readonly string[];
  /** Made to compile against: it has declarations and no code. */
  readonly isReference: boolean;
}

const CLI_HEADER = 72;
const MAX_REFERENCES = 5000;
/** More references to types than any assembly has. */
const MAX_TYPES = 500_000;
const MARK = 'ReferenceAssemblyAttribute';

/**
 * Reads the manifest of an assembly (ECMA-335 II.22.2, II.22.5, II.24).
 * @returns undefined for a program that is not made for .NET, and for a module without a manifest
 * @throws FormatError where it is one for .NET, and damaged
 */
export function readAssembly(source: ByteSource, file: PeFile): Assembly | undefined {
  const directory = file.directories[peDirectory.cli];
  if (directory === undefined || directory.address === 0) return undefined;
  const header = peOffset(file, directory.address);
  if (header === undefined) throw new FormatError('its header of .NET lies in no section');
  const cli = Fields.read(source, header, CLI_HEADER, 'header of .NET');
  const start = peOffset(file, cli.u32(8));
  if (start === undefined) throw new FormatError('its metadata lies in no section');
  const metadata = new Metadata(source.slice(start, cli.u32(12)));
  const [own] = metadata.rows(table.assembly, 1);
  if (own === undefined) return undefined;
  const name = metadata.text(own[7] as number);
  if (name === '') throw new FormatError('the assembly has no name');
  return {
    name,
    version: own.slice(1, 5).join('.'),
    culture: metadata.text(own[8] as number),
    references: references(metadata),
    isReference: isReference(metadata),
  };
}

function references(metadata: Metadata): readonly string[] {
  const names = new Set<string>();
  for (const row of metadata.rows(table.assemblyRef, MAX_REFERENCES)) names.add(metadata.text(row[6] as number));
  names.delete('');
  return [...names].sort();
}

/** The attribute is a type of the library: whoever has it refers to that type, and nobody else does. */
function isReference(metadata: Metadata): boolean {
  const places = metadata.placesOf(MARK);
  if (places.size === 0) return false;
  const hasName = (row: MetadataRow): boolean => places.has(row[1] as number);
  return metadata.rows(table.typeRef, MAX_TYPES).some(hasName);
}
