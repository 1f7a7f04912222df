import { describe, expect, it } from 'vitest';
import { endCage } from './end-cage.ts';
import type { Cage } from './open-cage.ts';

describe('ending a cage', () => {
  it('is not waited for beyond the signal, whatever the engine does not tell', async () => {
    // An engine that takes requests and answers none is the case; no real one can be brought to it.
    const abort = new AbortController();
    const engine = {
      request: () =>
        new Promise((_, reject) => abort.signal.addEventListener('abort', () => reject(abort.signal.reason))),
    };
    const cage = { engine, container: 'c', ended: new Promise(() => {}) } as unknown as Cage;
    const ends = endCage(cage, abort.signal, 1_000_000);
    abort.abort(new Error('enough'));
    await expect(ends).resolves.toBe(false);
  });
});
