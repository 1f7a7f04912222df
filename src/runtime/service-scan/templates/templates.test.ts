import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopbackTarget, observedPort, serviceBudget } from '../../../../test/support/loopback-services.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { PortDoor, type Service } from '../service.ts';
import { fill } from './fill.ts';
import { valuesAt } from './json-path.ts';
import { loadTemplates } from './load-templates.ts';
import { rounds } from './read-payloads.ts';
import { readTemplate } from './read-template.ts';
import { newPortState, runTemplate } from './run-template.ts';

const info = 'info:\n  name: x\n  severity: high\n';
const web = (rest: string): string => `id: x\n${info}http:\n  - ${rest.replaceAll('\n', '\n    ')}`;

describe('a template that cannot be used says where and why', () => {
  it.each<[string, string, 'broken' | 'unsupported' | 'unwanted', number, RegExp]>([
    ['nothing', '', 'broken', 1, /empty/],
    ['no YAML', 'id: x\ninfo: [', 'broken', 2, /./],
    ['a list', '- a', 'broken', 1, /mapping/],
    ['no id', `${info}http: []`, 'broken', 1, /no id/],
    ['no info', 'id: x\nhttp: []', 'broken', 1, /no info/],
    ['no question', `id: x\n${info}`, 'broken', 1, /asks nothing/],
    [
      'a bad severity',
      'id: x\ninfo:\n  severity: awful\nhttp:\n  - path: /\n    matchers:\n      - type: word\n        words: [a]',
      'broken',
      3,
      /awful is no severity/,
    ],
    ['a tag of harm', 'id: x\ninfo:\n  tags: cve,dos', 'unwanted', 3, /tag dos/],
    ['a bad expression', web('path: "/"\nmatchers:\n  - type: dsl\n    dsl: ["1 +"]'), 'broken', 8, /ends early/],
    [
      'an unknown function',
      web('path: "/"\nmatchers:\n  - type: dsl\n    dsl: ["jarm(\'x\')"]'),
      'unsupported',
      8,
      /function jarm/,
    ],
    [
      'an unknown function in a place',
      web('path: "{{jarm(\'x\')}}"\nmatchers:\n  - type: word\n    words: [a]'),
      'unsupported',
      1,
      /function jarm/,
    ],
    ['a bad pattern', web('path: "/"\nmatchers:\n  - type: regex\n    regex: ["(?=a)"]'), 'unsupported', 8, /RE2/],
    [
      'a call outside',
      web('path: "/{{interactsh-url}}"\nmatchers:\n  - type: word\n    words: [a]'),
      'unsupported',
      1,
      /outside/,
    ],
    ['a flow', `${web('path: "/"')}\nflow: http(1)`, 'unsupported', 7, /flow/],
    ['no matcher type', web('path: "/"\nmatchers:\n  - words: [a]'), 'unsupported', 8, /type none/],
    ['unsafe', web('unsafe: true\nraw: ["GET / HTTP/1.1"]'), 'unsupported', 6, /breaks HTTP/],
    ['others', `id: x\n${info}headless: []`, 'unsupported', 1, /headless/],
    ['self-contained', `id: x\n${info}self-contained: true\nhttp: []`, 'unsupported', 1, /self-contained/],
  ])('%s', async (_, text, kind, line, reason) => {
    const read = await readTemplate(text, 'a.yaml');
    expect(read).toEqual({
      refusal: expect.objectContaining({ file: 'a.yaml', kind, reason: expect.stringMatching(reason) }),
    });
    expect('refusal' in read && read.refusal.line).toBe(line);
  });

  it('whatever it is made of', async () => {
    const word = fc.constantFrom(
      'id: x',
      'info:',
      '  name: x',
      'http:',
      '  - path: /',
      '    matchers:',
      '      - type: word',
      '        words: [a]',
      '    raw:',
      '      - x',
      '\t',
      '- ',
      '&a *a',
      '!!x',
      '? :',
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (lines) => {
        const read = await readTemplate(lines.join('\n'), 'a');
        expect('refusal' in read || 'template' in read).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a folder of templates', () => {
  it('gives those that can be used, and never reads outside of it', async () => {
    const folder = temporaryFolder();
    const outside = path.join(temporaryFolder(), 'words.txt');
    writeFileSync(outside, 'root\n');
    mkdirSync(path.join(folder, 'b/helpers'), { recursive: true });
    writeFileSync(path.join(folder, 'b/helpers/words.txt'), 'one\ntwo\n');
    symlinkSync(outside, path.join(folder, 'link.txt'));
    const using = (id: string, file: string): string =>
      `id: ${id}\n${info}http:\n  - path: "/{{w}}"\n    payloads:\n      w: ${file}\n    matchers:\n      - type: word\n        words: [a]\n`;
    writeFileSync(path.join(folder, 'a.yaml'), using('good', 'b/helpers/words.txt'));
    writeFileSync(path.join(folder, 'b/same.yml'), using('good', 'helpers/words.txt'));
    writeFileSync(path.join(folder, 'c.yaml'), using('escaping', outside));
    writeFileSync(path.join(folder, 'd.yaml'), using('linked', 'link.txt'));
    writeFileSync(path.join(folder, 'e.yaml'), Buffer.alloc(2 * 1024 * 1024, '#'));
    const { templates, refusals } = await loadTemplates(folder);
    expect(templates.map(({ id }) => id)).toEqual(['good']);
    expect(templates[0]!.blocks[0]).toMatchObject({ payloads: new Map([['w', ['one', 'two']]]) });
    expect(refusals.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      expect.stringMatching(/^b\/same.yml: its id is that of a.yaml/),
      expect.stringMatching(/^c.yaml: .*lies outside/),
      expect.stringMatching(/^d.yaml: .*lies outside/),
      expect.stringMatching(/^e.yaml: it is larger/),
    ]);
  });
});

describe('payloads', () => {
  const of = new Map([
    ['a', ['1', '2']],
    ['b', ['x', 'y', 'z']],
  ]);
  it.each([
    ['pitchfork', ['1x', '2y']],
    ['clusterbomb', ['1x', '1y', '1z', '2x', '2y', '2z']],
  ] as const)('%s', (attack, sets) => {
    expect([...rounds(of, attack, 100)].map((set) => `${set.get('a')}${set.get('b')}`)).toEqual(sets);
    expect([...rounds(of, attack, 2)]).toHaveLength(2);
  });
});

describe('places', () => {
  const names = new Map<string, string>([
    ['user', 'me'],
    ['password', "it's"],
  ]);
  it.each([
    ['{{user}}', 'me', []],
    ["{{base64('{{user}}:x')}}", 'bWU6eA==', []],
    ['{{absent}} {{user}}', '{{absent}} me', ['absent']],
    ['{{7*7}} {% x %}', '49 {% x %}', []],
    ['{{{user}}}', '{me}', []],
  ])('%s', (text, filled, missing) => {
    expect(fill(text, (name) => names.get(name))).toEqual({ text: filled, missing });
  });
});

describe('queries of JSON', () => {
  const text = '{"a":[{"b":1,"c-d":"x"},{"b":2}],"e":{"f":[true]}}';
  it.each([
    ['.a[].b', ['1', '2']],
    ['.a[0]["c-d"]', ['x']],
    ['.a[-1].b', ['2']],
    ['.e | .f', ['[true]']],
    ['.none.b', []],
    ['.__proto__', []],
  ])('%s', (query, values) => {
    expect(valuesAt(text, query, 10)).toEqual(values);
  });
});

describe('a template with several requests', () => {
  let server: Server;
  let service: Service;
  const seen: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${body} ${request.headers.cookie ?? ''}`.trim());
        if (request.url === '/form')
          response.writeHead(200, { 'set-cookie': 's=1; HttpOnly' }).end('<input name="token" value="t0k">');
        else if (request.url === '/login')
          response.writeHead(body === 'token=t0k&p=two' ? 302 : 403, { location: '/home' }).end();
        else if (request.url === '/away') response.writeHead(302, { location: 'http://192.0.2.1/' }).end();
        else if (request.url === '/home') response.end('welcome');
        else response.writeHead(404).end('nothing');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const door = new PortDoor(observedPort(port), loopbackTarget([]).dial, serviceBudget());
    service = { door, name: 'http', encrypted: false, greeting: Buffer.alloc(0) };
  });
  afterAll(() => {
    server.close();
  });

  async function run(text: string): Promise<{ matched: boolean; shown: readonly string[] }[]> {
    const read = await readTemplate(text, 'a.yaml');
    if ('refusal' in read) throw new Error(read.refusal.reason);
    const list: { matched: boolean; shown: readonly string[] }[] = [];
    for await (const { matched, shown } of runTemplate(read.template, service, newPortState(10)))
      list.push({ matched, shown });
    return list;
  }

  it('takes out of one answer what the next request needs, with cookies, payloads and conditions on both', async () => {
    seen.length = 0;
    const list = await run(
      web(`raw:
  - |
    GET /form HTTP/1.1
    Host: {{Hostname}}

  - |
    POST /login HTTP/1.1
    Host: {{Hostname}}
    Content-Type: application/x-www-form-urlencoded

    token={{token}}&p={{password}}
payloads:
  password: [one, two, three]
stop-at-first-match: true
host-redirects: true
extractors:
  - type: regex
    name: token
    group: 1
    internal: true
    regex: ['name="token" value="(\\w+)"']
matchers:
  - type: dsl
    condition: and
    dsl:
      - status_code_1 == 200
      - contains(body_2, 'welcome')`),
    );
    expect(list).toEqual([{ matched: true, shown: [] }]);
    expect(seen).toEqual([
      'GET /form',
      'POST /login token=t0k&p=one s=1',
      'POST /login token=t0k&p=two s=1',
      'GET /home  s=1',
    ]);
  });

  it('never leaves the container', async () => {
    seen.length = 0;
    const list = await run(
      web(
        'path: ["{{BaseURL}}/away", "http://192.0.2.1/x"]\nredirects: true\nmatchers:\n  - type: status\n    status: [302]',
      ),
    );
    expect(list).toEqual([{ matched: true, shown: [] }]);
    expect(seen).toEqual(['GET /away']);
  });

  it('matches what it should: parts, negation, conditions', async () => {
    const judge = async (matchers: string): Promise<boolean> =>
      (await run(web(`path: "{{BaseURL}}/home"\nmatchers:\n${matchers}`))).length > 0;
    expect(await judge('  - type: word\n    words: [WELCOME]')).toBe(false);
    expect(await judge('  - type: word\n    words: [WELCOME]\n    case-insensitive: true')).toBe(true);
    expect(await judge('  - type: word\n    words: [nothing]\n    negative: true')).toBe(true);
    expect(await judge('  - type: word\n    words: [wel, none]\n    condition: and')).toBe(false);
    expect(await judge('  - type: size\n    size: [7]')).toBe(true);
    expect(await judge('  - type: binary\n    binary: ["77656c"]')).toBe(true);
    expect(await judge('  - type: regex\n    part: header\n    regex: ["(?i)content-length: 7"]')).toBe(true);
    expect(await judge('  - type: dsl\n    dsl: ["absent == 1"]')).toBe(false);
  });
});
