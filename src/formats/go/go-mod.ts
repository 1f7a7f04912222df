import { FormatError } from '../../errors.ts';
import { checkModules, linesOf } from './lines.ts';
import { isDirectory } from './module-path.ts';

export interface ModuleVersion {
  readonly path: string;
  /** Empty where none is written: of a directory, and of a `replace` for all versions. */
  readonly version: string;
}

export interface GoMod {
  readonly module?: string;
  /** Of the `go` line: `1.22`, `1.22.3`. */
  readonly go?: string;
  /** Of the `toolchain` line: `go1.22.3`. */
  readonly toolchain?: string;
  /** What is required once `exclude` and `replace` were obeyed, each once. */
  readonly modules: readonly ModuleVersion[];
  /** Lines that were not understood. */
  readonly unknown: readonly string[];
}

interface Statements {
  module?: string;
  go?: string;
  toolchain?: string;
  readonly required: ModuleVersion[];
  readonly excluded: Set<string>;
  /** By path and version, or path alone. */
  readonly replaced: Map<string, ModuleVersion>;
  readonly unknown: string[];
}

/** They say nothing of what is required. */
const passedOver: ReadonlySet<string> = new Set(['retract', 'tool', 'godebug', 'ignore']);
const MAX_UNKNOWN = 1000;
const MAX_LINE = 4000;

/**
 * Reads go.mod (go.dev/ref/mod#go-mod-file). A `replace` by a directory leaves the module without a version: nobody knows
 * which one that is.
 * @throws FormatError where no line is one of go.mod; LimitError where it names more modules than any project has
 */
export function parseGoMod(text: string): GoMod {
  const statements: Statements = { required: [], excluded: new Set(), replaced: new Map(), unknown: [] };
  let understood = 0;
  let block: string | undefined;
  for (const line of linesOf(text)) {
    const words = line.length > MAX_LINE ? [line] : wordsOf(line);
    if (words.length === 0) continue;
    if (block !== undefined && words[0] === ')') {
      block = undefined;
      continue;
    }
    const verb = block ?? words.shift()!;
    if (block === undefined && words[0] === '(') {
      // Nothing is in a block that ends where it begins.
      if (words[1] !== ')') block = verb;
    } else if (take(statements, verb, words)) checkModules(++understood);
    else if (statements.unknown.length < MAX_UNKNOWN) statements.unknown.push(line.slice(0, MAX_LINE).trim());
  }
  const { module, go, toolchain, unknown } = statements;
  if (understood === 0 && unknown.length > 0) throw new FormatError('no line of it is one of go.mod');
  return {
    ...(module !== undefined && { module }),
    ...(go !== undefined && { go }),
    ...(toolchain !== undefined && { toolchain }),
    modules: chosen(statements),
    unknown,
  };
}

/** Reads one statement; answers whether it is understood. */
function take(to: Statements, verb: string, words: readonly string[]): boolean {
  const [first = '', second = ''] = words;
  if (verb === 'require' || verb === 'exclude') {
    if (words.length !== 2) return false;
    if (verb === 'require') to.required.push({ path: first, version: second });
    else to.excluded.add(key(first, second));
    return true;
  }
  if (verb === 'replace') return takeReplacement(to, words);
  if (passedOver.has(verb)) return true;
  if (words.length !== 1) return false;
  if (verb === 'module') to.module ??= first;
  else if (verb === 'go') to.go ??= first;
  else if (verb === 'toolchain') to.toolchain ??= first;
  else return false;
  return true;
}

/** `path [version] => path [version]` */
function takeReplacement(to: Statements, words: readonly string[]): boolean {
  const arrow = words.indexOf('=>');
  const [path, version] = words.slice(0, Math.max(0, arrow));
  const [target, targetVersion = ''] = words.slice(arrow + 1);
  if (path === undefined || target === undefined || arrow > 2 || words.length > arrow + 3) return false;
  to.replaced.set(key(path, version), { path: target, version: targetVersion });
  return true;
}

function chosen({ required, excluded, replaced }: Statements): ModuleVersion[] {
  const found = new Map<string, ModuleVersion>();
  for (const { path, version } of required) {
    if (excluded.has(key(path, version))) continue;
    const target = replaced.get(key(path, version)) ?? replaced.get(key(path)) ?? { path, version };
    const module = isDirectory(target.path) ? { path, version: '' } : target;
    found.set(key(module.path, module.version), module);
  }
  return [...found.values()];
}

function key(path: string, version?: string): string {
  return version === undefined ? path : `${path} ${version}`;
}

/** Words of a line without its comment; one between quotes is one word, a bracket is one of its own. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(
    /"(?:[^"\\]|\\.){0,2000}"|`[^`]{0,2000}`|\/\/.*|[()]|(?:(?!\/\/)[^\s()"`])+|\S/g,
  )) {
    if (word.startsWith('//')) break;
    const isQuoted = word.length > 1 && (word[0] === '"' || word[0] === '`');
    words.push(isQuoted ? word.slice(1, -1).replace(/\\(["\\])/g, '$1') : word);
  }
  return words;
}
