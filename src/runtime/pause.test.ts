import { describe, expect, it } from 'vitest';
import { pause } from './pause.ts';

/** Long enough that a test which waits for it fails by its own limit. */
const EVER = 1_000_000;

describe('a pause', () => {
  it('ends with a signal', async () => {
    const abort = new AbortController();
    const waits = pause(EVER, abort.signal);
    abort.abort();
    await expect(waits).resolves.toBeUndefined();
  });

  it('does not begin where the signal has fired already', async () => {
    await expect(pause(EVER, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('ends by itself, with and without one', async () => {
    await expect(pause(1)).resolves.toBeUndefined();
    await expect(pause(1, new AbortController().signal)).resolves.toBeUndefined();
  });
});
