import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopbackTarget, observedPort, StandIn, serviceBudget } from '../../../test/support/loopback-services.ts';
import { findingOfSighting } from './finding.ts';
import type { Probe } from './probes/probe.ts';
import { readProbes } from './probes/read-probes.ts';
import { newPortState, runProbe } from './probes/run-probe.ts';
import { PortDoor, type Service } from './service.ts';

type WebAnswer = readonly [path: string, status: number, headers: Record<string, string>, body: string];
type SocketAnswer = readonly [question: string, answer: string];

/** What a service answers that should be told, and one that should not: as documentation of its protocol has it. */
type Case =
  | {
      readonly id: string;
      readonly tcp: true;
      readonly service: string;
      readonly yes: SocketAnswer[];
      readonly no: SocketAnswer[];
    }
  | { readonly id: string; readonly tcp?: undefined; readonly yes: WebAnswer[]; readonly no: WebAnswer[] };

const cases = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/answers.json'), 'utf8')) as Case[];

/** What services say first that do so. */
const greetings: Readonly<Record<string, string>> = {
  ftp: '220 ready\r\n',
  smtp: '220 mail ESMTP\r\n',
  imap: '* OK ready\r\n',
  pop3: '+OK ready\r\n',
  mysql: '\x10\0\0\0\x0a8.0.36\0\0\0\0\0',
  vnc: 'RFB 003.008\n',
};

let probes: ReadonlyMap<string, Probe>;
let web: Server;
let webPort: number;
let webAnswers: readonly WebAnswer[] = [];

beforeAll(async () => {
  const read = await readProbes();
  expect(read.problems).toEqual([]);
  probes = new Map(read.probes.map((probe) => [probe.id, probe]));
  web = createServer((request, response) => {
    const known = webAnswers.find(([at]) => at === request.url || at === '*' || at === 'ECHO');
    if (known === undefined) {
      response.writeHead(404).end('nothing');
    } else if (known[0] === 'ECHO') {
      response.writeHead(200, { 'content-type': 'message/http' });
      const lines = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      response.end(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('')}`);
    } else {
      response.writeHead(known[1], known[2]);
      response.end(Buffer.from(known[3], 'latin1'));
    }
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webPort = (web.address() as { port: number }).port;
});

afterAll(() => {
  web.closeAllConnections();
  web.close();
});

function speak(answers: readonly SocketAnswer[], greeting: string): (socket: Socket) => void {
  return (socket) => {
    const told = answers.filter(([question]) => question === '').map(([, answer]) => answer);
    socket.write(Buffer.from(greeting + told.join(''), 'latin1'));
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      for (const [question, answer] of answers) {
        if (question === '' || !text.includes(question)) continue;
        if (answer === '') socket.end();
        else socket.write(Buffer.from(answer, 'latin1'));
        return;
      }
    });
  };
}

async function findingsOf(probe: Probe, port: number, name: string): Promise<string[]> {
  const { dial } = loopbackTarget([]);
  const budget = serviceBudget({ idleMs: 1500 });
  const service: Service = {
    door: new PortDoor(observedPort(port), dial, budget),
    name,
    encrypted: false,
    greeting: Buffer.alloc(0),
  };
  const sighting = await runProbe(probe, service, newPortState(10));
  return sighting?.matched ? [findingOfSighting(probe, service, sighting).evidence] : [];
}

describe('our probes', () => {
  it('have a case each', () => {
    // Those over UDP are put to real services, and to stand-ins: real-datagrams.system.test.ts.
    const overTcp = [...probes.values()].filter(({ transport }) => transport === 'tcp');
    expect(cases.map(({ id }) => id).sort()).toEqual(overTcp.map(({ id }) => id).sort());
  });

  it('say why, what to do, and whom they ask', () => {
    for (const { id, why, remediation, severity, name } of probes.values()) {
      expect({ id, why, remediation, name }).toEqual({
        id,
        why: expect.stringMatching(/^\S.{15,}\.$/),
        remediation: expect.stringMatching(/\.$/),
        name: expect.stringMatching(/^\S.*[^.]$/),
      });
      expect(severity).not.toBe('unknown');
    }
  });

  it.each(cases.map((one) => [one.id, one] as const))(
    '%s tells what is open, and nothing of what is not',
    async (id, one) => {
      const probe = probes.get(id)!;
      if (one.tcp) {
        const greeting = greetings[one.service] ?? '';
        for (const [answers, count] of [
          [one.yes, 1],
          [one.no, 0],
        ] as const) {
          const server = new StandIn(speak(answers, greeting));
          try {
            const found = await findingsOf(probe, await server.listen(), one.service);
            expect(found).toHaveLength(count);
            for (const evidence of found)
              expect(evidence).toMatch(/^tcp \d+ \([\w-]+\), asked from loopback inside the container: [\x20-\x7e…]+$/);
          } finally {
            await server.close();
          }
        }
      } else {
        webAnswers = one.yes;
        const found = await findingsOf(probe, webPort, 'http');
        expect(found).toHaveLength(1);
        for (const evidence of found)
          expect(evidence).toMatch(
            /^tcp \d+ \(http\), asked from loopback inside the container: [A-Z]+ \/\S* is answered [\x20-\x7e…]+$/,
          );
        webAnswers = one.no;
        expect(await findingsOf(probe, webPort, 'http')).toEqual([]);
      }
    },
  );
});
