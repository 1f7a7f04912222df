import { describe, expect, it } from 'vitest';
import { queryOf } from './images/image-filters.ts';
import { lineOf } from './observations/run-lines.ts';

describe('queryOf', () => {
  it.each([
    ['nothing', [], {}],
    ['a word that it knows', [['state', 'failed']], { state: 'failed' }],
    ['a word that it does not know', [['state', 'lost']], {}],
    ['what is searched', [['q', 'lost']], { q: 'lost' }],
    ['an empty word', [['severity', '']], {}],
    [
      'several',
      [
        ['kind', 'secret'],
        ['latest', 'true'],
        ['sort', 'severity'],
      ],
      { kind: 'secret', latest: 'true', sort: 'severity' },
    ],
  ] as const)('takes %s of an address', (_, words, expected) => {
    expect(queryOf(new Map(words))).toEqual(expected);
  });
});

describe('lineOf', () => {
  it.each([
    ['state', { state: 'running' }, 'running'],
    ['attempt', { number: 2, changes: ['a password', 'port 8080'] }, 'a password; port 8080'],
    ['attempt', { number: 1, changes: [] }, 'as the image says'],
    ['tried', { attempt: { outcome: 'exited', reason: 'status 1' } }, 'exited: status 1'],
    [
      'port',
      { port: { protocol: 'tcp', port: 80, process: 'nginx', service: { name: 'http' } } },
      'tcp 80, nginx, http',
    ],
    ['finding', { finding: { id: 'x', title: 'open', severity: 'high' } }, 'x: open'],
    ['missed', { events: 12 }, '12 events were forgotten before this page came to them'],
    ['end', { state: 'failed', failure: 'gone' }, 'failed: gone'],
  ])('says a %s in words', (kind, data, expected) => {
    expect(lineOf(kind, data)?.text).toBe(expected);
  });

  it.each([
    ['state', null],
    ['state', 'text'],
    ['nothing that is known', {}],
  ])('says nothing of %s with %j', (kind, data) => {
    expect(lineOf(kind, data)).toBeUndefined();
  });

  it.each(['state', 'step', 'attempt', 'tried', 'port', 'finding', 'missed', 'end'])(
    'takes anything for the fields of a %s',
    (kind) => {
      for (const odd of [undefined, null, 7, {}, [], 'x'.repeat(1e5)]) {
        const data = Object.fromEntries(
          [
            'state',
            'step',
            'number',
            'changes',
            'attempt',
            'outcome',
            'port',
            'service',
            'finding',
            'id',
            'events',
          ].map((key) => [key, odd]),
        );
        expect(lineOf(kind, data)?.text.length).toBeLessThan(4000);
      }
    },
  );
});
