import { afterEach, describe, expect, it } from 'vitest';
import { loopbackTarget, observedPort, StandIn, serviceBudget } from '../../../../test/support/loopback-services.ts';
import { PortDoor } from '../service.ts';
import { identifyPort } from './identify-port.ts';
import { questions } from './signatures.ts';

const started: StandIn[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

const webServer = (asked: string): string =>
  asked.startsWith('GET ')
    ? 'HTTP/1.1 200 OK\r\nServer: late/1.0\r\nContent-Length: 2\r\n\r\nhi'
    : 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';
const redis = (asked: string): string => (asked.includes('PING') ? '+PONG\r\n' : '-ERR unknown command\r\n');

/** What a port is taken for that hangs up on everybody until it was asked one question, and serves from then on. */
async function identify(port: number, until: Buffer, answer: (asked: string) => string): Promise<unknown> {
  let serves = false;
  const standIn = new StandIn((socket) =>
    socket.on('data', (piece) => {
      socket.end(serves ? answer(piece.toString('latin1')) : '');
      serves ||= piece.equals(until);
    }),
  );
  started.push(standIn);
  const real = await standIn.listen();
  const { dial } = loopbackTarget([], { to: () => real });
  return await identifyPort(new PortDoor(observedPort(port), dial, serviceBudget({ idleMs: 1000 })));
}

// Tomcat opens its port while it starts, and serves seconds later.
describe('a service that opens its port before it serves', () => {
  const [first, last] = [questions[1]!.send, questions.at(-1)!.send];
  it.each([
    ['a web server that comes up between other questions', 7000, first, webServer, 'http', 'late'],
    ['a web server that comes up after all of them', 7000, last, webServer, 'http', 'late'],
    ['another that is asked at the port it is known by', 6379, last, redis, 'redis', undefined],
  ] as const)('%s', async (_, port, until, answer, name, product) => {
    const expected = { service: { name, ...(product !== undefined && { product }) } };
    expect(await identify(port, until, answer)).toMatchObject(expected);
  });

  it('is not known where it never serves', async () => {
    expect(await identify(6379, Buffer.from('nobody asks so'), redis)).toMatchObject({
      why: expect.stringContaining('protocols'),
    });
  });
});
