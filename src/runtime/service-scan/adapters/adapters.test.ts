import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../test/support/free-port.ts';
import { loopbackTarget, observedPort, serviceBudget } from '../../../../test/support/loopback-services.ts';
import { type RealService, startService, whyNoProgram } from '../../../../test/support/real-services.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { runProgram } from '../../run-program.ts';
import { isServiceFinding } from '../merge-findings.ts';
import { customScanner, readSarif } from './custom-command.ts';
import { itemsOf, nmapScanner } from './nmap.ts';
import { nmapScripts } from './nmap-scripts.ts';
import { nucleiScanner, readNuclei } from './nuclei.ts';
import { readNmap } from './read-nmap.ts';
import { readTestssl, testsslScanner } from './testssl.ts';

const owner = { name: 'redis-server', version: '5:8.0.2-3', purl: 'pkg:deb/debian/redis-server@5:8.0.2-3' };
const ports = [observedPort(6379, { package: owner }), observedPort(443)];
const budget = serviceBudget();
const started: RealService[] = [];

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop()));
});

describe('nmap', () => {
  it('is asked about forty scripts that only ask', () => {
    const names = Object.keys(nmapScripts);
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(names.filter((name) => /brute|exec|fuzz|dos|slowloris|inject|vuln(?!e)/.test(name))).toEqual([]);
  });

  it('gives names, and findings where the output says so', () => {
    const told = readNmap(
      Buffer.from(`<?xml version="1.0"?><nmaprun><host><ports>
        <port protocol="tcp" portid="6379"><state state="open"/><service name="redis" product="Redis" version="8.0.2"/>
        <script id="redis-info" output="&#xa;  Version: 8.0.2&#x1b;[31m"/><script id="made-up" output="Version: 1"/></port>
        <port protocol="tcp" portid="443"><state state="open"/><service name="http" tunnel="ssl"/><script id="ssl-enum-ciphers" output="least strength: A"/></port>
        <port protocol="tcp" portid="9"><state state="closed"/></port></ports></host></nmaprun>`),
    );
    const items = [...itemsOf(told, { ports }, budget)];
    expect(items).toEqual([
      { kind: 'service-name', protocol: 'tcp', port: 6379, name: 'redis', product: 'Redis', version: '5:8.0.2-3' },
      expect.objectContaining({
        id: 'service.redis-open',
        evidence: 'tcp 6379: nmap says: redis-info: Version: 8.0.2\\x1b[31m',
        package: owner,
        port: { protocol: 'tcp', port: 6379 },
      }),
      { kind: 'service-name', protocol: 'tcp', port: 443, name: 'http', encrypted: true },
    ]);
  });

  it.skipIf(whyNoProgram('nmap') ?? whyNoProgram('redis-server'))('is run for real', async () => {
    const port = await freePort();
    started.push(
      await startService(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', temporaryFolder()],
        port,
      ),
    );
    const scanner = nmapScanner();
    expect(await scanner.detect()).toMatch(/^\d+\.\d+/);
    const target = { ...loopbackTarget([observedPort(port)]), enter: ['env'] };
    const items = await all(scanner.scan(target, budget));
    expect(items).toContainEqual(expect.objectContaining({ kind: 'service-name', name: 'redis' }));
    expect(items).toContainEqual(expect.objectContaining({ id: 'service.redis-open' }));
  });

  it('that is not there says so', async () => {
    expect(await nmapScanner('/nowhere/nmap').detect()).toBeUndefined();
    const target = { ...loopbackTarget(ports), enter: [] };
    expect(await all(nmapScanner('/nowhere/nmap').scan(target, budget))).toEqual([
      { code: 'service.tool', message: expect.stringContaining('ENOENT') },
    ]);
    expect(await all(nmapScanner().scan(loopbackTarget(ports), budget))).toEqual([
      { code: 'service.tool', message: expect.stringContaining('inside the network of the container') },
    ]);
  });

  it.each(['', '<nmaprun><host>', '<!DOCTYPE x [<!ENTITY a "b">]><x/>', '{}'])(
    'that writes %j is a problem',
    async (text) => {
      const target = { ...loopbackTarget(ports), enter: ['printf', '%s', text, '#'] };
      const wrote = { ...target, enter: ['sh', '-c', 'printf %s "$0"', text] };
      expect(await all(nmapScanner().scan(wrote, budget))).toEqual([
        { code: 'service.tool', message: expect.stringContaining('cannot be read') },
      ]);
    },
  );
});

describe('nuclei', () => {
  it('gives findings of ports that listen', () => {
    const lines = [
      {
        'template-id': 'redis-x',
        info: { name: 'X', severity: 'high', classification: { 'cve-id': ['cve-2024-1234'] } },
        port: '6379',
        'matched-at': '127.0.0.1:6379',
        'extracted-results': ['8.0'],
      },
      { 'template-id': 'other', info: {}, port: '1', 'matched-at': '127.0.0.1:1' },
    ].map((line) => JSON.stringify(line));
    const items = [...readNuclei([...lines, '{broken', 'null'].join('\n'), { ports }, budget)];
    expect(items).toEqual([
      expect.objectContaining({
        id: 'nuclei.redis-x',
        aliases: ['CVE-2024-1234'],
        severity: 'high',
        confidence: 'low',
        package: owner,
      }),
      { code: 'service.tool', message: expect.stringMatching(/^3 lines/) },
    ]);
  });

  it('runs the templates of a folder', async () => {
    const enter = ['sh', '-c', 'shift 8; echo "$@" >&2; exit 1', 'sh'];
    const [problem] = await all(nucleiScanner('nuclei', '/mine').scan({ ...loopbackTarget(ports), enter }, budget));
    expect(problem).toMatchObject({
      code: 'service.tool',
      message: expect.stringContaining('-t /mine -u 127.0.0.1:6379'),
    });
  });

  it('that is not there is not detected', async () => {
    expect(await nucleiScanner('/nowhere/nuclei').detect()).toBeUndefined();
  });
});

describe('testssl', () => {
  it('gives what is wrong alone', () => {
    const list = [
      { id: 'TLS1', ip: '/127.0.0.1', port: '443', severity: 'LOW', finding: 'offered (deprecated)' },
      {
        id: 'SWEET32',
        port: '443',
        severity: 'LOW',
        cve: 'CVE-2016-2183 CVE-2016-6329',
        finding: 'uses 64 bit block ciphers',
      },
      { id: 'TLS1_3', port: '443', severity: 'OK', finding: 'offered' },
    ];
    expect([...readTestssl(JSON.stringify(list), 443, { ports }, budget)]).toEqual([
      expect.objectContaining({ id: 'testssl.TLS1', severity: 'low' }),
      expect.objectContaining({ id: 'testssl.SWEET32', aliases: ['CVE-2016-2183', 'CVE-2016-6329'] }),
    ]);
    expect([...readTestssl('', 443, { ports }, budget)]).toHaveLength(1);
    expect([...readTestssl('[{]', 443, { ports }, budget)]).toHaveLength(1);
  });

  it('reads what a program in its place writes, and leaves nothing', async () => {
    const folder = temporaryFolder();
    const enter = [
      'sh',
      '-c',
      'for last; do case $last in *.json) printf %s \'[{"id":"heartbleed","severity":"CRITICAL","finding":"VULNERABLE"}]\' >"$last";; esac; done; exit 1',
      'sh',
    ];
    const items = await all(testsslScanner(folder).scan({ ...loopbackTarget(ports), enter }, budget));
    expect(items).toEqual([expect.objectContaining({ id: 'testssl.heartbleed', severity: 'critical' })]);
    expect(await runProgram(['ls', folder], budget.signal)).toMatchObject({ status: 0, output: Buffer.alloc(0) });
  });
});

describe('a command of the user', () => {
  const sarif = (results: object[]): string =>
    JSON.stringify({
      runs: [
        {
          tool: {
            driver: {
              rules: [{ id: 'R1', shortDescription: { text: 'Open' }, properties: { 'security-severity': '9.8' } }],
            },
          },
          results,
        },
      ],
    });

  it('tells by SARIF', () => {
    const text = sarif([
      { ruleId: 'R1', message: { text: 'seen \u001b[2J' } },
      { ruleId: 'CVE-2024-1', level: 'error' },
      { ruleId: 'R2', level: 'note', message: { text: 'x' }, properties: { port: 443 } },
    ]);
    expect([...readSarif('mine', text, ports[0]!, { ports }, budget)]).toEqual([
      expect.objectContaining({
        id: 'mine.R1',
        severity: 'critical',
        title: 'Open',
        evidence: 'tcp 6379: mine says: seen \\x1b[2J',
      }),
      expect.objectContaining({ severity: 'negligible' }),
      expect.objectContaining({ id: 'mine.R2', severity: 'low', port: { protocol: 'tcp', port: 443 } }),
    ]);
  });

  it('is run once for each port, with its number', async () => {
    const command = [
      'sh',
      '-c',
      `printf '%s' "$0" | sed "s/PORT/$1/"`,
      sarif([{ ruleId: 'R1', message: { text: 'port PORT' } }]),
      '{port}',
    ];
    const items = await all(customScanner('mine', command).scan({ ...loopbackTarget(ports), enter: [] }, budget));
    expect(
      items
        .filter((item) => 'evidence' in item && isServiceFinding(item))
        .map((item) => 'evidence' in item && item.evidence),
    ).toEqual(['tcp 6379: mine says: port 6379', 'tcp 443: mine says: port 443']);
  });

  it('that fails, or writes what is no SARIF, is a problem', async () => {
    const target = { ...loopbackTarget([ports[0]!]), enter: [] };
    const of = async (...command: string[]): Promise<unknown> =>
      await all(customScanner('mine', command).scan(target, budget));
    expect(await of('sh', '-c', 'echo oh >&2; exit 3')).toEqual([
      { code: 'service.tool', message: 'mine ended with 3: oh' },
    ]);
    expect(await of('echo', 'no')).toEqual([
      { code: 'service.tool', message: 'what mine wrote of tcp 6379 is no SARIF' },
    ]);
  });

  it('ends with the signal, with all that it started', async () => {
    const stop = AbortSignal.timeout(300);
    await expect(runProgram(['sh', '-c', 'sleep 100 & sleep 100'], stop)).rejects.toThrow(/timeout/);
  });

  it('that writes without end is cut', async () => {
    const { isCut, output } = await runProgram(['cat', '/dev/zero'], budget.signal);
    expect({ isCut, length: output.length }).toEqual({ isCut: true, length: 64 * 1024 * 1024 });
  });
});
