import { Appetite, type FileHeader } from '../model/file.ts';
import type { AnalyzerReader } from './analyzer-reader.ts';

/** What one analyzer wants of a file. */
export interface Interest {
  readonly reader: AnalyzerReader;
  /** By which the analyzer knows it. */
  readonly path: string;
  /** Becomes less where the analyzer does not like its first bytes. */
  appetite: Appetite;
}

export function unionOf(interests: readonly Interest[]): Appetite {
  let union = 0;
  for (const { appetite } of interests) union |= appetite;
  return union;
}

/** Asks those who want the whole file whether they do, once its first bytes are there. */
export function keepInterested(header: FileHeader, interests: readonly Interest[], head: () => Uint8Array): void {
  let bytes: Uint8Array | undefined;
  for (const interest of interests) {
    if ((interest.appetite & Appetite.Whole) === 0 || interest.reader.analyzer.begins === undefined) continue;
    bytes ??= head();
    const left = interest.reader.begins(header, interest.path, bytes);
    if (left === false) interest.appetite &= ~(Appetite.Whole | Appetite.Members | Appetite.AnyMembers);
    else if (left !== true) interest.appetite &= left;
  }
}

/** What is wanted of a member of an archive; undefined where nobody wants anything. Nothing of an archive outlives it. */
export function interestsIn(readers: readonly AnalyzerReader[], header: FileHeader): Interest[] | undefined {
  let interests: Interest[] | undefined;
  for (const reader of readers) {
    const wanted = reader.analyzer.wants(header);
    if (wanted === 0) continue;
    const appetite = (wanted & Appetite.Random) === 0 ? wanted : (wanted & ~Appetite.Random) | Appetite.Whole;
    interests ??= [];
    interests.push({ reader, path: header.path, appetite });
  }
  return interests;
}
