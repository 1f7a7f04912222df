import { parseInstruction } from '../../src/formats/dockerfile/parse-instruction.ts';
import type { InstructionArguments, InstructionPair } from '../../src/model/history.ts';
import { sha256 } from './image.ts';
import type { HistoryLine, ImageContent } from './image-options.ts';
import { type TarEntry, tar } from './tar.ts';

/** Who builds: what they record differs, and BuildKit drops ONBUILD from the history. */
export type BuildFileBuilder = 'buildkit' | 'legacy';

export interface BuildFileOptions {
  /** Default: `buildkit`. */
  readonly builder?: BuildFileBuilder;
  /** Files of the last layer; without one, a layer of its own is added at the end. */
  readonly files?: readonly TarEntry[];
  /** Values of build arguments that whoever builds gives. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  readonly created?: string;
}

/** What a container of the image starts with. */
interface Config {
  User?: string;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  Volumes?: Record<string, object>;
  ExposedPorts?: Record<string, object>;
  Labels?: Record<string, string>;
  OnBuild?: string[];
  StopSignal?: string;
  Shell?: string[];
  Healthcheck?: { Test: string[] };
}

const layered: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);
const defaultShell: readonly string[] = ['/bin/sh', '-c'];

/**
 * The image that a builder makes of the last stage of a build file: configuration and history, byte for byte as recorded in
 * src/history/fixtures. Nothing is run: layers hold the files that are given, or one that says nothing.
 */
export function imageOfBuildFile(file: string, options: BuildFileOptions = {}): ImageContent {
  const build = new Build(options.builder ?? 'buildkit', options.buildArguments ?? {});
  for (const text of lastStage(instructionTexts(file))) build.take(text);
  const created = options.created ?? '2024-01-01T00:00:00Z';
  const history = build.history.map((line): HistoryLine => ({ created, ...line }));
  if (!history.some(({ empty_layer }) => empty_layer !== true)) {
    history.unshift({ created, ...build.line('COPY', 'COPY . /srv/', 'COPY dir:00112233445566778899 in /srv/ ') });
  }
  const makers = history.filter(({ empty_layer }) => empty_layer !== true);
  // WORKDIR makes a directory and nothing else.
  const last = makers.findLastIndex(({ created_by = '' }) => !/(?:^|\) )WORKDIR /.test(created_by));
  const layers = makers.map((_, index) => {
    if (index === last && options.files !== undefined) return tar(options.files);
    const isDirectory = /(?:^|\) )WORKDIR /.test(makers[index]?.created_by ?? '');
    return tar([isDirectory ? { path: 'srv', type: 'directory' } : { path: `srv/of-layer-${index}`, content: 'x' }]);
  });
  return { config: { ...build.config }, history, layers, created };
}

/** A build file cut into its instructions, with their continuation lines and here-documents. */
function instructionTexts(file: string): readonly string[] {
  const texts: string[] = [];
  const lines = file.split('\n');
  for (let at = 0; at < lines.length; ) {
    if (/^\s*(?:#|$)/.test(lines[at]!)) {
      at++;
      continue;
    }
    const begin = at;
    while (at < lines.length && (/\\\s*$/.test(lines[at]!) || (at > begin && /^\s*#/.test(lines[at]!)))) at++;
    at++;
    const text = lines.slice(begin, at).join('\n');
    for (const [, dash, name] of text.matchAll(/<<(-?)["']?([A-Za-z_]\w*)["']?/g)) {
      const isEnd = (line: string) => (dash === '-' ? line.trimStart() : line) === name;
      while (at < lines.length && !isEnd(lines[at]!)) at++;
      at++;
    }
    texts.push(lines.slice(begin, at).join('\n'));
  }
  return texts;
}

/** What follows the last FROM, and ARG before the first: their values are in force where a stage names them. */
function lastStage(texts: readonly string[]): readonly string[] {
  const from = texts.findLastIndex((text) => /^\s*FROM\s/i.test(text));
  return from < 0 ? texts : texts.slice(from + 1);
}

class Build {
  readonly history: HistoryLine[] = [];
  readonly config: Config = {};
  readonly #builder: BuildFileBuilder;
  readonly #given: Readonly<Record<string, string>>;
  readonly #values = new Map<string, string | undefined>();
  #shell: readonly string[] = defaultShell;

  constructor(builder: BuildFileBuilder, given: Readonly<Record<string, string>>) {
    this.#builder = builder;
    this.#given = given;
  }

  /** Carries one instruction out. */
  take(text: string): void {
    const { keyword, arguments: parts } = parseInstruction(text);
    const plain = text.trim();
    switch (keyword) {
      case 'RUN':
        this.#add('RUN', this.#run(parts), this.#run(parts));
        break;
      case 'COPY':
      case 'ADD':
        this.#copy(keyword, parts);
        break;
      case 'ENV':
      case 'LABEL':
      case 'ARG':
        this.#pairs(keyword, parts.pairs);
        break;
      case 'CMD':
      case 'ENTRYPOINT': {
        const words = parts.form === 'exec' ? [...parts.words] : [...this.#shell, parts.command ?? ''];
        this.config[keyword === 'CMD' ? 'Cmd' : 'Entrypoint'] = words;
        this.#both(keyword, `${keyword} [${words.map(quoted).join(' ')}]`);
        break;
      }
      case 'HEALTHCHECK': {
        const test = parts.isNone
          ? ['NONE']
          : parts.form === 'exec'
            ? ['CMD', ...parts.words]
            : ['CMD-SHELL', parts.command ?? ''];
        this.config.Healthcheck = { Test: test };
        this.#both(keyword, `HEALTHCHECK &{[${test.map(quoted).join(' ')}] "0s" "0s" "0s" "0s" '\\x00'}`);
        break;
      }
      case 'EXPOSE': {
        const ports = parts.words.map((word) => (word.includes('/') ? word : `${word}/tcp`));
        this.config.ExposedPorts = { ...this.config.ExposedPorts, ...keys(ports) };
        this.#add(
          'EXPOSE',
          `EXPOSE map[${ports.map((port) => `${port}:{}`).join(' ')}]`,
          `EXPOSE ${parts.words.join(' ')}`,
        );
        break;
      }
      case 'VOLUME':
        this.config.Volumes = { ...this.config.Volumes, ...keys(parts.words) };
        this.#both(keyword, `VOLUME [${parts.words.join(' ')}]`);
        break;
      case 'SHELL':
        this.#shell = parts.words;
        this.config.Shell = [...parts.words];
        this.#both(keyword, `SHELL [${parts.words.join(' ')}]`);
        break;
      case 'ONBUILD': {
        const trigger = plain.replace(/^ONBUILD\s+/i, '').replaceAll('\\\n', '');
        this.config.OnBuild = [...(this.config.OnBuild ?? []), trigger];
        if (this.#builder === 'legacy') this.#both(keyword, `ONBUILD ${trigger}`);
        break;
      }
      case 'USER':
        this.config.User = parts.words[0] ?? '';
        this.#both(keyword, `USER ${this.config.User}`);
        break;
      case 'WORKDIR': {
        const place = parts.words[0] ?? '';
        const before = this.config.WorkingDir ?? '/';
        const isWhole = place.startsWith('/') || place.startsWith('$');
        this.config.WorkingDir = isWhole ? place : `${before === '/' ? '' : before}/${place}`;
        // Both record the path that came out of it, as the recordings of a relative one have it.
        this.#both(keyword, `WORKDIR ${this.config.WorkingDir}`);
        break;
      }
      case 'STOPSIGNAL':
        this.config.StopSignal = parts.words[0] ?? '';
        this.#both(keyword, `STOPSIGNAL ${this.config.StopSignal}`);
        break;
      case 'MAINTAINER':
        this.#both(keyword, `MAINTAINER ${parts.words[0] ?? ''}`);
        break;
      default:
        throw new Error(`no instruction of a build file: ${plain}`);
    }
  }

  /** An entry of the history, in the dress of the builder. */
  line(keyword: string, buildkit: string, legacy: string): HistoryLine {
    const empty = layered.has(keyword) ? {} : { empty_layer: true };
    if (this.#builder === 'buildkit') {
      const mark = keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD' ? ' # buildkit' : '';
      return { created_by: `${buildkit}${mark}`, comment: 'buildkit.dockerfile.v0', ...empty };
    }
    if (keyword === 'RUN') return { created_by: legacy.slice('RUN '.length), ...empty };
    // One blank before what makes a layer, two before the rest.
    const gap = layered.has(keyword) ? ' ' : '  ';
    return { created_by: `${this.#shell.join(' ')} #(nop)${gap}${legacy}`, ...empty };
  }

  #add(keyword: string, buildkit: string, legacy: string): void {
    this.history.push(this.line(keyword, buildkit, legacy));
  }

  #both(keyword: string, text: string): void {
    this.#add(keyword, text, text);
  }

  #run({ form, words, command = '' }: InstructionArguments): string {
    const names = [...this.#values].filter(([, value]) => value !== undefined);
    if (this.#builder === 'legacy') names.sort(([a], [b]) => (a < b ? -1 : 1));
    const before =
      names.length === 0 ? '' : `|${names.length} ${names.map(([name, value]) => `${name}=${value}`).join(' ')} `;
    const what = form === 'exec' ? words.join(' ') : `${this.#shell.join(' ')} ${command}`;
    return `RUN ${before}${what}`;
  }

  #copy(keyword: string, { flags, words }: InstructionArguments): void {
    // Where the files come from (`--from`) nobody records.
    const kept = flags.filter(({ name }) => name !== 'from' && name !== 'link' && name !== 'exclude');
    const given = kept.map(({ name, value }) => `--${name}${value === undefined ? '' : `=${value}`} `).join('');
    const sources = words.slice(0, -1);
    const target = words.at(-1) ?? '';
    const digest = sha256(sources.join(' ')).slice('sha256:'.length);
    const hashed = `${sources.length > 1 ? 'multi' : 'file'}:${digest}`;
    this.#add(keyword, `${keyword} ${given}${words.join(' ')}`, `${keyword} ${given}${hashed} in ${target} `);
  }

  #pairs(keyword: 'ENV' | 'LABEL' | 'ARG', pairs: readonly InstructionPair[]): void {
    const written = pairs.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ');
    for (const { name, value = '' } of pairs) {
      if (keyword === 'ENV') {
        const others = (this.config.Env ?? []).filter((item) => !item.startsWith(`${name}=`));
        this.config.Env = [...others, `${name}=${value}`];
      } else if (keyword === 'LABEL') this.config.Labels = { ...this.config.Labels, [name]: value };
    }
    if (keyword === 'ARG') for (const { name, value } of pairs) this.#values.set(name, this.#given[name] ?? value);
    this.#both(keyword, `${keyword} ${written}`);
  }
}

function keys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** As Go prints a text with `%q`. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
