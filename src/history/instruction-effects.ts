import type { Instruction } from '../model/history.ts';

/** What instructions make of the configuration of a container. */
export interface Effects {
  readonly env: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly ports: Set<string>;
  readonly volumes: Set<string>;
  readonly onBuild: string[];
  command?: readonly string[];
  entrypoint?: readonly string[];
  /** An ENTRYPOINT came after the last CMD, which it takes back in a build of its own. */
  mayHaveNoCommand: boolean;
  test?: readonly string[];
  user?: string;
  workingDirectory?: string;
  stopSignal?: string;
  shell?: readonly string[];
}

/** Follows the instructions from the first to the last. */
export function effectsOf(instructions: readonly Instruction[]): Effects {
  const effects: Effects = {
    env: new Map(),
    labels: new Map(),
    ports: new Set(),
    volumes: new Set(),
    onBuild: [],
    mayHaveNoCommand: false,
  };
  for (const instruction of instructions) apply(instruction, effects);
  return effects;
}

function apply(instruction: Instruction, effects: Effects): void {
  const { kind, arguments: parts, shell = [] } = instruction;
  const words = parts.form === 'shell' ? [...shell, parts.command ?? ''] : parts.words;
  switch (kind) {
    case 'ENV':
      for (const { name, value } of parts.pairs) effects.env.set(name, value ?? '');
      break;
    case 'LABEL':
      for (const { name, value } of parts.pairs) effects.labels.set(name, value ?? '');
      break;
    case 'EXPOSE':
      for (const port of parts.words) effects.ports.add(port.includes('/') ? port : `${port}/tcp`);
      break;
    case 'VOLUME':
      for (const place of parts.words) effects.volumes.add(place);
      break;
    case 'ONBUILD':
      effects.onBuild.push(instruction.text.slice('ONBUILD '.length));
      break;
    case 'CMD':
      effects.command = words;
      effects.mayHaveNoCommand = false;
      break;
    case 'ENTRYPOINT':
      effects.entrypoint = words;
      effects.mayHaveNoCommand = true;
      break;
    case 'HEALTHCHECK':
      effects.test =
        parts.isNone === true
          ? ['NONE']
          : parts.form === 'shell'
            ? ['CMD-SHELL', parts.command ?? '']
            : ['CMD', ...parts.words];
      break;
    case 'USER':
      effects.user = parts.words[0] ?? '';
      break;
    case 'WORKDIR':
      effects.workingDirectory = parts.words[0] ?? '';
      break;
    case 'STOPSIGNAL':
      effects.stopSignal = parts.words[0] ?? '';
      break;
    case 'SHELL':
      effects.shell = parts.words;
      break;
    default:
      break;
  }
}
