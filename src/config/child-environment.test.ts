import { expect, it } from 'vitest';
import { childEnvironment } from '../net/child-environment.ts';
import type { OptionSpec } from './option-spec.ts';
import { environmentName, optionTable } from './options.ts';
import { serviceOptions } from './service-options.ts';

it('a program that is started gets no option that is secret', () => {
  const all: readonly (readonly [string, OptionSpec])[] = [
    ...Object.entries(optionTable),
    ...Object.entries(serviceOptions),
  ];
  const secrets = all.filter(([, { secret }]) => secret === true).map(([name]) => environmentName(name));
  const given = [...secrets, 'COSIGN_PASSWORD', 'PATH'].map((name) => [name, 'x'] as const);

  expect(secrets).toContain('DRYDOCK_KEY_PASSWORD');
  expect(childEnvironment(Object.fromEntries(given))).toEqual({ PATH: 'x' });
});
