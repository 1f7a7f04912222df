import { linesOf } from './lines.ts';

/** A module that a program was linked with. */
export interface LinkedModule {
  readonly path: string;
  /** `v1.2.3`, a pseudo-version, `(devel)`, or empty. */
  readonly version: string;
  /** `h1:` and the digest of its files, in base64. */
  readonly sum?: string;
  /** What took its place, by a `replace` of go.mod. The path of a directory has no version, or `(devel)`. */
  readonly replacement?: Omit<LinkedModule, 'replacement'>;
}

export interface ModuleInfo {
  /** Import path of the main package. */
  readonly path?: string;
  readonly main?: LinkedModule;
  readonly dependencies: readonly LinkedModule[];
  /** How it was built: `-ldflags`, `vcs.revision` ... */
  readonly settings: ReadonlyMap<string, string>;
}

const MAX_SETTINGS = 1000;

/**
 * Reads the text form of build information (source of Go: runtime/debug/mod.go, `ParseBuildInfo`). Lines of other kinds
 * are passed over, as later versions of Go may add some. How much there is, is bounded where the text is read.
 */
export function parseModuleInfo(text: string): ModuleInfo {
  let path: string | undefined;
  let main: LinkedModule | undefined;
  let replaced: 'main' | 'dependency' | undefined;
  const dependencies: LinkedModule[] = [];
  const settings = new Map<string, string>();
  for (const line of linesOf(text)) {
    const tab = line.indexOf('\t');
    const kind = tab < 0 ? line : line.slice(0, tab);
    const rest = tab < 0 ? '' : line.slice(tab + 1);
    if (kind === 'path') path ??= rest;
    else if (kind === 'mod') {
      main ??= moduleOf(rest);
      replaced = 'main';
    } else if (kind === 'dep') {
      const found = moduleOf(rest);
      replaced = found === undefined ? undefined : 'dependency';
      if (found !== undefined) dependencies.push(found);
    } else if (kind === '=>') {
      const replacement = moduleOf(rest);
      if (replacement === undefined) continue;
      if (replaced === 'main' && main !== undefined) main = { ...main, replacement };
      else if (replaced === 'dependency') dependencies.push({ ...dependencies.pop()!, replacement });
      replaced = undefined;
    } else if (kind === 'build' && settings.size < MAX_SETTINGS) addSetting(settings, rest);
  }
  return { ...(path !== undefined && { path }), ...(main !== undefined && { main }), dependencies, settings };
}

function moduleOf(text: string): LinkedModule | undefined {
  const [path = '', version = '', sum = ''] = text.split('\t');
  return path === '' ? undefined : { path, version, ...(sum !== '' && { sum }) };
}

function addSetting(settings: Map<string, string>, text: string): void {
  // A key that has a quote, a blank or an equals sign in it would be quoted; there is none such.
  const equals = text.indexOf('=');
  if (equals > 0) settings.set(text.slice(0, equals), unquoted(text.slice(equals + 1)));
}

/** Go quotes values with blanks, quotes or line ends, in its own way or between grave accents. */
function unquoted(value: string): string {
  if (value.length < 2 || value.at(-1) !== value[0]) return value;
  if (value[0] === '`') return value.slice(1, -1);
  return value[0] === '"' ? value.slice(1, -1).replace(/\\(["\\nt])/g, (_, what: string) => escapes[what]!) : value;
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };
