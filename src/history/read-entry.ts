import { noArguments, parseInstruction } from '../formats/dockerfile/parse-instruction.ts';
import { writeInstruction } from '../formats/dockerfile/write-instruction.ts';
import { asTexts } from '../formats/record.ts';
import type {
  Builder,
  DockerfileKeyword,
  Instruction,
  InstructionArguments,
  InstructionKind,
} from '../model/history.ts';
import type { HistoryEntry } from '../model/image.ts';
import { splitArguments } from './build-arguments.ts';
import { commandOf, undress } from './entry-builder.ts';
import { readPlainList, readQuotedList, readSet } from './go-values.ts';
import { readHealthCheck, splitPairs } from './recorded-values.ts';
import { scriptOf } from './script-of.ts';
import { shellBeginnings, shellOf } from './shells.ts';

/** What earlier instructions of a build decide about later ones. */
export interface BuildState {
  /** As SHELL left it. */
  shell: readonly string[];
  /** Names of ARG so far, with their values where they have one. */
  readonly values: Map<string, string | undefined>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** An entry without what its builder puts around it. */
interface Bare {
  readonly kind: InstructionKind;
  readonly arguments: InstructionArguments;
  readonly isCertain: boolean;
  readonly buildArguments?: Instruction['buildArguments'];
  readonly shell?: readonly string[];
}

const keywords: ReadonlySet<string> = new Set<DockerfileKeyword>([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

/** Reads one entry, and carries on what it decides about later ones. */
export function readEntry(entry: HistoryEntry, builder: Builder, state: BuildState): Instruction {
  const raw = entry.createdBy ?? entry.instruction;
  const bare = readBare(raw.trimStart(), builder, entry, state);
  // buildah takes no notice of SHELL where the format of the image has no place for it.
  const isKept = builder !== 'buildah' || Array.isArray(state.config['Shell']);
  if (bare.kind === 'SHELL' && bare.arguments.words.length > 0 && isKept) state.shell = bare.arguments.words;
  if (bare.kind === 'ARG')
    for (const { name, value } of bare.arguments.pairs) state.values.set(name, value ?? state.values.get(name));
  const { form } = bare.arguments;
  const shell = form === 'shell' ? (bare.shell ?? state.shell) : undefined;
  const script = scriptOf(bare.kind, bare.arguments, shell);
  return {
    index: entry.index,
    kind: bare.kind,
    builder,
    text: textOf(bare, raw),
    arguments: bare.arguments,
    buildArguments: bare.buildArguments ?? [],
    ...(shell !== undefined && { shell }),
    ...(form !== undefined && { form }),
    ...(script !== undefined && { script }),
    ...(entry.layerIndex !== undefined && { layerIndex: entry.layerIndex }),
    ...(entry.created !== undefined && { created: entry.created }),
    ...(entry.comment !== undefined && { comment: entry.comment }),
    ...(entry.author !== undefined && { author: entry.author }),
    isCertain: bare.isCertain,
    raw,
  };
}

function textOf({ kind, arguments: parts }: Bare, raw: string): string {
  if (!keywords.has(kind)) return raw;
  return writeInstruction({ keyword: kind, arguments: parts });
}

function readBare(raw: string, builder: Builder, entry: HistoryEntry, state: BuildState): Bare {
  switch (builder) {
    case 'import':
      return opaque('IMPORT');
    case 'podman':
      return undress(raw) === undefined ? commandLine('COMMIT', raw, state) : opaque('IMPORT');
    case 'ko':
    case 'bazel':
    case 'nix':
      return opaque('LAYER');
    case 'commit':
      return commandLine('COMMIT', raw, state);
    case 'kaniko':
      if (keywordOf(raw) !== undefined) return typed(raw, state);
      break;
    default:
      break;
  }
  if (raw === '') return opaque('UNKNOWN');
  const undressed = undress(raw)?.trim();
  if (undressed !== undefined) {
    if (builder === 'buildah' && !/^(?:COPY|ADD) /.test(undressed) && keywordOf(undressed) !== undefined)
      return typed(undressed, state);
    return recorded(undressed, state, builder);
  }
  if (keywordOf(raw) !== undefined) {
    const isMarked = raw.endsWith(' # buildkit');
    // BuildKit marks each RUN. Without the mark, a shell or arguments, it stands as it was typed, or as a report keeps it.
    const rest = raw.slice('RUN '.length).trimStart();
    const isTyped = !isMarked && !rest.startsWith('|') && shellOf(rest, state.shell) === undefined;
    if (raw.startsWith('RUN ') && isTyped) return typed(raw, state);
    return recorded(isMarked ? raw.slice(0, -' # buildkit'.length) : raw, state, builder);
  }
  // Tools that note what made a layer as a comment (debuerreotype).
  if (raw.startsWith('#')) return opaque('LAYER');
  if (raw.startsWith('|') || shellOf(raw, state.shell) !== undefined) return run(raw, state, builder);
  const isCommit = entry.comment !== undefined || isShellAlone(raw, state);
  return commandLine(isCommit ? 'COMMIT' : 'RUN', raw, state);
}

/** What buildah and podman record of a container that they commit: the shell of the image, which is not what was run in it. */
function isShellAlone(raw: string, { shell, config }: BuildState): boolean {
  return raw === '/bin/sh' || raw === shell.join(' ') || raw === asTexts(config['Shell'])?.join(' ');
}

function keywordOf(text: string): string | undefined {
  const keyword = /^[A-Z]+(?=\s|$)/.exec(text.slice(0, 20))?.[0];
  return keyword !== undefined && keywords.has(keyword) ? keyword : undefined;
}

function opaque(kind: InstructionKind): Bare {
  return { kind, arguments: noArguments, isCertain: kind !== 'UNKNOWN' };
}

/** Written as the author of the build file typed it. */
function typed(text: string, state: BuildState): Bare {
  const { keyword, arguments: parts } = parseInstruction(text);
  const kind = keyword as DockerfileKeyword;
  return { kind, arguments: parts, isCertain: true, shell: state.shell };
}

/** An instruction as the builders of Docker put it down: values without quotes, lists as Go prints them. */
function recorded(text: string, state: BuildState, builder: Builder): Bare {
  const keyword = text.split(/\s/, 1)[0]!.toUpperCase();
  const rest = text.slice(keyword.length).trim();
  if (!keywords.has(keyword)) return { ...opaque('UNKNOWN'), isCertain: false };
  const kind = keyword as DockerfileKeyword;
  switch (kind) {
    case 'RUN':
      return run(text.slice(keyword.length).trimStart(), state, builder);
    case 'CMD':
    case 'ENTRYPOINT':
      return listed(kind, rest, text, state);
    case 'ENV':
    case 'LABEL':
    case 'ARG': {
      const { pairs, isCertain } = splitPairs(rest, kind === 'ARG' ? new Map() : configured(kind, state.config));
      return { kind, arguments: { ...noArguments, pairs }, isCertain };
    }
    case 'EXPOSE':
    case 'VOLUME':
    case 'SHELL': {
      const words = readSet(rest) ?? (kind === 'EXPOSE' ? readPlainList(rest) : readQuotedOrPlain(rest, kind, state));
      if (words === undefined) return typed(text, state);
      return { kind, arguments: { ...noArguments, words }, isCertain: true };
    }
    case 'HEALTHCHECK': {
      const check = readHealthCheck(rest);
      if (check === undefined) return typed(text, state);
      const flagged = { ...noArguments, flags: check.flags };
      if (check.test[0] === 'NONE') return { kind, arguments: { ...noArguments, isNone: true }, isCertain: true };
      const [how, ...words] = check.test;
      if (how === 'CMD-SHELL')
        return { kind, arguments: { ...flagged, form: 'shell', command: words.join(' ') }, isCertain: true };
      return {
        kind,
        arguments: { ...flagged, form: 'exec', words: how === 'CMD' ? words : check.test },
        isCertain: true,
      };
    }
    case 'COPY':
    case 'ADD':
      return copied(kind, text, rest);
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return { kind, arguments: { ...noArguments, words: rest === '' ? [] : [rest] }, isCertain: rest !== '' };
    case 'ONBUILD':
      return typed(text, state);
  }
}

function readQuotedOrPlain(rest: string, kind: 'VOLUME' | 'SHELL', { config }: BuildState): string[] | undefined {
  const quoted = readQuotedList(rest);
  if (quoted !== undefined && quoted.length > 0) return quoted;
  // An item with a blank in it looks like two; the configuration may know it.
  const known = kind === 'SHELL' ? asTexts(config['Shell']) : undefined;
  if (known !== undefined && rest === `[${known.join(' ')}]`) return known;
  return readPlainList(rest);
}

function listed(kind: 'CMD' | 'ENTRYPOINT', rest: string, text: string, state: BuildState): Bare {
  const words = readQuotedList(rest);
  if (words === undefined) return typed(text, state);
  const { shell } = state;
  const isShell = words.length === shell.length + 1 && shell.every((word, index) => words[index] === word);
  if (isShell)
    return { kind, arguments: { ...noArguments, form: 'shell', command: words.at(-1)! }, isCertain: true, shell };
  return { kind, arguments: { ...noArguments, form: 'exec', words }, isCertain: true };
}

function copied(kind: 'COPY' | 'ADD', text: string, rest: string): Bare {
  // The legacy builder and buildah keep digests of what was copied: `file:HASH in /place`.
  const hashed = /^(?:--\S+ )*((?:file|dir|multi):[\da-f]+(?: file:[\da-f]+)*)(?: in (\S.*))?$/s.exec(rest);
  if (hashed !== null) {
    const { flags } = parseInstruction(`${kind} ${rest}`).arguments;
    const words = [...hashed[1]!.split(' '), (hashed[2] ?? '/').trim()];
    return { kind, arguments: { ...noArguments, flags, words }, isCertain: false };
  }
  const { flags, words } = parseInstruction(text).arguments;
  // The text of a here-document is not recorded, only its name.
  const isWhole = words.length > 1 && !words.some((word) => word.startsWith('<<'));
  return { kind, arguments: { ...noArguments, flags, words }, isCertain: isWhole };
}

/** A RUN: build arguments, the shell, what it was given; or the words of an exec form, joined by blanks. */
function run(text: string, state: BuildState, builder: Builder): Bare {
  const split = splitArguments(text, state.values, shellBeginnings(state.shell), builder === 'buildah');
  const line = split === undefined ? text : split.command;
  const isCertain = split?.isCertain ?? !text.startsWith('|');
  const buildArguments = split?.pairs ?? [];
  const shell = shellOf(line, state.shell);
  if (shell === undefined) return { ...commandLine('RUN', line, state), buildArguments };
  const given = line.slice(shell.join(' ').length + 1).trimStart();
  // buildah writes /bin/sh whatever the shell is, before an exec form, too, and behind it flags as they were typed.
  const list = builder === 'buildah' ? parseInstruction(`RUN ${given}`).arguments : noArguments;
  const { flags } = list;
  if (list.form === 'exec')
    return {
      kind: 'RUN',
      arguments: { ...noArguments, flags, form: 'exec', words: list.words },
      isCertain,
      buildArguments,
    };
  const withoutFlags = flags.length > 0 ? (list.command ?? '') : given;
  const typedCommand = builder === 'buildah' ? (documentIn(withoutFlags) ?? withoutFlags) : withoutFlags;
  const inner = builder === 'buildah' ? withoutQuotes(typedCommand) : undefined;
  const command = inner?.command ?? typedCommand;
  const ran = inner?.shell ?? (builder === 'buildah' ? state.shell : shell);
  // Values that ARG did not tell are those that the user gave: they are the same for the instructions that follow.
  for (const { name, value } of buildArguments) if (state.values.get(name) === undefined) state.values.set(name, value);
  return {
    kind: 'RUN',
    arguments: { ...noArguments, flags, form: 'shell', command },
    isCertain: isCertain && inner === undefined,
    buildArguments,
    shell: ran,
  };
}

/** Of `RUN <<EOF` buildah keeps the operator and the text, without its end: the text is what the shell is given. */
function documentIn(command: string): string | undefined {
  const begin = /^<<(-?)(["']?)([A-Za-z_]\w{0,200})\2[ \t]*\n/.exec(command);
  if (begin === null) return undefined;
  const text = command.slice(begin[0].length);
  return begin[1] === '-' ? text.replaceAll(/^\t+/gm, '') : text;
}

/** `buildah run --add-history` joins its words by blanks: the text for a shell has lost its quotes, which a RUN keeps. */
function withoutQuotes(given: string): { readonly shell: readonly string[]; readonly command: string } | undefined {
  const shell = shellOf(given, ['sh', '-c']);
  const command = shell === undefined ? '' : given.slice(shell.join(' ').length + 1);
  return shell === undefined || /^\s*["'$\\]/.test(command) ? undefined : { shell, command };
}

/**
 * A command line and nothing else: what `docker commit` records of the container, and what builders of Docker record of a RUN
 * of exec form. The words are joined by blanks; the configuration may have them.
 */
function commandLine(kind: 'COMMIT' | 'RUN', raw: string, state: BuildState): Bare {
  const command = commandOf(state.config);
  const isKnown = command?.join(' ') === raw;
  const shell = isKnown ? undefined : shellOf(raw, ['sh', '-c']);
  if (shell !== undefined) {
    const given = raw.slice(shell.join(' ').length + 1);
    return { kind, arguments: { ...noArguments, form: 'shell', command: given }, isCertain: false, shell };
  }
  const words = isKnown ? command! : raw.split(' ').filter((word) => word !== '');
  return { kind, arguments: { ...noArguments, form: 'exec', words }, isCertain: false };
}

function configured(kind: 'ENV' | 'LABEL', config: Readonly<Record<string, unknown>>): Map<string, string> {
  const pairs = new Map<string, string>();
  const env = config['Env'];
  if (kind === 'ENV' && Array.isArray(env)) {
    for (const item of env) {
      if (typeof item !== 'string') continue;
      const equals = item.indexOf('=');
      if (equals > 0) pairs.set(item.slice(0, equals), item.slice(equals + 1));
    }
  }
  const labels = config['Labels'];
  if (kind === 'LABEL' && typeof labels === 'object' && labels !== null)
    for (const [name, value] of Object.entries(labels)) if (typeof value === 'string') pairs.set(name, value);
  return pairs;
}
