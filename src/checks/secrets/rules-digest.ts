import { createHash } from 'node:crypto';
import { secretRules } from '../../secrets/forms/index.ts';

let digest: string | undefined;

/** Digest of the rules, by their ids, keywords and forms: other rules find other things in the same bytes. */
export function rulesDigest(): string {
  digest ??= createHash('sha256')
    .update(secretRules.map((rule) => JSON.stringify(rule, told)).join('\n'))
    .digest('hex');
  return digest;
}

/** Expressions and functions are no JSON: they tell by their source. */
function told(_: string, value: unknown): unknown {
  return value instanceof RegExp || typeof value === 'function' ? String(value) : value;
}
