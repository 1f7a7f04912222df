import { expect, it } from 'vitest';
import { type OptionSpec, optionTable } from '../config/options.ts';
import { parseDuration } from '../config/values.ts';
import { configurationReference } from './reference.ts';

it('tells default durations as they are written', () => {
  const sections = configurationReference([]).split(/^### /m);
  const durations = Object.entries<OptionSpec>(optionTable).filter(([, spec]) => spec.kind === 'duration');
  expect(durations.length).toBeGreaterThan(3);
  for (const [name, { default: standard }] of durations) {
    const section = sections.find((one) => one.startsWith(`${name}\n`))!;
    const told = /^\| Default \| `(.*)` \|$/m.exec(section)?.[1];
    if (typeof standard !== 'number' || told === undefined) continue;
    expect([name, parseDuration(told)]).toEqual([name, standard]);
    expect([name, told]).toEqual([name, expect.stringMatching(/[a-z]$/)]);
  }
});
