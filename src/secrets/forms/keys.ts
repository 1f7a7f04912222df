import { armouredKeyAt } from '../armour.ts';
import type { Candidate, SecretRule } from '../secret-rule.ts';
import { useOf } from '../surroundings.ts';
import type { View } from '../view.ts';

const common = {
  kind: 'key' as const,
  severity: 'critical' as const,
  issuer: 'any',
  why: 'Whoever has the key signs, decrypts or logs in as its owner.',
  remediation:
    'Make a new pair, take the old public key and its certificates out of use, and mount the key when the container starts.',
};

/** A rule about keys in armour, whose label says which they are. */
function armoured(
  id: string,
  title: string,
  isOurs: (label: string) => boolean,
  keywords: readonly string[],
): SecretRule {
  const find = (view: View, at: number): Candidate | undefined => {
    const key = armouredKeyAt(view.text, at);
    if (key === undefined || !isOurs(key.label)) return undefined;
    const { start, end, isEncrypted, isWhole, body } = key;
    const certainty = isWhole
      ? ({ confidence: 'certain', validated: 'parsed' } as const)
      : ({ confidence: 'medium', validated: 'structure' } as const);
    return { start, end, plain: body, ...certainty, ...(isEncrypted && { encrypted: true }) };
  };
  return { ...common, id, title, keywords, find };
}

export const keyRules: readonly SecretRule[] = [
  {
    ...common,
    id: 'google-service-account-key',
    title: 'Key of a Google Cloud service account',
    issuer: 'Google Cloud',
    why: 'Whoever has the file calls Google Cloud as the service account, with all rights that it has.',
    remediation: 'Delete the key under IAM > Service accounts > Keys, and give the workload an identity instead.',
    keywords: ['PRIVATE KEY-----'],
    find: (view, at) => {
      // The last characters first: seven hundred are looked at only where a member of JSON begins with a key.
      if (!/private_key\\*"\s{0,4}:\s{0,4}\\*"-----BEGIN [A-Z ]{0,12}$/.test(view.text.slice(Math.max(0, at - 60), at)))
        return undefined;
      if (!/service_account|private_key_id/.test(view.text.slice(Math.max(0, at - 700), at))) return undefined;
      const key = armouredKeyAt(view.text, at);
      if (key === undefined) return undefined;
      const { start, end, body, isWhole } = key;
      return {
        start,
        end,
        plain: body,
        confidence: isWhole ? 'certain' : 'medium',
        validated: isWhole ? 'parsed' : 'structure',
      };
    },
  },
  armoured('ssh-private-key', 'OpenSSH private key', (label) => label.startsWith('OPENSSH'), [
    'OPENSSH PRIVATE KEY-----',
  ]),
  armoured('pgp-private-key', 'OpenPGP private key', (label) => label.startsWith('PGP'), [
    'PGP PRIVATE KEY BLOCK-----',
  ]),
  armoured('private-key', 'Private key (PEM)', (label) => !/^(?:OPENSSH|PGP)/.test(label), ['PRIVATE KEY-----']),
  {
    ...common,
    id: 'putty-private-key',
    title: 'PuTTY private key',
    keywords: ['PuTTY-User-Key-File-'],
    find: ({ text }, at) => {
      const part = text.slice(at, at + 12_000);
      const cipher = /^PuTTY-User-Key-File-[123]: [\w.@-]{1,60}\r?\nEncryption: ([\w-]{1,30})\r?\n/.exec(part);
      const lines = /\nPrivate-Lines: (\d{1,4})\r?\n/.exec(part);
      if (cipher === null || lines === null) return undefined;
      const start = lines.index + lines[0].length;
      const body = /^(?:[A-Za-z0-9+/=]{1,80}\r?\n){1,200}/.exec(part.slice(start))?.[0];
      if (body === undefined || body.split('\n').length - 1 < Number(lines[1])) return undefined;
      const isEncrypted = cipher[1] !== 'none';
      const own = { start: at + start, end: at + start + body.trimEnd().length, plain: body.replace(/\s/g, '') };
      return { ...own, confidence: 'certain', validated: 'parsed', ...(isEncrypted && { encrypted: true }) };
    },
  },
  {
    ...common,
    id: 'gnupg-private-key',
    title: 'Key in the key ring of GnuPG',
    keywords: ['(11:private-key', 'protected-private-key', 'Key: (private-key'],
    find: ({ text }, at) => {
      const before = text.slice(Math.max(0, at - 6), at);
      const isEncrypted = text.startsWith('protected', at);
      const isKey = isEncrypted ? /\(21:$|Key: \($/.test(before) : true;
      if (
        !isKey ||
        !/^(?:\(11:|Key: \()?(?:protected-)?private-key\s{0,4}\(\d{0,2}:?[a-z0-9]/.test(text.slice(at, at + 60))
      )
        return undefined;
      const end = Math.min(text.length, at + 4096);
      if (end - at < 100) return undefined;
      return { start: at, end, confidence: 'high', validated: 'structure', ...(isEncrypted && { encrypted: true }) };
    },
  },
  {
    ...common,
    id: 'json-web-key',
    title: 'Private key in JSON (JWK)',
    keywords: ['"kty"', '\\"kty\\"', "'kty'"],
    find: ({ text }, at) => {
      const from = Math.max(0, at - 3000);
      const before = text.slice(from, at);
      const open = before.lastIndexOf('{');
      if (open < 0) return undefined;
      const object = text.slice(from + open, at + 5000);
      const close = object.indexOf('}');
      if (close < 0) return undefined;
      const own = object.slice(0, close);
      const type = /kty\\?["']\s{0,4}:\s{0,4}\\?["'](RSA|EC|OKP|oct)/.exec(own)?.[1];
      if (type === undefined) return undefined;
      const secret = (
        type === 'oct'
          ? /["']k\\?["']\s{0,4}:\s{0,4}\\?["']([A-Za-z0-9_-]{16,2000})/
          : /["']d\\?["']\s{0,4}:\s{0,4}\\?["']([A-Za-z0-9_-]{40,2000})/
      ).exec(own);
      if (secret === null) return undefined;
      const end = from + open + secret.index + secret[0].length;
      return { start: end - secret[1]!.length, end, confidence: 'high', validated: 'structure' };
    },
  },
  {
    ...common,
    id: 'wireguard-private-key',
    title: 'WireGuard private key',
    keywords: ['PrivateKey', 'PresharedKey'],
    find: ({ text, around }, at) => {
      if (useOf(around.path) === 'prose') return undefined;
      const found = /^Pr(?:ivate|eshared)Key\s{0,4}=\s{0,4}([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/.exec(
        text.slice(at, at + 80),
      );
      if (found === null || !/^\s*$/.test(lineBefore(text, at))) return undefined;
      const start = at + found[0].length - 44;
      return { start, end: start + 44, confidence: 'high', validated: 'structure' };
    },
  },
  {
    ...common,
    id: 'ansible-vault',
    title: 'Ansible vault',
    severity: 'low',
    kind: 'store',
    why: 'It is encrypted; whoever finds its password opens it.',
    remediation: 'Keep vaults out of images, and change what is in it if its password was ever near.',
    keywords: ['$ANSIBLE_VAULT;'],
    find: ({ text }, at) => {
      const found = /^\$ANSIBLE_VAULT;\d\.\d;AES256(?:;[\w.-]{1,40})?\s{1,40}(?:[0-9a-f]{2,80}\s{1,40}){3,400}/.exec(
        text.slice(at, at + 16_000),
      );
      if (found === null) return undefined;
      const plain = found[0].replace(/\s/g, '');
      return {
        start: at,
        end: at + found[0].trimEnd().length,
        plain,
        confidence: 'certain',
        validated: 'structure',
        encrypted: true,
      };
    },
  },
];

function lineBefore(text: string, at: number): string {
  const part = text.slice(Math.max(0, at - 60), at);
  return part.slice(part.lastIndexOf('\n') + 1);
}
