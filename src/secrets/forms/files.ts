import { derAt, derChildren, derKeyKind } from '../der.ts';
import { isPlaceholder, isReference, makeOf } from '../placeholder.ts';
import type { Candidate, FileRule } from '../secret-rule.ts';

const store = {
  kind: 'store' as const,
  severity: 'high' as const,
  issuer: 'any',
  why: 'It holds private keys; whoever finds its password has them.',
  remediation:
    'Keep it out of the image and mount it when the container starts; make new keys if the image was published.',
};
const password = {
  kind: 'password' as const,
  severity: 'high' as const,
  issuer: 'any',
  why: 'Whoever has it logs in with it, here and wherever else it is used.',
  remediation: 'Change it, and mount the file when the container starts.',
};

/** OID of a bag with a key in PKCS #12: plain (1) or under a password (2). RFC 7292, section 4.2. */
const keyBag = Buffer.from('060b2a864886f70d010c0a0101', 'hex');
const shroudedKeyBag = Buffer.from('060b2a864886f70d010c0a0102', 'hex');

function whole(bytes: Uint8Array): Pick<Candidate, 'start' | 'end'> {
  return { start: 0, end: bytes.length };
}

/** Rules about whole files, by their first bytes or their names. */
export const fileRules: readonly FileRule[] = [
  {
    ...store,
    id: 'pkcs12-key-store',
    title: 'Key store (PKCS #12)',
    keywords: [],
    inspect: (bytes) => {
      const outer = bytes[0] === 0x30 ? derAt(bytes, 0) : undefined;
      if (outer === undefined || outer.end < bytes.length - 16) return undefined;
      const [version, content] = derChildren(bytes, outer);
      if (version?.tag !== 2 || bytes[version.start] !== 3 || content?.tag !== 0x30) return undefined;
      const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      if (all.includes(keyBag)) return [{ ...whole(bytes), confidence: 'certain', validated: 'parsed' }];
      // Where everything is encrypted, nobody can tell certificates from keys.
      if (!all.includes(shroudedKeyBag)) return undefined;
      return [{ ...whole(bytes), confidence: 'certain', validated: 'parsed', encrypted: true }];
    },
  },
  {
    ...store,
    id: 'java-key-store',
    title: 'Key store (JKS, JCEKS)',
    keywords: [],
    inspect: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      if (bytes.length < 20) return undefined;
      const magic = view.getUint32(0);
      if (magic !== 0xfeedfeed && magic !== 0xcececece) return undefined;
      return hasKeyEntry(view)
        ? [{ ...whole(bytes), confidence: 'certain', validated: 'parsed', encrypted: true }]
        : undefined;
    },
  },
  {
    ...store,
    id: 'keepass-database',
    title: 'KeePass database',
    why: 'It holds passwords; whoever finds the one that opens it has them.',
    keywords: [],
    inspect: (bytes) =>
      bytes[0] === 0x03 && bytes[1] === 0xd9 && bytes[2] === 0xa2 && bytes[3] === 0x9a
        ? [{ ...whole(bytes), confidence: 'certain', validated: 'structure', encrypted: true }]
        : undefined,
  },
  {
    ...store,
    id: 'der-private-key',
    title: 'Private key (DER)',
    kind: 'key',
    severity: 'critical',
    why: 'Whoever has the key signs, decrypts or logs in as its owner.',
    keywords: [],
    inspect: (bytes) => {
      if (bytes[0] !== 0x30 || bytes.length < 40 || bytes.length > 20_000) return undefined;
      const outer = derAt(bytes, 0);
      if (outer === undefined || outer.end < bytes.length - 2) return undefined;
      const kind = derKeyKind(bytes);
      // A sequence and a string are many things: of keys under a password, the algorithm is one of PKCS #5 or #12.
      if (kind === 'encrypted' && !isPasswordBased(bytes)) return undefined;
      if (kind === undefined) return undefined;
      const plain = Buffer.from(bytes).toString('base64');
      const certainty = { confidence: 'certain', validated: 'parsed', plain } as const;
      return [{ ...whole(bytes), ...certainty, ...(kind === 'encrypted' && { encrypted: true as const }) }];
    },
  },
  {
    ...password,
    id: 'postgres-password-file',
    title: 'Password in .pgpass',
    keywords: [],
    inspect: (bytes, path) =>
      /(?:^|\/)\.?pgpass(?:\.conf)?$/.test(path)
        ? lines(bytes, /^(?!#)(?:(?:\\.|[^:\\\n]){0,200}:){4}([^\n\r]{1,200})/)
        : undefined,
  },
  {
    ...password,
    id: 'rails-master-key',
    title: 'Master key of Rails credentials',
    kind: 'key',
    severity: 'critical',
    why: 'It decrypts the credentials of the application, which are in the image, too.',
    remediation:
      'Make a new one with rails credentials:edit, and give it as RAILS_MASTER_KEY when the container starts.',
    keywords: [],
    inspect: (bytes, path) =>
      /(?:^|\/)config\/(?:master|credentials\/\w{1,40})\.key$/.test(path)
        ? lines(bytes, /^([0-9a-f]{32}|[0-9a-f]{64})\s*$/)
        : undefined,
  },
  {
    ...password,
    id: 'password-hash',
    title: 'Hash of a password',
    kind: 'hash',
    severity: 'medium',
    why: 'A weak password is found by trying, and everything that was made of the image shares it.',
    remediation: 'Lock the account, or set its password when the container starts.',
    keywords: [],
    inspect: (bytes, path) => {
      if (/(?:^|\/)etc\/g?shadow-?$/.test(path)) {
        return lines(bytes, /^[^:\n]{1,64}:(\$[0-9a-z]{1,10}\$[^:\n]{10,200}|_?[./0-9A-Za-z]{13,20}(?=:)):?/);
      }
      if (/(?:^|\/)\.?htpasswd[\w.-]*$|\.htpasswd$/.test(path)) {
        return lines(
          bytes,
          /^[^:#\n]{1,100}:(\$(?:apr1|2[aby]|5|6)\$[^:\s]{10,100}|\{SHA\}[A-Za-z0-9+/]{27}=|[./0-9A-Za-z]{13})\s*$/,
        );
      }
      return undefined;
    },
  },
  {
    ...password,
    id: 'ppp-secret',
    title: 'Password of a link (PPP)',
    keywords: [],
    inspect: (bytes, path) =>
      /(?:^|\/)(?:chap|pap|srp)-secrets$/.test(path)
        ? lines(bytes, /^(?!#)\S{1,100}\s{1,20}\S{1,100}\s{1,20}"?([^\s"*]{4,200})/)
        : undefined,
  },
];

/** Secrets of a file that has one on each line. */
function lines(bytes: Uint8Array, pattern: RegExp): Candidate[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64 * 1024)).toString('latin1');
  const found: Candidate[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const secret = pattern.exec(line);
    if (secret?.[1] !== undefined && !isReference(secret[1]) && !isUnset(secret[1])) {
      const start = at + secret[0].lastIndexOf(secret[1]);
      found.push({
        start,
        end: start + secret[1].trimEnd().length,
        confidence: makeOf(secret[1]) === 'weak' ? 'medium' : 'high',
      });
    }
    at += line.length + 1;
  }
  return found;
}

function isUnset(value: string): boolean {
  return isPlaceholder(value) && !value.startsWith('$');
}

/** PKCS #5 (1.2.840.113549.1.5) or PKCS #12 (1.2.840.113549.1.12.1). */
function isPasswordBased(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 32)).toString('hex');
  return head.includes('2a864886f70d0105') || head.includes('2a864886f70d010c01');
}

/** Goes over the entries of a Java key store: 1 is a private key, 2 a certificate, 3 a secret key. */
function hasKeyEntry(view: DataView): boolean {
  const count = Math.min(view.getUint32(8), 2000);
  let at = 12;
  for (let i = 0; i < count && at + 6 <= view.byteLength; i++) {
    const tag = view.getUint32(at);
    if (tag === 1 || tag === 3) return true;
    if (tag !== 2) return false;
    at += 6 + view.getUint16(at + 4) + 8;
    if (at + 2 > view.byteLength) return false;
    const type = view.getUint16(at);
    at += 2 + type;
    if (at + 4 > view.byteLength) return false;
    at += 4 + view.getUint32(at);
  }
  return false;
}
