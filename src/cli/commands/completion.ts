import path from 'node:path';
import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../errors.ts';
import type { Command, Invocation } from '../command.ts';

const shells = ['bash', 'zsh', 'fish'];

async function answer(line: readonly string[], commands: readonly Command[]): Promise<string> {
  const [{ complete }, { checkWords }, { checks }, { packageTypeWords }, { ecosystems }] = await Promise.all([
    import('../completion/complete.ts'),
    import('../select-checks.ts'),
    import('../../checks/index.ts'),
    import('../select-package-types.ts'),
    import('../../ecosystems/index.ts'),
  ]);
  const { kind, words } = await complete(
    line,
    commands,
    new Map([
      ['checks', checkWords(checks)],
      ['package-types', packageTypeWords(ecosystems)],
    ]),
  );
  return [kind, ...words.map((word) => word.join('\t').trimEnd()), ''].join('\n');
}

async function script(shell: string, startedAs: string): Promise<string> {
  const { shellScripts } = await import('../completion/scripts.ts');
  const text = shellScripts.get(shell);
  if (text === undefined) {
    const meant = didYouMean(shell, shells);
    throw new UsageError('usage.option', `${JSON.stringify(shell)} is none of ${shells.join(', ')}.${meant}`);
  }
  // Shells look a command up by the last part of what it was started by, and complete none that has to be quoted.
  const name = path.basename(startedAs);
  if (!/^\w[\w.+-]*$/.test(name)) {
    throw new UsageError('usage.option', `shells cannot complete a command of the name ${JSON.stringify(name)}.`);
  }
  return text.replaceAll('FUNCTION', `_${name.replaceAll(/\W/g, '_')}`).replaceAll('PROGRAM', name);
}

async function run({ words, io, commands }: Invocation): Promise<number> {
  const [shell = '', ...line] = words;
  await io.stdout.write(
    shell === 'complete'
      ? await answer(line, await commands())
      : await script(shell, io.environment['DRYDOCK_STARTED_AS'] || 'drydock'),
  );
  return 0;
}

export const command: Command = {
  name: 'completion',
  summary: 'Print what bash, zsh or fish needs to complete commands and options.',
  description:
    'bash: put the first line below into ~/.bashrc. zsh: the second makes a file in a folder of fpath; then start a new shell. fish: the third makes a file that every new shell reads. At each Tab they call the program: complete -- WORD...',
  arguments: [
    {
      name: 'shell',
      description: shells.join(', '),
      offers: async () => shells,
    },
    { name: 'word', description: 'behind complete: what is typed', optional: true, several: true, mayBeEmpty: true },
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
