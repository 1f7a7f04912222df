import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FalcoAlerts, type FalcoFindings } from './falco-alerts.ts';

const alert = (more: object = {}): string =>
  `${JSON.stringify({
    hostname: 'node',
    output: '12:00:00.000000001: Warning Sensitive file opened | file=/etc/shadow process=cat',
    output_fields: {
      'container.id': '0123456789ab',
      'fd.name': '/etc/shadow',
      'proc.name': 'cat',
      'evt.type': 'openat',
    },
    priority: 'Warning',
    rule: 'Read sensitive file untrusted',
    source: 'syscall',
    tags: ['T1555', 'container'],
    time: '2026-11-29T12:00:00.000000001Z',
    ...more,
  })}\n`;

function read(text: string | Uint8Array, container?: string, pieces = 7): FalcoFindings {
  const alerts = new FalcoAlerts(container);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieces) alerts.add(bytes.subarray(at, at + pieces));
  return alerts.end();
}

describe('alerts of Falco', () => {
  it('become findings', () => {
    expect(read(alert())).toEqual({
      findings: [
        {
          kind: 'call',
          id: 'Read sensitive file untrusted',
          aliases: [],
          severity: 'medium',
          confidence: 'medium',
          title: 'Read sensitive file untrusted',
          from: 'unknown',
          location: { path: 'etc/shadow' },
          evidence: 'Sensitive file opened | file=/etc/shadow process=cat, at 2026-11-29T12:00:00.000000001Z',
          source: { name: 'falco', url: 'https://falco.org/' },
        },
      ],
      problems: [],
      alerts: 1,
      others: 0,
      unreadable: 0,
    });
  });

  it('are told once with a count', () => {
    const { findings, alerts } = read(alert() + alert() + alert({ rule: 'Another' }));
    expect(alerts).toBe(3);
    expect(findings.map(({ id, evidence }) => [id, evidence.match(/\d+ times$/)?.[0]])).toEqual([
      ['Read sensitive file untrusted', '2 times'],
      ['Another', undefined],
    ]);
  });

  it.each([
    ['0123456789ab', 1],
    ['0123456789abcdef0123', 1],
    ['ffffffffffff', 0],
  ])('of the container %s are %i', (container, count) => {
    const { findings, others } = read(alert(), container);
    expect([findings.length, others]).toEqual([count, 1 - count]);
  });

  it('without an end of the last line are read', () => {
    expect(read(alert().trimEnd()).findings).toHaveLength(1);
  });

  it.each([
    ['not JSON\n', 'Line 1 of the alerts is no JSON.'],
    ['[1]\n', 'Line 1 of the alerts is no alert of Falco.'],
    ['{"rule":"x"}\n', 'Line 1 of the alerts is no alert of Falco.'],
    [`${'x'.repeat(300_000)}\n`, 'Line 1 of the alerts is longer than 262144 characters.'],
  ])('%.20s is none, and the rest is read', (text, message) => {
    const { findings, problems } = read(text + alert(), undefined, 65_536);
    expect(problems).toEqual([{ code: 'calls.alerts-unreadable', message }]);
    expect(findings).toHaveLength(1);
  });

  it('that are none are told of five times', () => {
    const { problems, unreadable } = read('x\n'.repeat(1000), undefined, 4096);
    expect(unreadable).toBe(1000);
    expect(problems).toHaveLength(6);
    expect(problems[5]?.message).toBe('995 more lines are no alerts of Falco.');
  });

  it('stay bounded', () => {
    const many = Array.from({ length: 1500 }, (_, index) => alert({ rule: `Rule ${index}` })).join('');
    const { findings, problems } = read(many, undefined, 65_536);
    expect(findings).toHaveLength(1000);
    expect(problems).toMatchObject([{ message: expect.stringContaining('500 alerts') as string }]);
  });

  it('neither speak to a terminal nor tell secrets', () => {
    const token = 'Xk29dLq8Zr';
    const { findings } = read(
      alert({ rule: 'a\u001b[31m', output: `x\u202e postgres://app:${token}@db/x ${'y'.repeat(5000)}` }),
    );
    const words = JSON.stringify(findings);
    expect(words).not.toContain(token);
    expect(`${findings[0]!.evidence}${findings[0]!.title}`).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
    expect(findings[0]!.evidence.length).toBeLessThan(500);
  });

  it('do not throw, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(alert())), { maxLength: 20 }), (lines) => {
        const { alerts, unreadable } = read(lines.join('\n'), undefined, 64);
        expect(alerts + unreadable).toBeLessThanOrEqual(lines.join('\n').split('\n').length);
      }),
    );
  });
});
