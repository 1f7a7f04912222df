import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findSecrets } from './find-secrets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const cipher = { cipher: 'aes-256-cbc', passphrase: 'a passphrase' } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

const pems: readonly (readonly [what: string, pem: string, isEncrypted: boolean])[] = [
  ['RSA, PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }) as string, false],
  ['RSA, PKCS #8', rsa.export({ type: 'pkcs8', format: 'pem' }) as string, false],
  ['EC, SEC 1', ec.export({ type: 'sec1', format: 'pem' }) as string, false],
  ['DSA', dsa.export({ type: 'pkcs8', format: 'pem' }) as string, false],
  ['Ed25519', ed25519.export({ type: 'pkcs8', format: 'pem' }) as string, false],
  ['RSA under a passphrase, PKCS #8', rsa.export({ type: 'pkcs8', format: 'pem', ...cipher }) as string, true],
  ['RSA under a passphrase, old form', rsa.export({ type: 'pkcs1', format: 'pem', ...cipher }) as string, true],
];
const forms: readonly (readonly [how: string, (pem: string) => string])[] = [
  ['as it is', (pem) => pem],
  ['with line ends of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
  ['in JSON', (pem) => JSON.stringify({ key: pem })],
  ['in JSON in JSON', (pem) => JSON.stringify({ a: JSON.stringify({ key: pem }) })],
  ['in YAML', (pem) => `key: |\n${pem.replace(/^/gm, '    ')}`],
  [
    'in strings that are added',
    (pem) =>
      pem
        .trimEnd()
        .split('\n')
        .map((line) => `  "${line}\\n" +`)
        .join('\n'),
  ],
  ['in a comment', (pem) => pem.replace(/^/gm, '# ')],
  ['in one line', (pem) => pem.replaceAll('\n', ' ')],
];

describe('keys in PEM', () => {
  it.each(pems)('are parsed, however they are written: %s', (_what, pem, isEncrypted) => {
    const prints = new Set<string | undefined>();
    for (const [how, write] of forms) {
      // The header of the old form needs its lines.
      if (isEncrypted && pem.includes('Proc-Type') && how === 'in one line') continue;
      const text = `x = 1\n${write(pem)}\ny = 2\n`;

      const found = findSecrets(Buffer.from(text), { path: 'app/a.conf' });

      expect({ how, found }).toMatchObject({
        how,
        found: [{ rule: 'private-key', validated: 'parsed', confidence: 'certain' }],
      });
      expect({ how, encrypted: found[0]?.encrypted }).toEqual({ how, encrypted: isEncrypted ? true : undefined });
      prints.add(found[0]?.fingerprint);
    }
    expect(prints.size).toBe(1);
  });

  it('are none with a wrong byte in a prime, or without their end', () => {
    const pem = pems[0]![1];
    // The first prime begins in the seventh line.
    const lines = pem.split('\n');
    lines[7] = lines[7]!.replace(/^./, (character) => (character === 'A' ? 'B' : 'A'));
    expect(findSecrets(Buffer.from(lines.join('\n')), { path: 'a' })).toEqual([]);

    const cut = findSecrets(Buffer.from(pem.slice(0, 600)), { path: 'a' });
    expect(cut).toMatchObject([{ validated: 'structure', confidence: 'medium' }]);
    expect(cut[0]!.end).toBe(600);
  });

  it('of a Google Cloud service account are told as such', () => {
    const file = { type: 'service_account', private_key_id: 'a'.repeat(40), private_key: pems[1]![1] };

    const found = findSecrets(Buffer.from(JSON.stringify(file)), { path: 'key.json' });

    expect(found).toMatchObject([{ rule: 'google-service-account-key', validated: 'parsed' }]);
  });

  it('in DER are told by their structure', () => {
    const der = rsa.export({ type: 'pkcs8', format: 'der' });
    expect(findSecrets(der, { path: 'a.key' })).toMatchObject([{ rule: 'der-private-key', start: 0, end: der.length }]);
  });

  it('in JSON (JWK) are told, public ones are not', () => {
    const text = (jwk: object): Buffer => Buffer.from(JSON.stringify({ keys: [jwk] }));
    expect(findSecrets(text(ec.export({ format: 'jwk' })), { path: 'a' })).toMatchObject([{ rule: 'json-web-key' }]);
    const { d: _, ...open } = ec.export({ format: 'jwk' });
    expect(findSecrets(text(open), { path: 'a' })).toEqual([]);
  });
});

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
const run = (program: string, ...args: string[]): Buffer =>
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: folder });

describe.skipIf(!has('ssh-keygen'))('keys of ssh-keygen (skipped where it is not installed)', () => {
  it.each([
    ['ed25519', '', false],
    ['ecdsa', '', false],
    ['ed25519', 'a passphrase', true],
  ])('are told: %s, passphrase %j', (type, passphrase, isEncrypted) => {
    const file = path.join(folder, `id_${type}_${isEncrypted}`);
    run('ssh-keygen', '-q', '-t', type, '-N', passphrase, '-f', file);

    const found = findSecrets(readFileSync(file), { path: 'root/.ssh/id' });

    expect(found).toMatchObject([{ rule: 'ssh-private-key', validated: 'parsed', line: 1 }]);
    expect(found[0]?.encrypted).toBe(isEncrypted ? true : undefined);
    expect(findSecrets(readFileSync(`${file}.pub`), { path: 'root/.ssh/id.pub' })).toEqual([]);
  });
});

describe.skipIf(!has('openssl'))('stores of openssl (skipped where it is not installed)', () => {
  it('are told where a key is in them', () => {
    run(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-subj',
      '/CN=a',
      '-days',
      '1',
    );
    run('openssl', 'pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 's.p12', '-passout', 'pass:a');
    run('openssl', 'pkcs12', '-export', '-nokeys', '-in', 'c.pem', '-out', 't.p12', '-passout', 'pass:a');

    expect(findSecrets(readFileSync(path.join(folder, 's.p12')), { path: 's.p12' })).toMatchObject([
      { rule: 'pkcs12-key-store', encrypted: true },
    ]);
    expect(findSecrets(readFileSync(path.join(folder, 't.p12')), { path: 't.p12' })).toEqual([]);
  });
});

describe.skipIf(!has('gpg'))('keys of gpg (skipped where it is not installed)', () => {
  it('are told, under a passphrase or not', () => {
    for (const passphrase of ['', 'a passphrase']) {
      const home = mkdtempSync(path.join(folder, 'gpg-'));
      const common = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', passphrase];
      run('gpg', ...common, '--quick-gen-key', 'a@b.c', 'rsa2048', 'default', 'never');
      const armoured = run('gpg', ...common, '--armor', '--export-secret-keys');
      run('gpgconf', '--homedir', home, '--kill', 'gpg-agent');

      const found = findSecrets(armoured, { path: 'a.asc' });

      expect(found).toMatchObject([{ rule: 'pgp-private-key', validated: 'parsed' }]);
      expect(found[0]?.encrypted).toBe(passphrase === '' ? undefined : true);
    }
  });
});
