import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import type { Steps } from '../compression/wait.ts';
import { Inflow, inflowOf } from './inflow.ts';

/** Runs what never has to wait. */
function run<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Bytes in pieces of these lengths, in a buffer that is used again for the next one. */
function inPieces(bytes: Buffer, lengths: readonly number[]): Inflow {
  const window = Buffer.alloc(Math.max(1, ...lengths));
  let at = 0;
  let turn = 0;
  return new Inflow({
    *more() {
      yield 'pause';
      window.fill(0xee);
      const length = bytes.copy(window, 0, at, at + (lengths[turn++ % lengths.length] as number));
      at += length;
      return length === 0 ? undefined : window.subarray(0, length);
    },
  });
}

const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 0xff));

type Step = readonly ['peek' | 'take' | 'need' | 'skip' | 'part', number];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(fc.constantFrom('peek', 'take', 'need', 'skip', 'part'), fc.nat(90)),
  { maxLength: 12 },
);

describe('an inflow', () => {
  it.each([
    ['of a source', () => inflowOf(new MemorySource(bytes))],
    ['of pieces', () => inPieces(bytes, [7, 1, 64, 3])],
    ['of single bytes', () => inPieces(bytes, [1])],
  ])('%s gives every byte once, in order', (_, open) => {
    fc.assert(
      fc.property(steps, (plan) => {
        const flow = open();
        for (const [what, count] of plan) {
          const at = flow.position;
          const rest = bytes.subarray(at, at + count);
          if (what === 'peek') {
            expect(run(flow.peek(count)).equals(rest)).toBe(true);
            expect(flow.position).toBe(at);
          } else if (what === 'take') {
            const taken = run(flow.take(count));
            expect(taken.equals(bytes.subarray(at, at + taken.length))).toBe(true);
            expect(taken.length > 0 || rest.length === 0).toBe(true);
            expect(flow.position).toBe(at + taken.length);
          } else if (rest.length < count) {
            if (what === 'part') return;
            expect(() => run<unknown>(what === 'need' ? flow.need(count) : flow.skip(count))).toThrow(FormatError);
            return;
          } else if (what === 'need') {
            expect(run(flow.need(count)).equals(rest)).toBe(true);
          } else if (what === 'skip') {
            run(flow.skip(count));
          } else {
            const part = flow.part(count);
            expect(run(part.peek(count + 5)).equals(rest)).toBe(true);
          }
          if (what !== 'take' && what !== 'peek') expect(flow.position).toBe(at + count);
        }
      }),
    );
  });

  it('of a source says where bytes stand, also in a part of it', () => {
    const flow = inflowOf(new MemorySource(bytes));
    run(flow.skip(100));
    const part = flow.part(50);
    run(part.skip(10));

    const target = Buffer.alloc(60);
    expect(part.place(60)?.read(target, 0)).toBe(40);
    expect(target.subarray(0, 40).equals(bytes.subarray(110, 150))).toBe(true);
  });
});
