import { base62Checksum } from '../checksums.ts';
import type { SecretRule } from '../secret-rule.ts';

/**
 * Tokens of GitHub: a prefix by kind, 30 characters, and CRC-32 of these in six digits of base 62 (github.blog, "Behind
 * GitHub's new authentication token formats", 2021).
 */
export const codeHostRules: readonly SecretRule[] = [
  {
    id: 'github-token',
    title: 'GitHub token',
    kind: 'token',
    severity: 'critical',
    issuer: 'GitHub',
    why: 'Whoever has it reads and writes repositories as its owner, as far as its scopes go.',
    remediation: 'Revoke it under Settings > Developer settings > Personal access tokens, then issue a new one.',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_[A-Za-z0-9]{36}/y,
    check: (token) =>
      base62Checksum(token.slice(4, 34)) === token.slice(34)
        ? { confidence: 'certain', validated: 'checksum' }
        : { confidence: 'medium' },
  },
];
