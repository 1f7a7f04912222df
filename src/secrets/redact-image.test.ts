import { describe, expect, it } from 'vitest';
import type { ImageInfo } from '../model/image.ts';
import { mayHoldSecrets } from './may-hold-secrets.ts';
import { redactImage } from './redact-image.ts';

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const password = ['Tr0ub4', 'dor&3-', 'zq'].join('');

function imageOf(more: Partial<ImageInfo>): ImageInfo {
  return { reference: 'a', names: [], layers: [], history: [], config: {}, ...more };
}

describe('an image without its secrets', () => {
  it('is the same where there are none', () => {
    const image = imageOf({
      config: { Env: ['PATH=/usr/bin', 'LANG=C.UTF-8'], Cmd: ['nginx'] },
      history: [{ index: 0, instruction: 'COPY file:0123456789abcdef0123456789abcdef in /', createdBy: 'x' }],
    });
    expect(mayHoldSecrets(image)).toBe(false);
    expect(redactImage(image)).toBe(image);
  });

  it('has them nowhere', () => {
    const instruction = `RUN |1 AWS_KEY=${token} /bin/sh -c aws configure set aws_access_key_id ${token}`;
    const image = imageOf({
      config: {
        Env: [`DB_PASSWORD=${password}`, 'A=1'],
        Labels: { note: `by ${token}`, a: 'b' },
        Cmd: ['/bin/app', `--password=${password}`],
        Healthcheck: { Test: ['CMD-SHELL', `curl -u admin:${password} http://localhost`] },
        OnBuild: [`RUN echo ${token}`],
        User: 'app',
      },
      history: [{ index: 0, instruction, createdBy: instruction, comment: token, layerIndex: 0 }],
      layers: [{ index: 0, size: 1, instruction, historyIndex: 0 }],
    });
    expect(mayHoldSecrets(image)).toBe(true);
    const redacted = redactImage(image);
    expect(JSON.stringify(redacted)).not.toContain(token);
    expect(JSON.stringify(redacted)).not.toContain(password);
    expect(redacted.config['User']).toBe('app');
    expect((redacted.config['Env'] as string[])[1]).toBe('A=1');
    expect(redacted.layers[0]?.instruction).toBe(redacted.history[0]?.instruction);
    const told = redacted.secrets ?? [];
    expect(told.map(({ where }) => where)).toEqual(expect.arrayContaining(['env', 'label', 'history', 'command']));
    expect(told.find(({ where }) => where === 'history')).toMatchObject({
      historyIndex: 0,
      fingerprint: expect.any(String),
    });
    expect(told.find(({ where }) => where === 'env')).toMatchObject({ name: 'DB_PASSWORD' });
    const prints = new Set(told.filter(({ rule }) => rule.startsWith('aws')).map(({ fingerprint }) => fingerprint));
    expect(prints.size).toBe(1);
  });

  it('takes a long secret out of texts in which nothing tells that it is one', () => {
    const image = imageOf({
      config: { Env: [`DB_PASSWORD=${password}`] },
      history: [{ index: 0, instruction: `RUN echo ${password} | wc`, createdBy: `RUN echo ${password} | wc` }],
    });
    expect(JSON.stringify(redactImage(image))).not.toContain(password);
  });

  it('has none of however many stand in one text, and says how many are not told', () => {
    const tokens = Array.from({ length: 3000 }, (_, at) => {
      const body = [...'QX7ZP2VN4KTR6WJM'].map((_, i, all) => all[(i * (1 + 2 * (at % 8)) + (at >> 3)) % 16]).join('');
      return `${'AK'}${'IA'}${body.slice(0, 12)}${String(at)
        .padStart(4, 'Q')
        .replace(/[0189]/g, (digit) => 'VNTR'[Number(digit) % 4] as string)}`.slice(0, 20);
    });
    const instruction = `RUN ${tokens.map((one, at) => `echo ${at} ${one}`).join(' && ')}`;
    const redacted = redactImage(imageOf({ history: [{ index: 0, instruction }] }));
    const text = JSON.stringify(redacted);
    const { secrets = [], secretsBeyond = 0 } = redacted;
    expect(tokens.filter((one) => text.includes(one))).toEqual([]);
    expect(secrets).toHaveLength(1000);
    expect(secretsBeyond).toBeGreaterThan(1000);
  });

  it('has none in names, nor in words of a command that tell of each other', () => {
    const config = {
      Env: [`${token}=1`],
      Labels: { [token]: 'x' },
      Volumes: { [`/data/${token}`]: {} },
      Cmd: ['mysql', '-uroot', `-p${password}`],
      Healthcheck: { Test: ['CMD', 'curl', '-u', `admin:${password}`, 'http://localhost'] },
    };
    const redacted = redactImage(imageOf({ config }));
    expect(JSON.stringify(redacted)).not.toContain(token);
    expect(JSON.stringify(redacted)).not.toContain(password);
    expect((redacted.config['Cmd'] as string[]).slice(0, 2)).toEqual(['mysql', '-uroot']);
  });

  it.each([
    ['an exec form', (secret: string) => `RUN ["mysql","-uroot","-p${secret}"]`],
    ['an exec form as old builders write it', (secret: string) => `CMD ["mysql" "-p${secret}"]`],
    [
      'a health check as Go prints it',
      (secret: string) => `HEALTHCHECK &{["CMD" "curl" "-u" "a:${secret}"] "0s" "0s"}`,
    ],
    ['a trigger', (secret: string) => `ONBUILD RUN ["curl", "-u", "a:${secret}", "http://x"]`],
    ['a list behind what is none', (secret: string) => `RUN [ -f "a" ] && x ["mysql", "-p${secret}"]`],
  ])('has none in %s of the history', (_, written) => {
    const instruction = written(password);
    const redacted = redactImage(imageOf({ history: [{ index: 0, instruction, createdBy: instruction }] }));
    expect(redacted.history[0]?.instruction).toBe(written('…'));
    expect(redacted.history[0]?.createdBy).toBe(written('…'));
    expect(redacted.secrets).toMatchObject([{ rule: 'command-password', where: 'history', historyIndex: 0 }]);
  });

  it.each([
    ['two pairs of quotes', `"${token.slice(0, 8)}""${token.slice(8)}"`],
    ['quotes in the middle', `${token.slice(0, 8)}'${token.slice(8, 12)}'${token.slice(12)}`],
    ['a backslash', `${token.slice(0, 8)}\\${token.slice(8)}`],
    ['a broken line', `${token.slice(0, 8)}\\\n${token.slice(8)}`],
  ])('has none that %s divide', (_, word) => {
    const image = imageOf({ history: [{ index: 0, instruction: `RUN export A=${word} && echo x` }] });
    expect(mayHoldSecrets(image)).toBe(true);
    const { history, secrets } = redactImage(image);
    expect(history[0]?.instruction).not.toContain(token.slice(9));
    expect(history[0]?.instruction).toMatch(/^RUN export "A=AKI…\w{2}" && echo x$/);
    expect(secrets).toMatchObject([{ rule: 'aws-access-key-id' }]);
  });

  it.each([
    ['by itself', (secret: string) => secret],
    ['with a line end', (secret: string) => `${secret}\n`],
    ['in the middle of something', (secret: string) => `x: ${secret}\n`],
  ])('has none in base 64 %s', (_, text) => {
    const encoded = Buffer.from(text(token)).toString('base64');
    const image = imageOf({
      config: { Env: [`A=${encoded}`], Labels: { a: `{"data": "${encoded}"}` } },
      history: [{ index: 0, instruction: `RUN echo ${encoded} | base64 -d > /x` }],
    });
    const redacted = redactImage(image);
    expect(JSON.stringify(redacted)).not.toContain(encoded.slice(4, -4));
    expect(redacted.history[0]?.instruction).toMatch(/^RUN echo AKI…\w{2} \| base64 -d > \/x$/);
    expect(new Set(redacted.secrets?.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it('has none in names, nor in what it says of its platform and its age', () => {
    const image = imageOf({ names: [`r.example/${token}:1`], platform: `linux/${token}`, created: token });
    expect(mayHoldSecrets(image)).toBe(true);
    expect(JSON.stringify(redactImage(image))).not.toContain(token);
  });

  it('keeps words of a command that a shell would end otherwise', () => {
    const redacted = redactImage(imageOf({ config: { Cmd: ['curl', '-u', `a:${password}`, 'http://x'] } }));
    expect(redacted.config['Cmd']).toEqual(['curl', '-u', 'a:…', 'http://x']);
  });

  it('is made of whatever stands there', () => {
    const config = JSON.parse(
      `{"Env": "PASSWORD=${password}", "Labels": {"__proto__": "${token}", "x": [1, null, {"y": "${token}"}]}, "Cmd": 7}`,
    ) as ImageInfo['config'];
    const redacted = redactImage(imageOf({ config }));
    expect(JSON.stringify(redacted)).not.toContain(token);
    expect(JSON.stringify(redacted)).not.toContain(password);
    expect(Object.keys(redacted.config['Labels'] as object)).toEqual(['__proto__', 'x']);
  });
});
