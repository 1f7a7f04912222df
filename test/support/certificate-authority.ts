import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary.ts';

/** Folders with `ca.pem`, `cert.pem` and `key.pem`, as Docker names them. */
export interface CertificateFolders {
  readonly server: string;
  readonly client: string;
  /** A client's whose authority is another one. */
  readonly stranger: string;
}

/** Makes an authority with a server at 127.0.0.1 and a client, by openssl. */
export function makeCertificates(): CertificateFolders {
  const [first, other] = [authority('one'), authority('other')];
  return { server: signed(first, 'server'), client: signed(first, 'client'), stranger: signed(other, 'client') };
}

interface Authority {
  readonly certificate: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '36500'];

function authority(name: string): Authority {
  const folder = temporaryFolder();
  const [certificate, key] = [path.join(folder, 'ca.pem'), path.join(folder, 'ca-key.pem')];
  openssl('req', '-x509', ...newKey, '-subj', `/CN=authority ${name}`, '-keyout', key, '-out', certificate);
  return { certificate, key };
}

function signed({ certificate, key }: Authority, use: 'server' | 'client'): string {
  const folder = temporaryFolder();
  const place = (name: string): string => path.join(folder, name);
  const extensions = place('extensions');
  writeFileSync(extensions, `extendedKeyUsage=${use}Auth\nsubjectAltName=IP:127.0.0.1\n`);
  openssl('req', ...newKey, '-subj', `/CN=${use}`, '-keyout', place('key.pem'), '-out', place('request'));
  openssl(
    ...['x509', '-req', '-in', place('request'), '-CA', certificate, '-CAkey', key, '-CAcreateserial'],
    ...['-days', '36500', '-extfile', extensions, '-out', place('cert.pem')],
  );
  openssl('x509', '-in', certificate, '-out', place('ca.pem'));
  return folder;
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
}
