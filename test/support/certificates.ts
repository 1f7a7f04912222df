import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** Why a test with certificates is skipped, or undefined where it can run. */
export const whyNoCertificates: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

/** A certificate that signs itself, and its key: PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** @param names alternative names in openssl's form: `IP:127.0.0.1`, `DNS:example.test` */
export function makeCertificate(name: string, names = 'IP:127.0.0.1'): TestCertificate {
  const folder = temporaryFolder();
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const { status, stderr } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '36500'],
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`],
    ...['-keyout', key, '-out', certificate],
  ]);
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}
