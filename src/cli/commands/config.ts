import { type OptionName, type OptionSpec, type Output, optionNames, optionTable } from '../../config/options.ts';
import type { Configuration } from '../../config/settings.ts';
import type { Command, Invocation } from '../command.ts';

/** A value as drydock.yaml would have it, on one line: JSON is YAML. */
function show(name: OptionName, value: unknown): string {
  const { kind }: OptionSpec = optionTable[name];
  if (kind === 'duration') return `${value}ms`;
  if (kind === 'outputs') return JSON.stringify((value as readonly Output[]).map((o) => `${o.format}=${o.file}`));
  return JSON.stringify(value);
}

/** Every option as a line of drydock.yaml, with who decided: saved as such a file, it configures the same. */
function effective({ settings, places, file }: Configuration): string {
  const lines = optionNames
    .filter((name) => !('only' in optionTable[name]))
    .map((name) => {
      const value = settings[name];
      return value === undefined ? `# ${name}: not set` : `${name}: ${show(name, value)}  # ${places.get(name)}`;
    });
  return `# configuration file: ${file ?? 'none'}\n${lines.join('\n')}\n`;
}

async function run({ configuration, io, commands }: Invocation): Promise<number> {
  const { settings } = configuration;
  if (settings['print-effective']) {
    await io.stdout.write(effective(configuration));
    return 0;
  }
  const { configurationReference } = await import('../reference.ts');
  await io.stdout.write(configurationReference(await commands()));
  return 0;
}

export const command: Command = {
  name: 'config',
  summary: 'Explain every option, or show what is set here and where.',
  description:
    'Without --print-effective it prints the reference of all options. With it, flags, environment and drydock.yaml are taken together as every other command does.',
  arguments: [],
  options: optionNames,
  examples: ['drydock config --print-effective', 'DRYDOCK_FAIL_ON=high drydock config --print-effective'],
  run,
};
