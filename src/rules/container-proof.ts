import { MemorySource } from '../formats/byte-source.ts';
import { readCvd } from '../formats/clamav/cvd.ts';
import type { CvdKeys } from '../formats/clamav/cvd-keys.ts';
import type { RuleFile } from './rule-file.ts';

/** Whose a container of ClamAV is, in words, and which of its versions. */
export interface ContainerProof {
  readonly words: string;
  readonly version: number;
}

/** Shows whose a container of ClamAV is. @throws FormatError where that is wrong */
export type VerifyContainer = (file: RuleFile) => Promise<ContainerProof>;

export interface ContainerOptions {
  /** Keys that sign containers: those of the ClamAV project, unless others are given. */
  readonly keys?: CvdKeys;
  readonly signal?: AbortSignal;
}

/** Checks a whole container of ClamAV: its signatures and the digests of its files. */
export function containerProof(options: ContainerOptions = {}): VerifyContainer {
  return async ({ path, bytes }) => {
    const { header, proofs } = await readCvd(new MemorySource(bytes), path, () => {}, options);
    const how = proofs.length === 0 ? 'signed by nobody' : 'signature verified';
    return { version: header.version, words: `${path} version ${header.version} of ${header.date}, ${how}` };
  };
}

/** The files of a container that nobody signed: as such it would not be loaded. */
export async function unsignedFiles(
  { path, bytes }: RuleFile,
  options: ContainerOptions,
): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  const take = (name: string, content: Buffer): void => {
    files.push({ path: `${path}/${name}`, bytes: Buffer.from(content) });
  };
  await readCvd(new MemorySource(bytes), path, take, { ...options, unsigned: true });
  return files;
}
