import { isPlaceholder, makeOf } from '../placeholder.ts';
import type { Candidate, SecretRule } from '../secret-rule.ts';
import type { View } from '../view.ts';

const common = {
  severity: 'critical' as const,
  issuer: 'Kubernetes',
  why: 'Whoever has it acts in the cluster as its owner.',
  remediation: 'Revoke the certificate or the token in the cluster, and mount the file when the container starts.',
};

/** Values of a manifest of a secret, in base 64, that are none of the forms that other rules know. */
function manifestValues({ text }: View, at: number): Candidate[] {
  const part = text.slice(at, at + 8000);
  const end = part.search(/\n---/);
  const own = end < 0 ? part : part.slice(0, end);
  const data = /\n(\s{0,12})data:[ \t]*\r?\n/.exec(own);
  if (data === null) return [];
  const from = data.index + data[0].length;
  const found: Candidate[] = [];
  let line = from;
  for (const text of own.slice(from).split('\n')) {
    const entry = /^\s{1,16}["']?([\w.-]{1,100})["']?:\s{1,4}["']?([A-Za-z0-9+/]{8,4000}={0,2})["']?\s*$/.exec(text);
    if (entry === null && /^\S/.test(text)) break;
    if (entry !== null) {
      const value = entry[2]!;
      const plain = Buffer.from(value, 'base64').toString('latin1');
      const isText = /^[\t\n\r -~]+$/.test(plain);
      const make = isText ? makeOf(plain.trim()) : 'random';
      if (
        isText &&
        /pass|secret|token|key|pwd|auth|cred/i.test(entry[1]!) &&
        !isPlaceholder(plain) &&
        make !== 'weak'
      ) {
        const start = at + line + entry[0].lastIndexOf(value);
        found.push({ start, end: start + value.length, confidence: 'high', validated: 'parsed' });
      }
    }
    line += text.length + 1;
  }
  return found;
}

export const kubernetesRules: readonly SecretRule[] = [
  {
    ...common,
    id: 'kubernetes-secret',
    title: 'Value of a Kubernetes secret',
    kind: 'password',
    severity: 'high',
    why: 'Base 64 is no encryption: whoever reads the manifest has the secret.',
    remediation: 'Change it, and keep manifests of secrets out of images.',
    keywords: ['kind: Secret'],
    find: manifestValues,
  },
  {
    ...common,
    id: 'kubeconfig-key',
    title: 'Key of a Kubernetes client',
    kind: 'key',
    keywords: ['client-key-data', 'tls.key'],
    find: ({ text }, at) => {
      const found = /^(?:client-key-data|tls\.key)["']?:\s{0,10}["']?([A-Za-z0-9+/]{100,20000}={0,2})/.exec(
        text.slice(at, at + 20_100),
      );
      if (found === null) return undefined;
      const plain = Buffer.from(found[1]!, 'base64').toString('latin1');
      if (!/^-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/.test(plain)) return undefined;
      const start = at + found[0].lastIndexOf(found[1]!);
      const body = plain.replace(/-----[A-Z ]+-----|\s/g, '');
      return { start, end: start + found[1]!.length, plain: body, confidence: 'certain', validated: 'parsed' };
    },
  },
];
