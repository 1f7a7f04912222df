import { describe, expect, it } from 'vitest';
import { parseQuery } from './url.ts';

describe('parseQuery', () => {
  it.each([
    ['features&vulnerabilities', { features: '', vulnerabilities: '' }],
    ['features=true&vulnerabilities=false', { features: 'true', vulnerabilities: 'false' }],
    ['limit=1&limit=2', { limit: '1' }],
    ['page=gAAA%3D%3D&a+b=c+d', { page: 'gAAA==', 'a b': 'c d' }],
    ['page=gAAA==', { page: 'gAAA==' }],
    ['limit=%zz&limit=3', { limit: '3' }],
    ['a;b=1&&=x', { '': 'x' }],
    ['', {}],
  ])('%j', (query, expected) => {
    expect(Object.fromEntries(parseQuery(query))).toEqual(expected);
  });
});
