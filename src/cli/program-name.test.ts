import { describe, expect, it } from 'vitest';
import { programName } from './program-name.ts';

describe('programName', () => {
  it.each([
    ['nothing is told', undefined, 'drydock'],
    ['nothing is told in earnest', '', 'drydock'],
    ['it was started in a checkout', './drydock', './drydock'],
    ['it was started from elsewhere', '../a/drydock', '../a/drydock'],
    ['a whole path was typed', '/opt/drydock/drydock', '/opt/drydock/drydock'],
    ['it stands on the PATH', '/usr/local/bin/drydock', 'drydock'],
    ['it stands there under another name', '/usr/local/bin/dry', 'dry'],
    ['a shell would split it', '../a checkout/drydock', "'../a checkout/drydock'"],
    ['a shell would take it apart', "./it's/drydock", "'./it'\\''s/drydock'"],
    ['a terminal would obey it', './\u001b[2J/drydock', "'./\\x1b[2J/drydock'"],
  ])('when %s', (_, called, expected) => {
    expect(programName({ DRYDOCK_STARTED_AS: called, PATH: '/usr/local/bin:/usr/bin' })).toBe(expected);
  });
});
