import { describe, expect, it } from 'vitest';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { isPostgresSource, readConnectionString } from './connection-settings.ts';

describe('isPostgresSource', () => {
  it.each([
    ['postgres://localhost/x', true],
    ['postgresql:///x?host=/run/postgresql', true],
    ['host=localhost port=5432 user=postgres sslmode=disable', true],
    ['user = postgres', true],
    ['/var/lib/drydock/store.db', false],
    ['store.db', false],
    ['odd=name.db', false],
    ['mysql://localhost/x', false],
    ['', false],
  ])('%s: %s', (text, expected) => {
    expect(isPostgresSource(text)).toBe(expected);
  });
});

describe('readConnectionString', () => {
  const common = { application_name: 'drydock', session: new Map() };
  it.each([
    [
      'postgres://user:p%40ss@db.example:5433/clair?sslmode=disable',
      { host: 'db.example', port: 5433, user: 'user', password: 'p@ss', database: 'clair', ssl: false },
    ],
    ['postgres://[::1]/x', { host: '::1', database: 'x' }],
    ['postgresql:///x?host=/run/postgresql&user=me', { host: '/run/postgresql', database: 'x', user: 'me' }],
    ['postgres://%2Frun%2Fpostgresql/x', { host: '/run/postgresql', database: 'x' }],
    [
      "host=localhost  port = 5432 user=postgres password='it''s' dbname='a \\'b\\' \\\\'".replace("it''s", "it\\'s"),
      { host: 'localhost', port: 5432, user: 'postgres', password: "it's", database: "a 'b' \\" },
    ],
    ["host=h password=''", { host: 'h' }],
    ['host=h connect_timeout=7', { host: 'h', connectionTimeoutMillis: 7000 }],
    [
      'host=h sslmode=require',
      { host: 'h', ssl: { rejectUnauthorized: false, checkServerIdentity: expect.any(Function) } },
    ],
    ['host=h sslmode=verify-ca', { host: 'h', ssl: { checkServerIdentity: expect.any(Function) } }],
    ['host=h sslmode=verify-full', { host: 'h', ssl: {} }],
    ['host=/run/postgresql sslmode=require', { host: '/run/postgresql', ssl: false }],
    [
      'host=h application_name=x options=-cwork_mem=1MB',
      { host: 'h', application_name: 'x', options: '-cwork_mem=1MB' },
    ],
  ])('%s', (text, expected) => {
    expect(readConnectionString(text)).toEqual({ ...common, ...expected });
  });

  it('takes other words as parameters of the session', () => {
    const { session } = readConnectionString(
      "host=h statement_timeout=60000 client_encoding=UTF8 timezone='Europe/Rome'",
    );

    expect([...session]).toEqual([
      ['statement_timeout', '60000'],
      ['timezone', 'Europe/Rome'],
    ]);
  });

  it('reads certificates', () => {
    const ca = writeTemporary('ca.pem', 'a certificate');

    expect(readConnectionString(`host=h sslmode=require sslrootcert=${ca}`).ssl).toMatchObject({
      ca: Buffer.from('a certificate'),
    });
  });

  it.each([
    ['postgres://secret:pass word@h:99999/x'],
    ['host=h port=many password=secret'],
    ['host=h port=70000 password=secret'],
    ['host=h password=secret and more'],
    ["host=h password='secret"],
    ['host=a,b password=secret'],
    ['host=h sslmode=perhaps password=secret'],
    ['host=h sslmode=verify-full sslrootcert=/nowhere/ca.pem password=secret'],
    ['postgres://h/x?Bad-Key=1&password=secret'],
  ])('refuses %s without repeating it', (text) => {
    const read = (): unknown => readConnectionString(text);

    expect(read).toThrow(expect.objectContaining({ code: 'usage.configuration' }));
    expect(read).not.toThrow(/secret/);
  });
});
