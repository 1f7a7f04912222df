import { createHash } from 'node:crypto';
import type { Backend, BackendRules, ScanLimits } from './backend.ts';
import { noVariables } from './backend.ts';
import { type Compilation, compileRules } from './compile-rules.ts';
import { compiledSet, type SetUnit } from './compiled-set.ts';
import { nativeBackend } from './native-backend.ts';
import { readCache, writeCache } from './rule-cache.ts';
import { wasmBackend } from './wasm-backend.ts';
import type { CompiledRules, RuleSources, YaraOptions } from './yara-rules.ts';

/** Raised whenever other text is compiled of the same rules. */
const VERSION = 3;

const MAX_MATCHES = 1000;
const MAX_SECONDS = 10;

let chosen: Backend | undefined;

/** The native library where there is one for this machine; `DRYDOCK_YARA=native|wasm` decides otherwise. */
function chooseBackend(): Backend {
  const wanted = process.env['DRYDOCK_YARA'];
  if (wanted === 'wasm') return wasmBackend();
  chosen ??= nativeBackend();
  if (chosen === undefined && wanted === 'native') throw new Error('there is no native YARA-X for this machine');
  chosen ??= wasmBackend();
  return chosen;
}

/**
 * Compiles rules, or takes what was compiled of the same before. Units of the set that only some files need are taken up
 * when the first of these comes. The WebAssembly has nothing to keep: it compiles each time.
 * @param folder where what is compiled is kept; absent: nowhere
 */
export function openRules(sources: RuleSources, options: YaraOptions = {}, folder?: string): CompiledRules {
  const backend = chooseBackend();
  const limits: ScanLimits = {
    maxMatches: options.maxMatches ?? MAX_MATCHES,
    maxSeconds: Math.max(1, Math.ceil(options.maxSeconds ?? MAX_SECONDS)),
  };
  const key = keyOf(backend, sources.digest);
  const isKept = folder !== undefined && backend.restore !== undefined;
  const cached = isKept ? readCache(folder, key) : undefined;
  if (cached === undefined) return opened(compileAndKeep(), false);

  let again: Compilation | undefined;
  const units = cached.units.map(({ read, ...unit }, at): SetUnit => {
    const load = (): BackendRules => {
      try {
        const bytes = read();
        if (bytes !== undefined) return (backend.restore as NonNullable<Backend['restore']>)(bytes, limits);
      } catch {
        // As if it were not there.
      }
      again ??= compileAndKeep();
      return (again.units[at] as Compilation['units'][number]).rules;
    };
    return { ...unit, load };
  });
  return opened({ ...cached, units }, true);

  function compileAndKeep(): Compilation {
    const compilation = compileRules(sources.read(), backend, limits);
    const { units } = compilation;
    if (isKept && units.every(({ rules }) => rules.serialize !== undefined)) {
      const parts = units.map(({ rules, ...unit }) => ({ ...unit, bytes: (rules.serialize as () => Uint8Array)() }));
      writeCache(folder, key, compilation, parts);
    }
    return compilation;
  }

  function opened(set: Omit<Compilation, 'units'> & { units: readonly Opened[] }, isCached: boolean): CompiledRules {
    const units = set.units.map((unit): SetUnit => ('load' in unit ? unit : { ...unit, load: () => unit.rules }));
    const rules = compiledSet({ engine: backend.name, units, origins: set.origins, maxMatches: limits.maxMatches });
    return { rules, count: set.origins.size, lost: set.lost, losses: set.losses, cached: isCached };
  }
}

type Opened = SetUnit | Compilation['units'][number];

function keyOf({ name, version }: Backend, digest: string): string {
  const parts = [VERSION, name, version, process.arch, Object.keys(noVariables), digest];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
