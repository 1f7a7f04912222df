import { describe, expect, it } from 'vitest';
import type { CallTrace } from '../../../../test/support/call-trace.ts';
import { judgeTrace, ordinarySource } from '../../../../test/support/judged-calls.ts';
import { createCallJudge } from '../judge-calls.ts';

const sigma = (detection: string, logsource = 'product: linux\n  category: process_creation'): string => `
title: Own rule
id: 00000000-0000-4000-8000-000000000001
status: stable
description: Something starts.
references:
  - https://example.org/a
author: Jane Doe
tags: [attack.execution]
level: high
logsource:
  ${logsource}
detection:
${detection.replace(/^/gm, '  ')}
`;

/** A web server starts a shell that starts curl. */
const curl = (trace: CallTrace): unknown =>
  trace
    .process(1, '/usr/sbin/nginx', { arguments: ['nginx'] })
    .process(2, '/bin/sh', { arguments: ['sh', '-c', 'curl x'], parent: 1, uid: 33, directory: '/srv' })
    .exec(2, '/usr/bin/curl', ['curl', '-s', 'http://203.0.113.7/A*b', '-o', '/tmp/x']);

async function fires(detection: string, write: (trace: CallTrace) => unknown = curl): Promise<boolean> {
  const judge = await createCallJudge({ sigma: [{ file: 'a.yml', text: sigma(detection) }] }, ordinarySource, {
    get: () => undefined,
  });
  expect(judge.complaints).toEqual([]);
  expect(judge.statuses.map(({ state }) => state)).toEqual(['evaluable']);
  return (await judgeTrace({ sigma: [{ file: 'a.yml', text: sigma(detection) }] }, write)).length > 0;
}

describe('rules of Sigma', () => {
  it.each([
    ["s:\n  Image: '/usr/bin/curl'\ncondition: s", true],
    ["s:\n  Image|endswith: '/CURL'\ncondition: s", true],
    ["s:\n  Image|endswith|cased: '/CURL'\ncondition: s", false],
    ["s:\n  Image|endswith:\n    - '/wget'\n    - '/curl'\ncondition: s", true],
    ["s:\n  CommandLine|contains|all:\n    - ' -s '\n    - ' -o '\ncondition: s", true],
    ["s:\n  CommandLine|contains|all:\n    - ' -s '\n    - ' -q '\ncondition: s", false],
    ["s:\n  CommandLine|startswith: 'curl '\ncondition: s", true],
    ["s:\n  Image: '*/c?rl'\ncondition: s", true],
    ["s:\n  CommandLine|contains: 'a\\*b'\ncondition: s", true],
    ["s:\n  CommandLine|contains: 'a\\*c'\ncondition: s", false],
    ["s:\n  CommandLine|re: 'https?://\\d+\\.\\d+'\ncondition: s", true],
    ["s:\n  CommandLine|re|i: 'CURL'\ncondition: s", true],
    ["s:\n  CommandLine|re: 'CURL'\ncondition: s", false],
    ["s:\n  Image|endswith: '/curl'\n  User: 'www-data'\ncondition: s", true],
    ["s:\n  Image|endswith: '/curl'\n  User: 'root'\ncondition: s", false],
    ["s:\n  ParentImage|endswith: '/nginx'\ncondition: s", true],
    ['s:\n  ParentCommandLine: nginx\n  CurrentDirectory: /srv\ncondition: s', true],
    ['s:\n  ProcessId: 2\n  ParentProcessId: 1\ncondition: s', true],
    ['s:\n  ProcessId|gte: 2\n  ProcessId|lt: 3\ncondition: s', true],
    ["s:\n  Image|neq: '/usr/bin/curl'\ncondition: s", false],
    ['s:\n  ParentImage|exists: true\ncondition: s', true],
    ['s:\n  ParentImage: null\ncondition: not s', true],
    ["s:\n  - Image|endswith: '/wget'\n  - CommandLine|contains: curl\ncondition: s", true],
    ["keywords:\n  - 'HTTP://203'\ncondition: keywords", true],
    ["keywords:\n  '|all':\n    - http\n    - ftp\ncondition: keywords", false],
    ["a:\n  Image|endswith: '/curl'\nb:\n  User: root\ncondition: a and not b", true],
    ["a_1:\n  User: root\na_2:\n  Image|endswith: '/curl'\ncondition: 1 of a_*", true],
    ["a_1:\n  User: root\na_2:\n  Image|endswith: '/curl'\ncondition: all of a_*", false],
    ["a:\n  User: root\n_b:\n  Image|endswith: '/curl'\ncondition: 1 of them", false],
    ["a:\n  User: www-data\nb:\n  Image|endswith: '/curl'\ncondition: all of them", true],
    ["a:\n  User: root\nb:\n  Image|endswith: '/curl'\nc:\n  User: www-data\ncondition: a or b and c", true],
    ["a:\n  User: root\nb:\n  Image|endswith: '/curl'\ncondition: (a or b) and not (a and b)", true],
    ["a:\n  User: root\nb:\n  Image|endswith: '/curl'\ncondition:\n  - a\n  - b", true],
    ["s:\n  CommandLine|windash|contains: ' /s '\ncondition: s", true],
    ["s:\n  CommandLine|contains|windash: ' /q '\ncondition: s", false],
  ])('%j: %s', async (detection, expected) => {
    expect(await fires(detection)).toBe(expected);
  });

  it.each([
    ['base64', 'id', 'aWQ='],
    ['base64offset', 'whoami', Buffer.from('xxwhoami;').toString('base64')],
    ['base64offset', 'whoami', Buffer.from('ywhoamizz').toString('base64')],
    ['base64offset', 'whoami', Buffer.from('whoami').toString('base64')],
    ['wide|base64', 'id', Buffer.from('id', 'utf16le').toString('base64')],
  ])('look for what is encoded: %s of %s', async (modifiers, text, encoded) => {
    const detection = `s:\n  CommandLine|${modifiers}|contains: '${text}'\ncondition: s`;
    expect(
      await fires(detection, (t) =>
        t.process(1, '/bin/x').exec(1, '/bin/sh', ['sh', '-c', `echo ${encoded}|base64 -d`]),
      ),
    ).toBe(true);
    expect(await fires(detection, (t) => t.process(1, '/bin/x').exec(1, '/bin/sh', ['sh', '-c', `echo ${text}`]))).toBe(
      false,
    );
  });

  it('make findings that name the author', async () => {
    const [found] = await judgeTrace(
      { sigma: [{ file: 'a.yml', text: sigma('s:\n  Image|endswith: /curl\ncondition: s') }] },
      curl,
    );
    expect(found?.finding).toMatchObject({
      id: '00000000-0000-4000-8000-000000000001',
      title: 'Own rule',
      severity: 'high',
      source: { name: 'sigma: Jane Doe', url: 'https://example.org/a' },
    });
  });

  it('are not asked of programs that could not be started', async () => {
    expect(
      await fires('s:\n  Image|endswith: /curl\ncondition: s', (t) =>
        t
          .process(1, '/bin/sh')
          .call(1, 'execve', { kind: 'exec', path: '/usr/bin/curl', arguments: ['curl'] }, { error: 'ENOENT' }),
      ),
    ).toBe(false);
  });

  it.each([
    [
      'product: windows\n  category: process_creation',
      's:\n  Image: x\ncondition: s',
      /it is about windows, process_creation/,
    ],
    ['product: linux\n  service: auditd', 's:\n  type: EXECVE\ncondition: s', /it is about linux, auditd/],
    [undefined, 's:\n  LogonId: 1\ncondition: s', /LogonId: a container has no login/],
    [undefined, 's:\n  Something: 1\ncondition: s', /Something: processes that start do not tell it/],
    [undefined, 's:\n  User|expand: "%admins%"\ncondition: s', /placeholders/],
    [undefined, 's:\n  User|fieldref: Image\ncondition: s', /compares fields/],
  ])('are not evaluable: %s %j', async (logsource, detection, reason) => {
    const { statuses, complaints } = await createCallJudge(
      { sigma: [{ file: 'a.yml', text: sigma(detection, logsource) }] },
      ordinarySource,
      { get: () => undefined },
    );
    expect(complaints).toEqual([]);
    expect(statuses).toMatchObject([{ state: 'not-evaluable', reasons: [expect.stringMatching(reason) as string] }]);
  });

  it.each([
    ['s:\n  Image: x\ncondition: s and', /expected/],
    ['s:\n  Image: x\ncondition: t', /the search t is not there/],
    ['s:\n  Image: x\ncondition: 1 of t*', /no search is called/],
    ['s:\n  Image: x\ncondition: 2 of s*', /not supported/],
    ['s:\n  Image: x\ncondition: s | count() > 5', /counts events/],
    ['s:\n  Image|sounds: x\ncondition: s', /modifier sounds is not supported/],
    ['s:\n  Image|re: "("\ncondition: s', /not closed/],
    ['s:\n  Image: {a: b}\ncondition: s', /expected to be text/],
    [`s:\n  Image: x\ncondition: ${'('.repeat(100)}s`, /too deeply/],
  ])('are complained of: %j', async (detection, message) => {
    const { statuses, complaints } = await createCallJudge(
      { sigma: [{ file: 'a.yml', text: sigma(detection) }] },
      ordinarySource,
      { get: () => undefined },
    );
    expect(complaints).toMatchObject([{ file: 'a.yml', message: expect.stringMatching(message) as string }]);
    expect(statuses).toMatchObject([{ state: 'not-evaluable' }]);
  });

  it.each([
    ['a: [', /not YAML/],
    ['- a', /a rule of Sigma is expected/],
    ['title: x\n', /no detection/],
    ['title: x\ndetection:\n  s: 1\n', /no condition/],
    ['detection:\n  condition: s\n', /needs a title/],
  ])('%j is none', async (text, message) => {
    const { complaints } = await createCallJudge({ sigma: [{ file: 'a.yml', text }] }, ordinarySource, {
      get: () => undefined,
    });
    expect(complaints).toMatchObject([{ file: 'a.yml', message: expect.stringMatching(message) as string }]);
  });
});
