import type { OptionName } from '../../config/options.ts';
import { serviceOptions } from '../../config/service-options.ts';
import type { Command, Invocation } from '../command.ts';
import { readingOptionNames } from '../reading-options.ts';

/** What is only for the sub-command. */
const ofTokens: readonly OptionName[] = ['scope'];

const names = Object.keys(serviceOptions) as (keyof typeof serviceOptions)[];

async function run(invocation: Invocation): Promise<number> {
  const { serve } = await import('../serve.ts');
  return await serve(invocation);
}

async function makeToken({ words, configuration, io }: Invocation): Promise<number> {
  const { newToken } = await import('../serve-token.ts');
  await io.stdout.write(newToken(words[0]!, configuration.settings.scope));
  return 0;
}

export const command: Command = {
  name: 'serve',
  summary: 'The service: the API of Clair v1, and what keeps its data up to date.',
  description:
    'Without any configuration it answers on this machine only: http://127.0.0.1:6060, and health on port 6061.\nA configuration of Clair v2 (-config /etc/clair/config.yaml) is taken as it is.',
  arguments: [],
  options: [
    ...names.filter((name) => !ofTokens.includes(name)),
    'checks',
    'skip-checks',
    'rules',
    'deep',
    'unwanted',
    'clamd',
    'db',
    'mirror',
    // What a run of the API may be at the most, and what there is to choose from.
    'cage',
    'accept-weak-cage',
    'sandbox',
    'tracer-folder',
    'call-rules',
    'service-scanners',
    // How images are read; which, and for how long, is a matter of each request.
    ...readingOptionNames.filter((name) => name !== 'platform' && name !== 'timeout' && !name.startsWith('containerd')),
  ],
  clair: { defaultFile: '/etc/clair/config.yaml' },
  examples: [
    'drydock serve',
    'drydock serve --layer-hosts registry.example',
    'drydock serve -config /etc/clair/config.yaml -log-level debug --listen 127.0.0.1:6060',
    'drydock serve --observe docker --cage strict',
    'drydock serve token ci --scope scan',
  ],
  commands: [
    {
      name: 'token',
      summary: 'Make a token, and the line of configuration that lets it in.',
      description: 'The token is shown this once. The service knows its digest alone.',
      arguments: [{ name: 'name', description: 'who will use it, for logs' }],
      options: ofTokens,
      withoutConfiguration: true,
      run: makeToken,
    },
  ],
  run,
};
