import { describe, expect, it } from 'vitest';
import { publishedOptions } from '../../../test/support/published-options.ts';
import { checks } from '../../checks/index.ts';
import { resolveConfiguration } from '../../config/settings.ts';
import { severities } from '../../model/severity.ts';
import type { Command } from '../command.ts';
import { loadCommands } from '../commands/index.ts';
import { parseCommandLine } from '../program.ts';
import { selectChecks } from '../select-checks.ts';
import type { ForeignOption } from './foreign.ts';
import { type GivenOption, readForeignLine } from './read-line.ts';
import { meansKey, variablesOf } from './read-settings.ts';
import { foreignTools } from './tools.ts';
import { translate } from './translate.ts';

const commands = await loadCommands();
const find = ([name, ...rest]: readonly string[], among = commands): Command => {
  const command = among.find((one) => one.name === name)!;
  return rest.length === 0 ? command : find(rest, command.commands);
};

/** Values that an option may have, so that each of its answers is seen. */
const values = [
  'true false 0 1 5m HIGH,CRITICAL LOW fatal WARN table json sarif cyclonedx spdx spdx-json github cosign-vuln template',
  'list text xml json=a.json @contrib/html.tpl @contrib/junit.tpl ./mine.tpl docker podman remote docker,remote registry',
  'vuln vuln,secret,misconfig,license os,library linux/arm64 x.tar .trivyignore http://127.0.0.1:8080 127.0.0.1:80 kev',
  'severity package upgradable all not-fixed,unknown,wont-fix affected,will_not_fix,fix_deferred,end_of_life,under_investigation',
]
  .join(' ')
  .split(' ');

describe.each(foreignTools)('the table of $name', (tool) => {
  const published = publishedOptions[tool.name]!;
  const flags = tool.options.flatMap((option) => option.flags);
  const keys = tool.options.flatMap((option) => option.keys ?? []);

  it('has every flag, key and variable that is published', () => {
    expect(published.flags.length).toBeGreaterThan(10);
    expect(published.flags.filter((flag) => !flags.includes(flag))).toEqual([]);
    expect((published.keys ?? []).filter((key) => !keys.some((known) => meansKey(known, key)))).toEqual([]);
    const variables = tool.options.flatMap((option) => variablesOf(tool, option));
    expect((published.variables ?? []).filter((name) => !variables.includes(name))).toEqual([]);
  });

  it('has none twice, and of those that are not published only what is marked as old', () => {
    expect(flags.filter((flag, index) => flags.indexOf(flag) !== index)).toEqual([]);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    const current = tool.options.filter(({ old }) => old !== true).flatMap((option) => option.flags);
    const everywhere = ['--help', '-h', '--version', '-v'];
    expect(current.filter((flag) => !published.flags.includes(flag) && !everywhere.includes(flag))).toEqual([]);
  });

  it('gives reasons where there is nothing of ours', () => {
    for (const option of tool.options) {
      const { verdict, why, settings, command, subject, policyFile } = option.here('x');
      const isSaid = why !== '' || [settings, command, subject, policyFile].some((one) => one !== undefined);
      expect([option.flags, option.keys, verdict, isSaid]).toEqual([option.flags, option.keys, verdict, true]);
      expect(why).not.toMatch(/[.!]$/);
    }
  });

  const lines = [...tool.commands.keys()].flatMap((command) => [
    `${tool.name} ${command} x.tar`,
    `${tool.name} ${command}`,
  ]);

  it.each(lines)('makes a command that we understand of "%s" with every option', async (text) => {
    const line = readForeignLine(text.trim().split(/\s+/), foreignTools)!;
    for (const option of tool.options) {
      for (const value of option.takes === undefined ? ['true', 'false'] : values) {
        const { command } = translate(line, [given(option, value)], { find });
        if (command === undefined || command[0] === 'help') continue;
        const request = await parseCommandLine(command);
        if (request.kind !== 'run') throw new Error(command.join(' '));
        // A value that the other program would refuse is ours to refuse, too.
        if (!isSound(option, value)) continue;
        const { settings } = await resolveConfiguration({
          flags: request.flags,
          environment: {},
          folder: '/',
          withoutFile: true,
          formats: request.command.formats,
        });
        if (command.includes('--checks')) expect(() => selectChecks(settings, checks)).not.toThrow();
      }
    }
  });
});

function given(option: ForeignOption, value: string): GivenOption {
  return { option, value, shown: `x ${value}`, from: 'line' };
}

/** Whether our words for it are of the right kind: severities, numbers, times. */
function isSound(option: ForeignOption, value: string): boolean {
  return (option.here(value).settings ?? []).every(([name, ours]) => {
    if (name === 'severity' || name === 'fail-on') {
      return String(ours)
        .split(',')
        .every((word) => severities.some((one) => one === word) && (name === 'severity' || ours === word));
    }
    if (['exit-code', 'exit-on-eol', 'threads'].includes(name)) return value === '1';
    if (name === 'timeout') return value === '5m';
    if (name === 'server') return value.startsWith('http');
    if (name === 'listen') return value === '127.0.0.1:80';
    if (name === 'platform') return value.startsWith('linux/');
    return true;
  });
}
