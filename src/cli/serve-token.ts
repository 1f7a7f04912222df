import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../config/service-options.ts';
import { isTokenName, tokenNameWords } from '../config/service-tokens.ts';
import { UsageError } from '../errors.ts';

/**
 * A new token, and the entry of the option `tokens` for it. The prefix lets scanners of source code know one.
 * @throws UsageError for a name that none can have
 */
export function newToken(name: string, scope: Scope): string {
  if (!isTokenName(name)) {
    throw new UsageError(
      'usage.option',
      `"drydock serve token": ${tokenNameWords} is expected, not ${JSON.stringify(name)}.`,
    );
  }
  const token = `drydock_${randomBytes(32).toString('base64url')}`;
  const entry = `${name}:${scope}:${createHash('sha256').update(token).digest('hex')}`;
  return `# For the client, as "Authorization: Bearer TOKEN" or as the password of an address:
${token}

# For the service: in drydock.yaml, or the text in quotes as a line of the file that --token-file names:
server:
  tokens: ["${entry}"]
`;
}
