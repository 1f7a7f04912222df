import { describe, expect, it } from 'vitest';
import { testSettings } from '../../test/support/service.ts';
import { Secret } from '../config/service-secret.ts';
import { knownSecrets } from './known-secrets.ts';

describe('knownSecrets', () => {
  it.each<[string, Parameters<typeof testSettings>[0], Record<string, string>, string[]]>([
    ['nothing', {}, {}, []],
    [
      'a URL of a database',
      { store: new Secret('postgres://u:p%40ss-word@h/d') },
      {},
      ['p@ss-word', 'p%40ss-word', 'p@ss-word'],
    ],
    ['a connection string', { store: new Secret("host=h password='a b c'") }, {}, ['a b c']],
    [
      'the environment',
      {},
      { PGPASSWORD: 'of-libpq', HTTPS_PROXY: 'http://u:of-proxy@p:1' },
      ['of-proxy', 'of-proxy', 'of-libpq'],
    ],
    [
      'targets of notifications',
      {
        notify: {
          attempts: 1,
          renotifyInterval: 1,
          webhook: { url: 'https://u:one@h/', proxy: 'http://u:two@p' },
          json: { url: 'https://h/', secret: new Secret('three') },
          mail: { smtp: new Secret('smtp://u:four@h'), from: 'a@b', to: ['a@b'] },
        },
      },
      {},
      ['one', 'one', 'two', 'two', 'four', 'four', 'three'],
    ],
    ['the key of pages', { paginationKey: new Secret('five') }, {}, ['five']],
  ])('has those of %s', (_, changed, environment, expected) => {
    expect(knownSecrets(testSettings(changed), environment)).toEqual(expected);
  });
});
