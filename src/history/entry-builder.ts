import { asTexts, type JsonRecord } from '../formats/record.ts';
import type { Builder } from '../model/history.ts';
import type { HistoryEntry } from '../model/image.ts';

/** What the legacy builder and buildah put before instructions that run nothing. */
const nop = /^(?:[/A-Za-z]\S*(?: -\S+| pipefail)* -c|cmd \/S \/C) #\(nop\) ?/;

/** A RUN of theirs: build arguments, or a shell by its whole path. */
const ran = /^(?:\|\d+ |\/\S*sh(?: -\S+| pipefail)* -\w*c )/;

/** The instruction of an entry that is dressed as one that runs nothing; undefined where it is not. */
export function undress(by: string): string | undefined {
  const dressing = nop.exec(by.slice(0, 300));
  return dressing === null ? undefined : by.slice(dressing[0].length);
}

/**
 * Says who wrote each entry, by signs that only this builder leaves. None of them is proof: an image can be forged to look
 * like the work of any builder. The legacy builder of Docker and buildah write nearly the same; where an entry of theirs does
 * not tell, the one after it does, since a build ends with what its builder wrote.
 */
export function buildersOf(history: readonly HistoryEntry[], config: Readonly<Record<string, unknown>>): Builder[] {
  const { Env: env } = config;
  const isOfPodman = Array.isArray(env) && env.includes('container=podman');
  const signs = history.map((entry, index) => {
    const sign = signOf(entry, index === 0);
    // `podman commit`: the container's own variable stays in the configuration.
    return sign === 'buildah' && isOfPodman && entry.createdBy === '/bin/sh' ? 'podman' : sign;
  });
  let dressed: Builder = isByBuildah(config) ? 'buildah' : 'legacy';
  for (let index = signs.length - 1; index >= 0; index--) {
    const sign = signs[index]!;
    if (sign === 'dressed') signs[index] = dressed;
    else if (sign === 'legacy' || sign === 'buildah') dressed = sign;
  }
  return signs as Builder[];
}

function signOf(entry: HistoryEntry, isFirst: boolean): Builder | 'dressed' {
  const by = entry.createdBy ?? entry.instruction;
  const { author = '', comment = '' } = entry;
  if (comment.startsWith('buildkit.')) return 'buildkit';
  if (/^(?:RUN|COPY|ADD) /.test(by) && by.endsWith('# buildkit')) return 'buildkit';
  if (author === 'kaniko') return 'kaniko';
  if (author === 'ko' || /^ko (?:build|publish) /.test(by)) return 'ko';
  if (author === 'Bazel' || /^bazel(?:isk)? build /.test(by)) return 'bazel';
  if (comment.startsWith('store paths: ') || by === 'nix2container') return 'nix';
  if (comment === 'imported from tarball') return 'podman';
  // An import may have a comment of its own; nothing else has one and no instruction.
  if (by === '' && (comment.startsWith('Imported from ') || (isFirst && comment !== ''))) return 'import';
  // Only buildah says what it built on.
  if (comment.startsWith('FROM ')) return 'buildah';
  const instruction = undress(by);
  if (instruction === undefined) return ran.test(by.slice(0, 300)) ? 'dressed' : 'unknown';
  if (/^(?:ADD|COPY|WORKDIR) /.test(instruction)) return 'dressed';
  return instruction.startsWith(' ') ? 'legacy' : 'buildah';
}

/** The command of the configuration, where it is one. */
export function commandOf({ Cmd: command }: JsonRecord): readonly string[] | undefined {
  return asTexts(command);
}

function isByBuildah({ Labels: labels }: Readonly<Record<string, unknown>>): boolean {
  return typeof labels === 'object' && labels !== null && Object.hasOwn(labels, 'io.buildah.version');
}

/**
 * From which entry on containers were committed: the last entries that are a command line and nothing else, where the
 * configuration is one of a container. Docker leaves the name of the container in it, or its command.
 */
export function committedFrom(
  history: readonly HistoryEntry[],
  builders: readonly Builder[],
  config: Readonly<Record<string, unknown>>,
): number {
  const last = history.at(-1);
  const by = last?.createdBy ?? last?.instruction ?? '';
  const ranIt = commandOf(config)?.join(' ') === by;
  const hasName = typeof config['Hostname'] === 'string' && config['Hostname'] !== '';
  let from = history.length;
  if (!ranIt && !hasName && !isByBuildah(config)) return from;
  while (from > 0 && builders[from - 1] === 'unknown' && isCommandLine(history[from - 1]!)) from--;
  // A container can run any shell; only the last entry is known to be one of a container.
  if (from === history.length && (hasName || ranIt) && /^\/bin\/sh -c (?!#\(nop\))/.test(by)) from--;
  return from;
}

function isCommandLine({ createdBy, instruction }: HistoryEntry): boolean {
  const by = createdBy ?? instruction;
  return by !== '' && !by.startsWith('#') && !/^[A-Z]+ /.test(by);
}
