import { FormatError, LimitError } from '../errors.ts';
import { readAttestedVex, readStatedVex } from '../formats/vex/attestation.ts';
import type { VexDocument } from '../formats/vex/document.ts';
import type { AttachedDocuments, AttachedLayer } from './attached.ts';
import { type Trust, verdictOf } from './verify.ts';

/** Statements that a registry has of an image, and what of them could not be read or must not be used. */
export interface AttachedVex {
  readonly documents: readonly { readonly digest: string; readonly document: VexDocument; readonly signed: boolean }[];
  readonly faults: readonly string[];
}

/** Whether a layer may hold OpenVEX: one that says to be a bill of materials is not fetched. */
export function mayBeVex({ mediaType, annotations }: AttachedLayer): boolean {
  const predicate = annotations.get('in-toto.io/predicate-type') ?? annotations.get('predicateType');
  if (predicate !== undefined && !predicate.startsWith('https://openvex.dev/ns')) return false;
  return !/simplesigning|cyclonedx|spdx|syft/.test(mediaType);
}

/**
 * The OpenVEX among what is attached to an image.
 * @param trust absent: whoever may write to the repository is believed; else only what somebody who is trusted signed is used
 */
export function attachedVex({ digests, documents, faults }: AttachedDocuments, trust: Trust | undefined): AttachedVex {
  const found = new Map<string, AttachedVex['documents'][number]>();
  const told = new Set<string>();
  for (const one of documents.filter(mayBeVex)) {
    const { digest, bytes } = one;
    if (found.has(digest)) continue;
    try {
      const verdict = trust && verdictOf(one, trust);
      // Beside what a signature covers the same bytes may hold something else, which nobody signed.
      const signed = verdict?.outcome === 'verified' ? verdict.statement : undefined;
      const read = signed === undefined ? readAttestedVex(bytes) : readStatedVex(signed);
      if (read === undefined) continue;
      const { document, subjects } = read;
      const isOwn = subjects.length === 0 || subjects.some((subject) => digests.includes(subject));
      if (!isOwn) told.add(`${digest} is an attestation of another image, ${subjects[0]}`);
      else if (verdict === undefined || signed !== undefined)
        found.set(digest, { digest, document, signed: signed !== undefined });
      else told.add(`${digest} is not used: ${verdict.reason ?? 'nobody who is trusted signed it'}`);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      told.add(`${digest}: ${error.message}`);
    }
  }
  return { documents: [...found.values()], faults: [...faults, ...told] };
}
