import type { GenericRule } from '../secret-rule.ts';

const remediation =
  'Change it, and give it to the container when it starts: as a mounted file or a variable of the run.';

/** Words of names that other secrets than those of known issuers are given to. */
const keywords: readonly string[] = [
  'passw',
  'pass=',
  'pass:',
  '_pass',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'apikey',
  'api_key',
  'api-key',
  'api.key',
  '_key',
  '-key',
  'accesskey',
  'appkey',
  'authkey',
  'cryptkey',
  'encryptionkey',
  'signingkey',
  'privatekey',
  'masterkey',
  'sharedkey',
  'credential',
  'authorization',
  '_auth',
  'bearer ',
  'storepass',
  'requirepass',
  'masterauth',
  '_salt',
  '_psk',
  'psk=',
  '"key"',
  'key=',
  'key:',
  '_pat',
  '"auth',
];

/** What an assignment is told as where no rule of an issuer knows it. */
export const genericRules: readonly GenericRule[] = [
  {
    id: 'password',
    title: 'Password',
    kind: 'password',
    meaning: 'password',
    severity: 'high',
    issuer: 'any',
    why: 'Whoever has it logs in with it, here and wherever else it is used.',
    remediation,
    keywords,
    anyCase: true,
  },
  {
    id: 'secret',
    title: 'Secret of an unknown issuer',
    kind: 'token',
    meaning: 'secret',
    severity: 'high',
    issuer: 'any',
    why: 'Its name says that it opens something, and it looks as if it was drawn at random.',
    remediation,
    keywords,
    anyCase: true,
  },
];
