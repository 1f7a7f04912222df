import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SecretKind } from './secret-kinds.ts';

/** Private keys that were made a moment ago and open nothing. */
export const keyKinds: readonly SecretKind[] = [
  {
    name: 'TLS_PRIVATE_KEY',
    make: () =>
      pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' })),
  },
  {
    name: 'JWT_PRIVATE_KEY',
    make: () =>
      pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })),
  },
  {
    name: 'SIGNING_KEY',
    make: () =>
      pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' })),
  },
  {
    name: 'APP_PRIVATE_KEY',
    make: () => pem(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
  },
];

const pem = (text: string | Buffer) => text.toString().trimEnd();

/** A key as `ssh-keygen` writes it; nothing where it is not installed. */
export function opensshKey(directory: string, number: number): string | undefined {
  const file = path.join(directory, `id-${number}`);
  const { status } = spawnSync('ssh-keygen', [
    ...['-q', '-t', number % 2 ? 'ed25519' : 'ecdsa', '-N', '', '-C', 'deploy@acme-shop.io', '-f', file],
  ]);
  return status === 0 ? readFileSync(file, 'utf8') : undefined;
}
