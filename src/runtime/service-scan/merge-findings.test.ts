import { describe, expect, it } from 'vitest';
import type { ServiceFinding } from '../../model/service-scanner.ts';
import { mergeServiceFindings } from './merge-findings.ts';

const finding = (id: string, port: number, more: Partial<ServiceFinding> = {}): ServiceFinding => ({
  kind: 'service',
  id,
  aliases: [],
  severity: 'high',
  confidence: 'medium',
  title: id,
  from: 'unknown',
  evidence: '',
  source: { name: 'x' },
  port: { protocol: 'tcp', port },
  ...more,
});

describe('findings of several scanners', () => {
  it('are one where port and rule are the same, and the surer one stays', () => {
    const merged = mergeServiceFindings([
      finding('a', 1),
      finding('a', 2),
      finding('a', 1, { confidence: 'certain', evidence: 'seen' }),
    ]);
    expect(merged.map(({ id, port, evidence }) => `${id} ${port.port} ${evidence}`)).toEqual(['a 1 seen', 'a 2 ']);
  });

  it('are one where port and a CVE are, and keep both ids', () => {
    const merged = mergeServiceFindings([
      finding('nuclei.x', 1, { aliases: ['CVE-2024-1'] }),
      finding('testssl.y', 1, { aliases: ['CVE-2024-2'] }),
      finding('CVE-2024-1', 1, { aliases: ['CVE-2024-2'], confidence: 'high' }),
    ]);
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({ id: 'CVE-2024-1' });
    expect([...merged[0]!.aliases].sort()).toEqual(['CVE-2024-2', 'nuclei.x', 'testssl.y']);
  });

  it('stay apart where neither is', () => {
    expect(
      mergeServiceFindings([finding('a', 1), finding('b', 1), finding('a', 1, { port: { protocol: 'udp', port: 1 } })]),
    ).toHaveLength(3);
  });
});
