import { noArguments } from '../formats/dockerfile/parse-instruction.ts';
import type { DockerfileInstruction, DockerfileKeyword, Instruction, InstructionArguments } from '../model/history.ts';
import { readContainerConfig } from './container-config.ts';
import { type Effects, effectsOf } from './instruction-effects.ts';

/** Something that the configuration has otherwise than the history. */
export interface ConfigDifference {
  /** What would make it so. */
  readonly instruction: DockerfileInstruction;
  /** The history tells another value; else it tells none. */
  readonly isContradiction: boolean;
}

/** Docker sets it in every image that sets none (moby, oci.DefaultPathEnv). */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Compares what the instructions make of the configuration with what it is. */
export function configDifferences(
  instructions: readonly Instruction[],
  config: Readonly<Record<string, unknown>>,
): ConfigDifference[] {
  const told = effectsOf(instructions);
  const is = readContainerConfig(config);
  const found: ConfigDifference[] = [];
  const add = (keyword: DockerfileKeyword, parts: Partial<InstructionArguments>, isContradiction: boolean): void => {
    found.push({ instruction: { keyword, arguments: { ...noArguments, ...parts } }, isContradiction });
  };
  const pairs = (
    keyword: 'ENV' | 'LABEL',
    before: Map<string, string>,
    now: Iterable<readonly [string, string]>,
  ): void => {
    for (const [name, value] of now) {
      const former = before.get(name);
      // A value with a variable in it stands as it was typed.
      if (former === value || former?.includes('$') === true) continue;
      if (keyword === 'ENV' && name === 'PATH' && former === undefined && value === defaultPath) continue;
      add(keyword, { pairs: [{ name, value }] }, former !== undefined);
    }
  };
  pairs(
    'ENV',
    told.env,
    is.env.map(({ name, value }) => [name, value] as const),
  );
  pairs('LABEL', told.labels, is.labels);
  const ports = is.ports.map(({ text }) => text).filter((port) => !told.ports.has(port) && !hasVariable(told.ports));
  if (ports.length > 0) add('EXPOSE', { words: ports }, false);
  const volumes = is.volumes.filter((place) => !told.volumes.has(place) && !hasVariable(told.volumes));
  if (volumes.length > 0) add('VOLUME', { words: volumes }, false);
  word('USER', told.user, is.user);
  word(
    'WORKDIR',
    told.workingDirectory,
    is.workingDirectory === '/' && told.workingDirectory === undefined ? '' : is.workingDirectory,
  );
  word('STOPSIGNAL', told.stopSignal, is.stopSignal ?? '');
  if (is.shell !== undefined && !isSame(told.shell, is.shell))
    add('SHELL', { words: is.shell }, told.shell !== undefined);
  if (is.entrypoint !== undefined && !isSame(told.entrypoint, is.entrypoint))
    add('ENTRYPOINT', { form: 'exec', words: is.entrypoint }, told.entrypoint !== undefined);
  command(told, is.command ?? []);
  const test = is.healthcheck?.test ?? [];
  if (test.length > 0 && !isSame(told.test, test)) add('HEALTHCHECK', healthCheck(test), told.test !== undefined);
  for (const trigger of is.onBuild.filter((text) => !told.onBuild.includes(text)))
    found.push({
      instruction: { keyword: 'ONBUILD', arguments: { ...noArguments, words: [trigger] } },
      isContradiction: false,
    });
  return found;

  function word(keyword: 'USER' | 'WORKDIR' | 'STOPSIGNAL', before: string | undefined, now: string): void {
    if (now === (before ?? '') || before?.includes('$') === true || now === '') return;
    // A relative place is put behind the one before.
    if (keyword === 'WORKDIR' && before !== undefined && !before.startsWith('/')) return;
    add(keyword, { words: [now] }, before !== undefined);
  }

  function command({ command: before, mayHaveNoCommand }: Effects, now: readonly string[]): void {
    if (isSame(before ?? [], now) || (now.length === 0 && mayHaveNoCommand)) return;
    add('CMD', { form: 'exec', words: now }, before !== undefined);
  }
}

function healthCheck(test: readonly string[]): Partial<InstructionArguments> {
  const [how, ...words] = test;
  if (how === 'NONE') return { isNone: true };
  return how === 'CMD-SHELL' ? { form: 'shell', command: words.join(' ') } : { form: 'exec', words };
}

function isSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one !== undefined && one.length === other.length && one.every((text, index) => text === other[index]);
}

function hasVariable(texts: Iterable<string>): boolean {
  for (const text of texts) if (text.includes('$')) return true;
  return false;
}
