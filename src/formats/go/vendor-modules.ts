import type { ModuleVersion } from './go-mod.ts';
import { checkModules, linesOf } from './lines.ts';
import { isDirectory, isModulePath, isModuleVersion } from './module-path.ts';

/**
 * Reads vendor/modules.txt (go.dev/ref/mod#vendoring): `# PATH VERSION [=> PATH [VERSION]]`, `## explicit ...`, and the
 * packages that were copied. A module without packages has no files there, and is left out; so is a line with a version
 * that the path cannot have. Of what a directory takes the place of, the version that was required is told.
 * @throws LimitError where it names more modules than any project has
 */
export function parseVendorModules(text: string): readonly ModuleVersion[] {
  const found = new Map<string, ModuleVersion>();
  let module: ModuleVersion | undefined;
  for (const raw of linesOf(text)) {
    const line = raw.trimEnd();
    if (line.startsWith('# ')) module = headerOf(line.slice(2).split(/\s+/, 7));
    else if (line !== '' && !line.startsWith('#') && module !== undefined) {
      found.set(`${module.path} ${module.version}`, module);
      checkModules(found.size);
    }
  }
  return [...found.values()];
}

function headerOf(words: readonly string[]): ModuleVersion | undefined {
  const arrow = words.indexOf('=>');
  const [path = '', version = '', ...more] = arrow < 0 ? words : words.slice(0, arrow);
  if (more.length > 0 || (version !== '' && !isModuleVersion(path, version))) return undefined;
  if (arrow < 0) return version === '' ? undefined : { path, version };
  const [target = '', targetVersion = '', ...rest] = words.slice(arrow + 1);
  if (rest.length > 0) return undefined;
  if (targetVersion === '') return version !== '' && isDirectory(target) ? { path, version } : undefined;
  return isModulePath(target) && isModuleVersion(target, targetVersion)
    ? { path: target, version: targetVersion }
    : undefined;
}
