import { effectiveConfiguration } from '../../config/effective.ts';
import { optionNames } from '../../config/options.ts';
import type { Command, Invocation } from '../command.ts';

async function run({ configuration, io, commands }: Invocation): Promise<number> {
  const { settings } = configuration;
  if (settings['print-effective']) {
    await io.stdout.write(effectiveConfiguration(configuration));
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
  clair: {},
  examples: [
    'drydock config --print-effective',
    'drydock config --print-effective --config /etc/clair/config.yaml',
    'DRYDOCK_FAIL_ON=high drydock config --print-effective',
  ],
  run,
};
