import { describe, expect, it } from 'vitest';
import { commandOfName, programName } from './program-name.ts';

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

describe('commandOfName', () => {
  it.each<[string, string | undefined, string | undefined, readonly string[]]>([
    ['the launcher', '/usr/local/bin/analyze-local-images', '/opt/bin/drydock.js', ['analyze-local-images']],
    ['the package', undefined, '/usr/local/bin/analyze-local-images', ['analyze-local-images']],
    ['the launcher by its own name', './drydock', '/usr/local/bin/analyze-local-images', []],
    ['the package by its own name', undefined, '/usr/local/bin/drydock', []],
    ['nobody knows what', undefined, undefined, []],
  ])('tells it when %s was called', (_, told, script, expected) => {
    expect(commandOfName({ DRYDOCK_STARTED_AS: told }, script)).toEqual(expected);
  });

  it('does not make the script a name of the program otherwise', () => {
    expect(programName({ PATH: '/usr/bin' }, '/opt/lib/drydock.js')).toBe('drydock');
    expect(programName({ PATH: '/usr/bin' }, '/usr/bin/analyze-local-images')).toBe('analyze-local-images');
  });
});
