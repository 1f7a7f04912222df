import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function lines(quiet: boolean, verbose: boolean): string[] {
  const written: string[] = [];
  const log = createLogger({ quiet, verbose, write: (text) => written.push(text) });
  log.debug({}, 'debug');
  log.info({ layer: 3 }, 'info');
  log.warn({ path: 'a b\u001b[2J', absent: undefined }, 'warn');
  log.error({ error: new Error('no') }, 'error');
  return written;
}

describe('createLogger', () => {
  const warning = 'drydock: warning: warn (path="a b\\u001b[2J")\n';
  const error = 'drydock: error: error (error=no)\n';

  it.each([
    ['by default', false, false, [warning, error]],
    ['when verbose', false, true, ['drydock: debug\n', 'drydock: info (layer=3)\n', warning, error]],
    ['when quiet', true, false, []],
    ['when both: quiet', true, true, []],
  ])('writes %s', (_, quiet, verbose, expected) => {
    expect(lines(quiet, verbose)).toEqual(expected);
  });
});
