import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallTrace } from '../../../test/support/call-trace.ts';
import { judgeTrace, ordinarySource } from '../../../test/support/judged-calls.ts';
import type { CallEvent } from '../../model/call.ts';
import { starterCallRules } from '../starter-call-rules.ts';
import { createCallJudge, type JudgedCall } from './judge-calls.ts';

const rule = (condition: string, more = ''): { readonly file: string; readonly text: string } => ({
  file: 'own.yaml',
  text: `- rule: Own rule\n  desc: x\n  output: x\n  priority: ERROR\n  condition: >\n    ${condition}\n${more}`,
});

const judged = (condition: string, write: (trace: CallTrace) => unknown): Promise<readonly JudgedCall[]> =>
  judgeTrace([rule(condition)], (trace) => write(trace.process(1, '/usr/bin/entry', { uid: 33 })));

describe('a judge of calls', () => {
  it('makes findings', async () => {
    const [found, ...others] = await judged('evt.type=openat and fd.name=/etc/shadow', (t) => {
      t.open(1, '/etc/passwd');
      t.at += 2;
      t.open(1, '/etc/shadow');
    });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      count: 1,
      finding: {
        kind: 'call',
        id: 'Own rule',
        title: 'Own rule',
        severity: 'high',
        confidence: 'medium',
        aliases: [],
        from: 'unknown',
        location: { path: 'etc/shadow' },
        evidence: 'entry (process 1, user www-data) opened /etc/shadow to read, 2.0 s after the first call',
        source: { name: 'own.yaml' },
      },
    });
  });

  it('tells the same once, with a count', async () => {
    const found = await judged('evt.type=openat', (t) => t.open(1, '/a').open(1, '/b').open(1, '/a').open(1, '/a'));
    expect(found.map(({ count, finding }) => [finding.location?.path, count])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(found[0]!.finding.evidence).toMatch(/; 3 times$/);
  });

  it('tells twenty places of a rule, and counts the rest with the last', async () => {
    const found = await judged('evt.type=openat', (t) => {
      for (let number = 0; number < 100; number++) t.open(1, `/${number}`);
    });
    expect(found).toHaveLength(20);
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });

  it('neither speaks to a terminal nor tells secrets', async () => {
    const found = await judged('evt.type=execve', (t) =>
      t.exec(1, '/bin/\u001b[31mx\u202e', ['x', 'postgres://app:Xk29dLq8Zr@db/x', '\n\u0007']),
    );
    expect(found[0]!.finding.evidence).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
    expect(found[0]!.finding.evidence).not.toContain('Xk29dLq8Zr');
  });

  it('keeps evidence short', async () => {
    const found = await judged('evt.type=execve', (t) => t.exec(1, `/${'x'.repeat(5000)}`, ['y'.repeat(100_000)]));
    expect(found[0]!.finding.evidence.length).toBeLessThan(500);
  });

  it('does not throw, whatever calls hold', async () => {
    const texts = starterCallRules();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('/proc/1/environ', '..', '', '/', '999999999999999999999'),
    );
    const number = fc.oneof(fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0));
    const detail = fc.oneof(
      fc.record({ kind: fc.constant('exec'), path: text, arguments: fc.array(text) }),
      fc.record({
        kind: fc.constantFrom('open'),
        path: text,
        access: fc.constantFrom('read', 'write', 'read-write', 'path'),
        creates: fc.boolean(),
        truncates: fc.boolean(),
        mode: number,
      }),
      fc.record({ kind: fc.constantFrom('rename', 'symlink', 'link'), path: text, to: text }),
      fc.record({ kind: fc.constant('delete'), path: text, directory: fc.boolean() }),
      fc.record({ kind: fc.constant('fork'), child: number, thread: fc.boolean() }),
      fc.record({
        kind: fc.constantFrom('connect', 'send', 'accept', 'listen'),
        address: fc.oneof(
          fc.record({ family: fc.constantFrom('inet', 'inet6'), address: text, port: number }),
          fc.record({ family: fc.constant('unix'), path: text }),
        ),
        protocol: text,
      }),
      fc.record({
        kind: fc.constant('duplicate'),
        from: fc.record({
          kind: fc.constant('socket'),
          remote: fc.record({ family: fc.constant('inet'), address: text, port: number }),
        }),
        descriptor: number,
      }),
      fc.record({ kind: fc.constant('dns'), name: text, type: text }),
      fc.record({ kind: fc.constant('sleep'), argument: text }),
      fc.record({ kind: fc.constant('ptrace'), request: text }),
      fc.record({ kind: fc.constant('exit') }),
    );
    const event = fc.record({
      at: number,
      pid: fc.integer({ min: 1, max: 5 }),
      tid: fc.integer({ min: 1, max: 5 }),
      call: text,
      detail,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const trace = new CallTrace()
          .process(1, '/bin/sh')
          .process(2, '/bin/sh', { parent: 1 })
          .process(3, '/bin/sh', { parent: 3 });
        const judge = await createCallJudge(texts, ordinarySource, trace);
        for (const { detail: more, ...base } of events) judge.judge({ ...base, ...more } as unknown as CallEvent);
        for (const { finding } of judge.judged()) expect(typeof finding.evidence).toBe('string');
      }),
      { numRuns: 25 },
    );
  });

  it('says which rules it could not ask, and why', async () => {
    const { problems, statuses } = await createCallJudge(
      [
        rule('evt.type=execve and proc.tty != 0'),
        {
          file: 'b.yaml',
          text: '- rule: Broken\n  priority: INFO\n  condition: (a\n- rule: Gone\n  priority: INFO\n  condition: nothing\n',
        },
        {
          file: 'c.yaml',
          text: '- rule: Other source\n  priority: INFO\n  source: k8s_audit\n  condition: ka.verb=get\n',
        },
        {
          file: 'd.yaml',
          text: '- rule: Unseen\n  priority: INFO\n  condition: evt.type=pwrite\n- rule: Off\n  priority: INFO\n  condition: evt.type=openat\n  enabled: false\n',
        },
      ],
      ordinarySource,
      new CallTrace(),
    );
    expect(statuses.map(({ rule: { title }, state }) => [title, state])).toEqual([
      ['Own rule', 'not-evaluable'],
      ['Gone', 'not-evaluable'],
      ['Other source', 'not-evaluable'],
      ['Unseen', 'not-evaluable'],
      ['Off', 'disabled'],
    ]);
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'calls.rules-unreadable: b.yaml, line 3: rule Broken: a closing parenthesis is missing (at the end).',
      'calls.rules-unreadable: b.yaml, line 4: rule Gone: the macro nothing is not defined.',
      'calls.rules-unasked: Not asked, so that their silence says nothing: "Own rule" (proc.tty: terminals of processes are not known).',
      'calls.rules-unasked: Not asked, so that their silence says nothing: "Gone" (the macro nothing is not defined).',
      'calls.rules-unasked: Not asked, so that their silence says nothing: "Other source" (it is about events of k8s_audit, no calls).',
      'calls.rules-unasked: Not asked, so that their silence says nothing: "Unseen" (the tracer does not watch pwrite).',
    ]);
  });

  it('asks disabled rules nothing', async () => {
    expect(await judgeTrace([rule('evt.type=openat', '  enabled: false\n')], (t) => t.open(1, '/a'))).toEqual([]);
  });
});
