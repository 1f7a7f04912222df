import { duplexPair } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRelay, type Relay, RelayError } from './relay-client.ts';
import { encodeCredit, encodeFrame, FrameKind, WINDOW } from './relay-frames.ts';

const hello = encodeFrame(
  FrameKind.hello,
  0,
  JSON.stringify({ version: 1, pid: 7, littleEndian: true, network: 'net:[1]' }),
);

/** The other side of a relay is what the test says. */
async function hostile(): Promise<{ relay: Relay; say(...frames: Buffer[]): void }> {
  const [ours, theirs] = duplexPair();
  theirs.on('error', () => {}).resume();
  theirs.write(hello);
  const relay = await openRelay(ours, { signal: new AbortController().signal, lookMs: 200 });
  return { relay, say: (...frames) => void theirs.write(Buffer.concat(frames)) };
}

describe('what is no relay', () => {
  it.each([
    ['another version', encodeFrame(FrameKind.hello, 0, '{"version":2}')],
    ['no JSON', encodeFrame(FrameKind.hello, 0, 'hello')],
    ['no object', encodeFrame(FrameKind.hello, 0, '7')],
    ['too much', encodeFrame(FrameKind.hello, 0, JSON.stringify({ version: 1, text: 'x'.repeat(5000) }))],
    ['another beginning', encodeFrame(FrameKind.opened, 1)],
    ['text', Buffer.from('sh: node: not found\n')],
  ])('is refused: %s', async (_, bytes) => {
    const [ours, theirs] = duplexPair();
    theirs.on('error', () => {}).resume();
    theirs.write(bytes);

    await expect(openRelay(ours, { signal: new AbortController().signal })).rejects.toBeInstanceOf(RelayError);
    expect(ours.destroyed).toBe(true);
  });

  it('is refused when it says nothing', async () => {
    const [ours] = duplexPair();

    await expect(openRelay(ours, { signal: new AbortController().signal, helloMs: 20 })).rejects.toThrow(
      /did not say anything/,
    );
  });

  it('is refused with its last words', async () => {
    const [ours, theirs] = duplexPair();
    theirs.end();
    const opened = openRelay(ours, { signal: new AbortController().signal, words: () => 'no such file\n' });

    await expect(opened).rejects.toThrow('it ended: no such file');
  });

  it('is given up with the signal', async () => {
    const [ours] = duplexPair();

    await expect(openRelay(ours, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(RelayError);
  });
});

describe('a relay that is hostile', () => {
  it.each([
    ['speaks of streams that nobody opened', [encodeFrame(FrameKind.data, 9, 'x')]],
    ['sends frames of no kind', [encodeFrame(99, 1)]],
    ['sends frames without end', [Buffer.from('ffffffff0400000001', 'hex')]],
    ['gives credit that is no number', [encodeFrame(FrameKind.opened, 1), encodeFrame(FrameKind.credit, 1, 'x')]],
    ['fails without fields', [encodeFrame(FrameKind.failed, 1, '[')]],
    [
      'sends more than it was asked for',
      [
        encodeFrame(FrameKind.opened, 1),
        ...Array<Buffer>(40).fill(encodeFrame(FrameKind.data, 1, Buffer.alloc(WINDOW / 8))),
      ],
    ],
  ])('is given up: %s', async (_, frames) => {
    const { relay, say } = await hostile();
    const dialled = relay.dial('tcp', '127.0.0.1', 80, new AbortController().signal);
    dialled.then(
      (stream) => stream.on('error', () => {}),
      () => {},
    );
    say(...frames);

    expect(await relay.ended).toBeInstanceOf(RelayError);
  });

  it('does not keep who asks about /proc, nor answer with more than was asked for', async () => {
    const { relay, say } = await hostile();

    expect(await relay.look({ look: 'file', path: '/proc/1/cmdline', bytes: 10 })).toBeUndefined();

    const answer = relay.look({ look: 'file', path: '/proc/1/cmdline', bytes: 10 });
    say(encodeFrame(FrameKind.data, 2, Buffer.alloc(11)));

    await expect(answer).rejects.toBeInstanceOf(RelayError);
  });

  it('cannot make a window larger than it is', async () => {
    const { relay, say } = await hostile();
    const dialled = relay.dial('tcp', '127.0.0.1', 80, new AbortController().signal);
    say(encodeFrame(FrameKind.opened, 1), ...Array<Buffer>(10).fill(encodeCredit(1, 0xffffffff)));
    const stream = await dialled;
    const written = new Promise((resolve) => stream.write(Buffer.alloc(4 * WINDOW), resolve));

    expect(await Promise.race([written, sleep(50, 'waits')])).toBe('waits');
    relay.close();
  });

  it.each([
    ['is closed', encodeFrame(FrameKind.close, 1)],
    ['breaks', encodeFrame(FrameKind.failed, 1, '{"code":"ECONNRESET","message":"gone"}')],
    ['ends with its relay', encodeFrame(FrameKind.opened, 77)],
  ])('keeps nobody who writes to a connection that %s', async (_, frame) => {
    const { relay, say } = await hostile();
    const dialled = relay.dial('tcp', '127.0.0.1', 80, new AbortController().signal);
    say(encodeFrame(FrameKind.opened, 1));
    const stream = await dialled;
    const written = new Promise<unknown>((resolve) => stream.write(Buffer.alloc(4 * WINDOW), resolve));
    await sleep(20);
    say(frame);

    expect(await Promise.race([written, sleep(2000, 'waits')])).toBeInstanceOf(Error);
    relay.close();
  });

  it('never breaks more than itself, whatever it sends', async () => {
    const frame = fc.record({
      kind: fc.integer({ min: 0, max: 9 }),
      stream: fc.integer({ min: 0, max: 3 }),
      payload: fc.uint8Array({ maxLength: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 30 }), async (frames) => {
        const { relay, say } = await hostile();
        const dialled = [1, 2].map(() => relay.dial('tcp', '127.0.0.1', 80, new AbortController().signal));
        const looked = relay.look({ look: 'names', path: '/proc', bytes: 40 });
        const settled = Promise.allSettled([...dialled, looked]);
        for (const one of dialled)
          one.then(
            (stream) => stream.on('error', () => {}),
            () => {},
          );
        say(...frames.map(({ kind, stream, payload }) => encodeFrame(kind, stream, payload)));
        await sleep(1);
        relay.close();

        await settled;
        expect(await relay.ended).toSatisfy((error) => error === undefined || error instanceof RelayError);
      }),
      { numRuns: 200 },
    );
  });
});
