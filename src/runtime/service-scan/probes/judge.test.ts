import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { patternOf } from './pattern.ts';
import { Probe } from './probe.ts';

const answer = {
  status: 200,
  parts: new Map([
    ['body', `${'a'.repeat(40)}! welcome`],
    ['header', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n'],
  ]),
  main: 'body',
};

const common = { severity: 'high', remediation: 'r.', confidence: 'high', why: 'w.', services: ['http'] };

function probe(question: object): object {
  return { id: 'x', name: 'x', ...common, http: { method: 'GET', path: ['/'], ...question } };
}

function judged(matchers: readonly object[], condition: 'and' | 'or' = 'and'): ReturnType<typeof judge> {
  const { http } = Probe.parse(probe({ matchers, 'matchers-condition': condition }));
  return judge(http!, answer, (text) => text.replace('{{randstr}}', 'welcome'));
}

describe('a judgement', () => {
  it.each<[boolean, object]>([
    [true, { type: 'word', words: ['welcome'] }],
    [true, { type: 'word', words: ['{{randstr}}'] }],
    [false, { type: 'word', words: ['WELCOME'] }],
    [true, { type: 'word', words: ['WELCOME'], 'case-insensitive': true }],
    [true, { type: 'word', words: ['nothing'], negative: true }],
    [false, { type: 'word', words: ['wel', 'none'], condition: 'and' }],
    [true, { type: 'word', words: ['wel', 'none'] }],
    [true, { type: 'binary', binary: ['77656c'] }],
    [true, { type: 'regex', regex: ['(?im)^content-length: 7'], part: 'header' }],
    [false, { type: 'regex', regex: ['a'], part: 'none' }],
    [true, { type: 'status', status: [404, 200] }],
    [false, { type: 'regex', regex: ['aaa'], negative: true }],
    // Nobody knows whether it is there.
    [false, { type: 'regex', regex: ['^(a+)+$'] }],
    [false, { type: 'regex', regex: ['^(a+)+$'], negative: true }],
  ])('is %s of %j', (matched, matcher) => {
    expect(judged([matcher]).matched).toBe(matched);
  });

  it('of one that takes too long says so, and goes by the others where one is enough', () => {
    const slow = { type: 'regex', regex: ['^(a+)+$'] };
    const seen = judged([slow, { type: 'word', words: ['welcome'] }], 'or');
    expect(seen).toMatchObject({ matched: true, problem: expect.stringContaining('too slow') });
  });
});

describe('a probe', () => {
  const matchers = [{ type: 'status', status: [200] }];
  it.each([
    ['a place without a value', probe({ matchers, path: ['/{{user}}'] })],
    ['a place of another language', probe({ matchers, path: ["/{{base64('x')}}"] })],
    ['an expression', probe({ matchers: [{ type: 'dsl', dsl: ['true'] }] })],
    ['no question', { id: 'x', name: 'x', ...common }],
    ['a key that is not known', { ...probe({ matchers }), flow: 'http(1)' }],
    ['a pattern that is none', probe({ matchers: [{ type: 'regex', regex: ['(?s)a'] }] })],
  ])('with %s is refused', (_, given) => {
    expect(() => Probe.parse(given)).toThrow();
  });
});

describe('a pattern', () => {
  it('that goes astray ends, and is not tried again', () => {
    const pattern = patternOf('(x+x+)+y');
    const text = 'x'.repeat(200);
    const begun = performance.now();
    for (let round = 0; round < 100; round++) expect(() => pattern.find(text)).toThrow(/too slow/);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
