import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tar } from '../../../test/support/tar.ts';
import { defaultLimits } from '../../limits.ts';
import { TarParser } from './push.ts';
import { ANY_PLACE, type TarVisitor } from './visitor.ts';

/** Wants every body, and takes its time for some. */
function visitor(told: string[], waits: (path: string) => boolean): TarVisitor {
  let busy = false;
  return {
    member: ({ path }) => {
      if (busy) told.push('too early');
      told.push(path);
      return ANY_PLACE;
    },
    content: () => undefined,
    pieces: ({ path }) => {
      let bytes = 0;
      return {
        write: (piece) => {
          bytes += piece.length;
        },
        end: () => {
          told.push(`${path} ${bytes}`);
          if (!waits(path)) return undefined;
          busy = true;
          return setImmediate().then(() => {
            busy = false;
          });
        },
      };
    },
    problem: (code) => told.push(code),
  };
}

describe('a parser whose visitor takes its time', () => {
  it('goes on when it is done, with all that came meanwhile', async () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 511, 512, 513, 5000), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 3000 }),
        fc.nat(255),
        fc.boolean(),
        fc.nat(600),
        async (...args) => {
          const [all, step, mask, isPatient, cut] = args;
          const archive = tar(all.map((size, i) => ({ path: `f${i}`, content: 'x'.repeat(size) })));
          const bytes = archive.subarray(0, archive.length - cut);
          const run = async (waits: (path: string) => boolean): Promise<string[]> => {
            const told: string[] = [];
            const parser = new TarParser(visitor(told, waits), { limits: defaultLimits });
            for (let at = 0; at < bytes.length; at += step) {
              const piece = Buffer.from(bytes.subarray(at, at + step));
              parser.push(piece);
              piece.fill(0xff);
              if (isPatient || at % 3 === 0) await parser.waiting;
            }
            await parser.waiting;
            parser.end();
            await parser.waiting;
            return told;
          };

          expect(await run((path) => ((mask >> Number(path.slice(1))) & 1) === 1)).toEqual(await run(() => false));
        },
      ),
      { numRuns: 200 },
    );
  });
});
