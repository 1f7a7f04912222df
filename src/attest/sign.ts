import { envelopeOf, IN_TOTO, preAuthentication } from '../formats/attestation/envelope.ts';
import { statementOf } from '../formats/attestation/statement.ts';
import type { NamedKey } from './keys.ts';
import { signatureOf } from './signature.ts';

/** What is stated of an image. */
export interface Claim {
  readonly subject: { readonly name: string; readonly digest: string };
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** A signed statement (in-toto) in its envelope (DSSE), as JSON. The key is private. */
export function signedStatement({ subject, predicateType, predicate }: Claim, { key }: NamedKey): Buffer {
  const payload = Buffer.from(JSON.stringify(statementOf(subject, predicateType, predicate)));
  const signature = signatureOf(preAuthentication(IN_TOTO, payload), key);
  return Buffer.from(JSON.stringify(envelopeOf(IN_TOTO, payload, signature)));
}
