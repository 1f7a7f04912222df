import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { UsageError } from '../../errors.ts';
import { parseRunProfile, readRunProfile } from './read-run-profile.ts';

const whole = `# A profile with all there is.
environment:
  PASSWORD: "12"
  PORT: 80
entrypoint: [/bin/sh, -c]
command: [run]
user: "1000:1000"
workdir: /srv
mounts:
  - path: /etc/app/app.conf
    text: |
      a = b
  - path: /etc/app/data
    file: files/data
    mode: "600"
ready:
  port: 8080
  log: ready to serve
  seconds: 1.5
workload:
  - exec: [id]
    user: nobody
  - http: { port: 80, path: /a?b, method: POST, headers: { accept: "*/*" }, body: x, times: 3 }
  - tcp: { port: 6379, send: "PING\\r\\n" }
  - wait: 2
`;

describe('readRunProfile', () => {
  it('reads all there is', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'files'));
    writeFileSync(path.join(folder, 'files/data'), Buffer.from([0, 255]));
    const file = path.join(folder, 'run.yaml');
    writeFileSync(file, whole);
    expect(await readRunProfile(file)).toEqual({
      file,
      environment: { PASSWORD: '12', PORT: '80' },
      entrypoint: ['/bin/sh', '-c'],
      command: ['run'],
      user: '1000:1000',
      workingDirectory: '/srv',
      files: [
        { path: '/etc/app/app.conf', content: Buffer.from('a = b\n'), mode: 0o644 },
        { path: '/etc/app/data', content: Buffer.from([0, 255]), mode: 0o600 },
      ],
      ready: { port: 8080, log: 'ready to serve', seconds: 1.5 },
      workload: [
        { kind: 'exec', command: ['id'], user: 'nobody' },
        {
          kind: 'http',
          port: 80,
          path: '/a?b',
          method: 'POST',
          headers: { accept: '*/*' },
          body: 'x',
          times: 3,
        },
        { kind: 'tcp', port: 6379, send: 'PING\r\n', times: 1 },
        { kind: 'wait', seconds: 2 },
      ],
    });
  });

  it('reads what the documentation shows', async () => {
    const blocks = [...readFileSync('docs/observe.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)];
    expect(blocks.length).toBe(1);
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'tls.pem'), 'x');
    const file = path.join(folder, 'run.yaml');
    writeFileSync(file, blocks[0]![1]!);
    const { workload } = await readRunProfile(file);
    expect([...new Set(workload.map(({ kind }) => kind))].sort()).toEqual(['exec', 'http', 'tcp', 'wait']);
    expect(workload).toContainEqual({ kind: 'exec', command: ['/app/bin/report'], user: 'reporter' });
  });

  it.each([
    ['nothing', '', 1, 'it is empty'],
    ['a list', '- a', 1, 'a run profile is a list of keys'],
    ['no YAML', 'a: [', 1, ''],
    ['an unknown key', 'user: a\nenvironmnt: {}', 2, '"environmnt" is not known; there are environment'],
    ['a command that is a text', 'command: run me', 1, 'command is a list'],
    ['a variable of a bad name', 'environment:\n  A: b\n  "C=D": e', 3, '"C=D" is no name of a variable'],
    ['a value that is a list', 'environment:\n  A: [b]', 2, 'A is a text'],
    ['a user that is an option', 'user: "--privileged x"', 1, 'user is a name or number'],
    ['a folder that leads up', 'workdir: /a/../..', 1, 'absolute path without ".."'],
    ['a mount without a path', 'mounts:\n  - text: a', 2, 'a mount needs a path'],
    ['a mount of nothing', 'mounts:\n  - path: /a', 2, 'either a text or a file'],
    ['a mount of two things', 'mounts:\n  - path: /a\n    text: a\n    file: b', 2, 'either a text or a file'],
    ['a mount of a folder', 'mounts:\n  - path: /a/\n    text: a', 2, 'path is that of a file'],
    ["a file of this machine's", 'mounts:\n  - path: /a\n    file: /etc/shadow', 3, 'below the folder of the profile'],
    ['a file elsewhere', 'mounts:\n  - path: /a\n    file: ../x', 3, 'below the folder of the profile'],
    ['a file that is not there', 'mounts:\n  - path: /a\n    file: x', 3, 'x cannot be read'],
    ['a mode with setuid', 'mounts:\n  - path: /a\n    text: a\n    mode: "4755"', 4, 'three octal digits'],
    ['a port that is none', 'ready:\n  port: 70000', 2, 'port is a number from 1 to 65535'],
    ['half a port', 'ready:\n  port: 80.5', 2, 'port is a whole number'],
    ['a step of no kind', 'workload:\n  - user: a', 2, 'one of exec, http, tcp, wait'],
    ['a step of two kinds', 'workload:\n  - exec: [a]\n    wait: 1', 2, 'one of exec, http, tcp, wait'],
    ['a step without a port', 'workload:\n  - http: { path: / }', 2, 'a port is missing'],
    [
      'a header with two lines',
      'workload:\n  - http:\n      port: 1\n      headers: { a: "b\\r\\nc: d" }',
      4,
      'no header',
    ],
    ['a request in the path', 'workload:\n  - http: { port: 1, path: "/ HTTP/1.1" }', 2, 'path begins with /'],
    ['an endless wait', 'workload:\n  - wait: 100000', 2, 'wait is a number from 0 to 3600'],
    ['an alias', 'user: &a b\nworkdir: *a', 2, 'workdir is a text'],
  ])('says what is wrong with %s', async (_, text, line, words) => {
    const file = writeTemporary('run.yaml', text);
    const error = await readRunProfile(file).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(new RegExp(`^${file}:${line}: `));
    expect((error as Error).message).toContain(words);
  });

  it('says where a profile cannot be read', async () => {
    await expect(readRunProfile('/no/such.yaml')).rejects.toThrow('/no/such.yaml: the run profile cannot be read');
  });

  it('never fails otherwise', async () => {
    const lines = whole.split('\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), fc.string({ maxLength: 30 }), async (at, text) => {
        const changed = lines.with(at, text).join('\n');
        const error = await parseRunProfile(changed, '/nowhere/run.yaml').catch((caught: unknown) => caught);
        if (error instanceof Error) expect(error).toBeInstanceOf(UsageError);
      }),
      { numRuns: 300 },
    );
  });
});
