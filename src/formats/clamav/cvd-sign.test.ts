import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { verifySignFile } from './cvd-sign.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const file = Buffer.from('ClamAV-VDB: a container, or something of its length\n'.repeat(50));

describe.skipIf(!hasOpenssl)('signatures beside containers (skipped where openssl is not installed)', () => {
  let root = '';
  let otherRoot = '';
  let signature = '';

  beforeAll(() => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder, name);
    const openssl = (...words: string[]): void => {
      const run = spawnSync('openssl', words, { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
    };
    for (const name of ['root', 'other']) {
      const out = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
      openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`, ...out);
    }
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=signer',
      '-keyout',
      at('leaf.key'),
      '-out',
      at('leaf.csr'),
    );
    const issued = ['-CA', at('root.pem'), '-CAkey', at('root.key'), '-CAcreateserial', '-days', '20'];
    openssl('x509', '-req', '-in', at('leaf.csr'), ...issued, '-out', at('leaf.pem'));
    writeFileSync(at('file'), file);
    const by = ['-signer', at('leaf.pem'), '-inkey', at('leaf.key'), '-md', 'sha256'];
    openssl('cms', '-sign', '-binary', '-in', at('file'), ...by, '-outform', 'DER', '-out', at('sig'));
    root = readFileSync(at('root.pem'), 'utf8');
    otherRoot = readFileSync(at('other.pem'), 'utf8');
    signature = readFileSync(at('sig')).toString('base64');
  });

  const signFile = (levels = '0:999', body = signature): Buffer =>
    Buffer.from(`#clamsign-1.0\n${levels}:pkcs7-pem:${body}\n`);
  // The certificates are made after this line runs.
  const now = new Date(Date.now() + 60_000);
  const later = new Date(now.getTime() + 25 * 24 * 3600 * 1000);

  it('takes one that leads to a root', () => {
    expect(() => verifySignFile(signFile(), file, [otherRoot, root], now)).not.toThrow();
  });

  it('takes one whose text is PEM within', () => {
    const pem = `-----BEGIN PKCS7-----\n${signature}\n-----END PKCS7-----\n`;

    expect(() =>
      verifySignFile(signFile('0:999', Buffer.from(pem).toString('base64')), file, [root], now),
    ).not.toThrow();
  });

  it.each([
    ['another file', () => verifySignFile(signFile(), Buffer.concat([file, Buffer.from('x')]), [root], now)],
    ['another root', () => verifySignFile(signFile(), file, [otherRoot], now)],
    ['no root', () => verifySignFile(signFile(), file, [], now)],
    ['a certificate that has run out', () => verifySignFile(signFile(), file, [root], later)],
    ['another level', () => verifySignFile(signFile('900:999'), file, [root], now)],
    ['no signature', () => verifySignFile(Buffer.from('#clamsign-1.0\n'), file, [root], now)],
    ['another first line', () => verifySignFile(Buffer.from(`${signFile()}`.replace('1.0', '9')), file, [root], now)],
  ])('refuses %s', (_what, check) => {
    expect(check).toThrow(/no signature fits|no file of signatures/);
  });

  it('refuses a signature that is cut, or of which a byte is another, anywhere', () => {
    const bytes = Buffer.from(signature, 'base64');
    for (let at = 1; at < bytes.length; at += 13) {
      const cut = bytes.subarray(0, at).toString('base64');
      expect(() => verifySignFile(signFile('0:999', cut), file, [root], now)).toThrow(/no signature fits/);
    }
    // The last bytes are the signature itself.
    for (let at = bytes.length - 256; at < bytes.length; at += 17) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const text = changed.toString('base64');
      expect(() => verifySignFile(signFile('0:999', text), file, [root], now)).toThrow(/no signature fits/);
    }
  });
});
