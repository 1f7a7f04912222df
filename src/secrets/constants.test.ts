import { describe, expect, it } from 'vitest';
import { nameInPool } from './constants.ts';
import { findSecrets } from './find-secrets.ts';

const drawn = 'k7Qz2xWv9LpR4tYbN8mJcD3f';

/** Texts as marshal writes short ones behind the head of bytecode of CPython, names interned. */
function pythonOf(...texts: readonly string[]): Uint8Array {
  const head = Buffer.from([0xf3, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0]);
  return Buffer.concat([
    head,
    ...texts.map((text) => Buffer.concat([Buffer.from([0xda, text.length]), Buffer.from(text)])),
    Buffer.alloc(8),
  ]);
}

/** A class with texts as the only entries of its constant pool. */
function javaOf(...texts: readonly string[]): Uint8Array {
  const head = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, texts.length + 1]);
  return Buffer.concat([
    head,
    ...texts.map((text) => Buffer.concat([Buffer.from([1, 0, text.length]), Buffer.from(text)])),
    Buffer.alloc(8),
  ]);
}

describe('names of classes and types', () => {
  it.each([
    '(ILjnr/posix/Flock;)I9aZ',
    'Lsun/net/ftp/impl/FtpClient$1aQ;',
    'jnr/posix/AixPOSIX$1',
    'DefPKCS12WithXq7AES256GCM',
  ])('are none: %s', (text) => {
    expect(findSecrets(javaOf('main', 'F_PASSWORD', text), { path: 'app/A.class' })).toEqual([]);
  });
});

describe.each([
  ['Python', 'app/settings.pyc', pythonOf],
  ['Java', 'app/Settings.class', javaOf],
] as const)('constants of bytecode of %s', (_, path, bytecode) => {
  it.each(['API_KEY', 'DB_PASSWORD', 'SECRET_KEY'])('are told, drawn at random, where %s is a name', (name) => {
    const bytes = bytecode('main', name, 'logging', drawn);
    const start = Buffer.from(bytes).indexOf(drawn);
    expect(findSecrets(bytes, { path })).toMatchObject([{ start, end: start + drawn.length, confidence: 'medium' }]);
  });

  it.each([
    ['a name of an argument', ['password', drawn]],
    ['no name of a secret', ['API_BASE', drawn]],
    ['a longer name that has it', ['My API_KEY is set', drawn]],
    ['words', ['API_KEY', 'BaseTransportTestsForSsh2', 'application_protocol_http11']],
    ['an identifier', ['DB_PASSWORD', 'xContentTypeOptionsHeader1']],
    ['a text with spaces', ['API_KEY', `see ${drawn} for more`]],
  ] as const)('say nothing for %s', (_, texts) => {
    expect(findSecrets(bytecode(...texts), { path })).toEqual([]);
  });
});

describe('nameInPool', () => {
  it('tells a name by the length before it, also where that is a letter of names', () => {
    // 65 characters are too many; 48 is `0`.
    const name = `API_KEY${'_X'.repeat(20)}_`;
    const bytes = pythonOf('a', name);
    expect(name.length).toBe(48);
    expect(nameInPool(bytes, Buffer.from(bytes).indexOf('_KEY'))).toBe(name);
  });

  it('is nothing in a text that only looks like one', () => {
    const text = Buffer.from('x = API_KEY + API_KEY');
    expect(nameInPool(text, text.indexOf('_KEY'))).toBeUndefined();
  });
});
