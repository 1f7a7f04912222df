import { describe, expect, it } from 'vitest';
import { comparableId } from './finding-id.ts';

describe('comparableId', () => {
  it.each([
    ['CVE-2024-1', 'cve-2024-1'],
    ['DS-0002', 'AVD-DS-0002'],
    ['DS-0002', 'ds002'],
    ['DS-0031', 'avd-ds-0031'],
    ['user-root', 'USER-ROOT'],
  ])('takes %s and %s for the same', (a, b) => {
    expect(comparableId(a)).toBe(comparableId(b));
  });

  it.each([
    ['DS-0002', 'DS-0003'],
    ['DS-0002', 'AVD-AWS-0002'],
    ['DSA-0002', 'DS-0002'],
    ['DS-00020', 'DS-0020'],
  ])('takes %s and %s for two', (a, b) => {
    expect(comparableId(a)).not.toBe(comparableId(b));
  });
});
