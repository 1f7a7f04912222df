import type { ModuleInfo } from './module-info.ts';

/**
 * The version of the main module of a program; empty where the program does not tell it.
 *
 * Go writes `(devel)` for a program built from a checkout; since Go 1.24 the tag of the checkout, or
 * `v0.0.0-TIME-COMMIT` where it saw none. That one is no better than none: it orders below every release, so that all
 * flaws that were ever mended would count. The usual way to say it nevertheless is a variable that the linker sets:
 * `-ldflags "-X main.version=1.2.3"`. One of the module itself goes before one of another.
 */
export function mainVersion(info: ModuleInfo): string {
  const { main, settings } = info;
  const stated = main?.version ?? '';
  if (stated !== '' && stated !== '(devel)' && !stated.startsWith('v0.0.0-')) return stated;
  const set = versionVariables(settings.get('-ldflags') ?? '');
  const own = set.find(({ of }) => of === 'main' || (main !== undefined && isWithin(of, main.path)));
  return (own ?? set[0])?.version ?? '';
}

interface VersionVariable {
  /** Import path of its package. */
  readonly of: string;
  readonly version: string;
}

const MAX_FLAGS = 100_000;

function versionVariables(flags: string): VersionVariable[] {
  const found: VersionVariable[] = [];
  const words = wordsOf(flags.slice(0, MAX_FLAGS));
  for (const [index, word] of words.entries()) {
    const set = /^--?X(?:=(.*))?$/s.exec(word);
    const text = set === null ? undefined : (set[1] ?? words[index + 1]);
    const parts = text === undefined ? null : /^([^=]+)\.([^.=/]+)=(.*)$/s.exec(text);
    if (parts === null) continue;
    const [, of = '', name = '', value = ''] = parts;
    if (!/^(?:git|build|app|release|program|product|core)?_?(?:version|tag)$/i.test(name)) continue;
    const version = /^(?:.*\/)?(v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)$/.exec(value.slice(0, 200))?.[1];
    if (version !== undefined) found.push({ of, version: version.startsWith('v') ? version : `v${version}` });
  }
  return found;
}

/** Words as the go command divides them: by blanks, except between quotes of either kind (cmd/internal/quoted). */
function wordsOf(text: string): string[] {
  return Array.from(text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g), ([, single, double, plain]) => {
    return single ?? double ?? plain ?? '';
  });
}

function isWithin(path: string, module: string): boolean {
  return path === module || path.startsWith(`${module}/`);
}
