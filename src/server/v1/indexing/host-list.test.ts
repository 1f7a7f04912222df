import { describe, expect, it } from 'vitest';
import { HostList } from './host-list.ts';

const list = new HostList([
  'Registry.Example.ORG',
  'layers.example.org:9279',
  '10.0.0.7:5000',
  '[fd00::7]',
  'bücher.example',
  'localhost:8080',
  'plain.example.org:80',
]);

describe('the list of hosts', () => {
  it.each([
    ['http://registry.example.org/x', 'name'],
    ['https://registry.example.org:5000/x', 'name'],
    ['http://layers.example.org:9279/x', 'name'],
    ['http://layers.example.org/x', undefined],
    ['http://layers.example.org:9280/x', undefined],
    ['http://10.0.0.7:5000/', 'address'],
    ['http://0xa000007:5000/', 'address'],
    ['http://10.0.0.7/', undefined],
    ['http://[fd00:0:0::7]:1234/', 'address'],
    ['http://xn--bcher-kva.example/', 'name'],
    ['http://localhost:8080/', 'address'],
    ['http://localhost/', undefined],
    ['http://plain.example.org/', 'name'],
    ['https://plain.example.org/', undefined],
    ['http://registry.example.org./x', undefined],
  ])('has %s as %s', (url, expected) => {
    expect(list.find(new URL(url))).toBe(expected);
  });

  it.each([
    '',
    ':80',
    'a:0',
    'a:65536',
    'http://a',
    'a/b',
    'user@a',
    'fd00::7',
    '[fd00::7',
    'a b',
    '[x]',
    'a:80:80',
    '*.a?',
  ])('takes no %j', (entry) => {
    expect(() => new HostList([entry])).toThrow(/is no host/);
  });
});
