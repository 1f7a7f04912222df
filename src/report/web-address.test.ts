import { describe, expect, it } from 'vitest';
import { webAddress } from './web-address.ts';

describe('webAddress', () => {
  it.each<[string, string | undefined]>([
    ['https://advisories.example/CVE-1?a=b&c=d#e', 'https://advisories.example/CVE-1?a=b&c=d#e'],
    ['https://advisories.example', 'https://advisories.example/'],
    ['https://advisories.example/a b', 'https://advisories.example/a%20b'],
    ['https://advisories.example/<a>|{0}^`\\x', 'https://advisories.example/%3Ca%3E%7C%7B0%7D%5E%60/x'],
    ['https://advisories.example/%zz%41', 'https://advisories.example/%25zz%41'],
    ['https://advisories.example/#a#b', 'https://advisories.example/#a%23b'],
    ['https://advisories.example/ünï', 'https://advisories.example/%C3%BCn%C3%AF'],
    ['https://bank.example@evil.example/', 'https://evil.example/'],
    ['http://[::1]:80/x', 'http://[::1]/x'],
    ['javascript:alert(1)', undefined],
    ['ftp://a.example/', undefined],
    ['https://', undefined],
    ['https://a b/', undefined],
    ['', undefined],
    [' https://a.example/', undefined],
  ])('%j', (text, address) => {
    expect(webAddress(text)).toBe(address);
  });

  it('takes what is absent', () => {
    expect(webAddress(undefined)).toBeUndefined();
  });
});
