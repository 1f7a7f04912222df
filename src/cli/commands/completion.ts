import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../errors.ts';
import type { Command, Invocation } from '../command.ts';
import type { CompletionCommand } from '../completion/grammar.ts';

type Generator = (commands: readonly CompletionCommand[], program: string) => string;

const shells: ReadonlyMap<string, () => Promise<Generator>> = new Map([
  ['bash', async () => (await import('../completion/bash.ts')).bashCompletion],
  ['zsh', async () => (await import('../completion/zsh.ts')).zshCompletion],
  ['fish', async () => (await import('../completion/fish.ts')).fishCompletion],
]);

async function run({ words, io, commands }: Invocation): Promise<number> {
  const [shell = ''] = words;
  const load = shells.get(shell);
  if (load === undefined) {
    const known = [...shells.keys()];
    const meant = didYouMean(shell, known);
    throw new UsageError('usage.option', `${JSON.stringify(shell)} is none of ${known.join(', ')}.${meant}`);
  }
  const [
    generate,
    { completionGrammar },
    { commandName },
    { checkWords },
    { checks },
    { packageTypeWords },
    { ecosystems },
  ] = await Promise.all([
    load(),
    import('../completion/grammar.ts'),
    import('../completion/names.ts'),
    import('../select-checks.ts'),
    import('../../checks/index.ts'),
    import('../select-package-types.ts'),
    import('../../ecosystems/index.ts'),
  ]);
  const grammar = await completionGrammar(await commands(), {
    words: new Map([
      ['checks', checkWords(checks)],
      ['package-types', packageTypeWords(ecosystems)],
    ]),
  });
  await io.stdout.write(generate(grammar, commandName(io.environment)));
  return 0;
}

export const command: Command = {
  name: 'completion',
  summary: 'Print what bash, zsh or fish needs to complete commands and options.',
  description:
    'bash: put the first line below into ~/.bashrc. zsh: the second makes a file in a folder of fpath; then start a new shell. fish: the third makes a file that every new shell reads.',
  arguments: [
    {
      name: 'shell',
      description: [...shells.keys()].join(', '),
      offers: async () => [...shells.keys()],
    },
  ],
  options: [],
  examples: [
    'source <(drydock completion bash)',
    `drydock completion zsh >"\${fpath[1]}/_drydock"`,
    'drydock completion fish >~/.config/fish/completions/drydock.fish',
  ],
  withoutConfiguration: true,
  run,
};
