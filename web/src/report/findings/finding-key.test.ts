import { describe, expect, it } from 'vitest';
import { makeFinding, makeVulnerability } from '../../../../test/support/report.ts';
import { findByKey, findingKey } from './finding-key.ts';

describe('findingKey', () => {
  const findings = [
    makeVulnerability('CVE-2024-1', 'curl', '1'),
    makeVulnerability('CVE-2024-1', 'libcurl', '1'),
    makeFinding('aws-key', { kind: 'secret', location: { path: 'a', line: 1 } }),
    makeFinding('aws-key', { kind: 'secret', location: { path: 'a', line: 2 } }),
    makeFinding('aws-key', { kind: 'secret', location: { path: 'a', line: 1 }, layer: { index: 1 } }),
  ];

  it('is another one for everything that is another finding', () => {
    expect(new Set(findings.map(findingKey)).size).toBe(findings.length);
  });

  it('finds the finding again, whatever became of its severity or its fix', () => {
    const key = findingKey(findings[1]!);

    expect(findByKey(findings, key)).toBe(1);
    expect(findByKey([{ ...findings[1]!, severity: 'low', fixedVersion: '9' }], key)).toBe(0);
    expect(findByKey(findings, 'CVE-2024-1~gone')).toBeUndefined();
    expect(findByKey(findings, '')).toBeUndefined();
  });

  it('has nothing in it that an address does not take as it is', () => {
    const key = findingKey(makeFinding('<script>alert(1)</script>\u202e\0&#=%', { title: 'x' }));

    expect(encodeURIComponent(key)).toBe(key);
    expect(key.length).toBeLessThan(60);
  });
});
