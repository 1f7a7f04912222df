import type { DeclaredPackages } from '../../formats/python/declared.ts';
import { parsePdmLock } from '../../formats/python/pdm-lock.ts';
import { parsePipfileLock } from '../../formats/python/pipfile-lock.ts';
import { parsePoetryLock } from '../../formats/python/poetry-lock.ts';
import { parsePylock } from '../../formats/python/pylock.ts';
import { parsePipfile, parsePyproject } from '../../formats/python/pyproject.ts';
import { parseRequirementsFile } from '../../formats/python/requirements-file.ts';
import { parseSetupCfg } from '../../formats/python/setup-cfg.ts';
import { parseSetupPy } from '../../formats/python/setup-py.ts';
import { parseUvLock } from '../../formats/python/uv-lock.ts';
import type { FileNames } from '../../model/analyzer.ts';
import type { FileHeader } from '../../model/file.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

/** A kind of file that names packages without being evidence that they are installed. */
export interface DeclaredKind {
  readonly evidence: 'lockfile' | 'manifest';
  readonly maxBytes: number;
  /** @throws FormatError */
  readonly parse: (text: string) => DeclaredPackages;
}

const lockfile = (parse: DeclaredKind['parse']): DeclaredKind => ({
  evidence: 'lockfile',
  maxBytes: MAX_LOCKFILE,
  parse,
});
const manifest = (parse: DeclaredKind['parse']): DeclaredKind => ({
  evidence: 'manifest',
  maxBytes: MAX_MANIFEST,
  parse,
});

const poetryLock = lockfile(parsePoetryLock);
const uvLock = lockfile(parseUvLock);
const pdmLock = lockfile(parsePdmLock);
const pipfileLock = lockfile(parsePipfileLock);
const pylock = lockfile(parsePylock);
const pyproject = manifest(parsePyproject);
const pipfile = manifest(parsePipfile);
const setupPy = manifest(parseSetupPy);
const setupCfg = manifest(parseSetupCfg);
const requirements = manifest(parseRequirementsFile);

/** Names that all of them, and wheels, have. */
export const declaredNames: FileNames = {
  exact: [
    ...['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock'],
    ...['pyproject.toml', 'Pipfile', 'setup.py', 'setup.cfg'],
  ],
  ends: ['.py.lock', '.toml', '.txt', '.whl'],
};

/** The kind of a file, by its name and that of its folder. Hot: called for every file of every layer. */
export function declaredKind({ name, path }: FileHeader): DeclaredKind | undefined {
  switch (name.charCodeAt(name.length - 1)) {
    case 0x6b: // k
      if (name === 'poetry.lock') return poetryLock;
      if (name === 'uv.lock' || name.endsWith('.py.lock')) return uvLock;
      if (name === 'pdm.lock') return pdmLock;
      return name === 'Pipfile.lock' ? pipfileLock : undefined;
    case 0x6c: // l
      if (name === 'pyproject.toml') return pyproject;
      return name.startsWith('pylock.') && name.endsWith('.toml') ? pylock : undefined;
    case 0x65: // e
      return name === 'Pipfile' ? pipfile : undefined;
    case 0x79: // y
      return name === 'setup.py' ? setupPy : undefined;
    case 0x67: // g
      return name === 'setup.cfg' ? setupCfg : undefined;
    case 0x74: // t
      return name.endsWith('.txt') && isRequirements(name, path) ? requirements : undefined;
    default:
      return undefined;
  }
}

/** `requirements.txt`, `dev-requirements.txt`, `requirements/dev.txt`. */
function isRequirements(name: string, path: string): boolean {
  if (name.includes('requirements')) return true;
  const folder = path.length - name.length - 'requirements/'.length;
  return path.endsWith('requirements/', path.length - name.length) && (folder <= 0 || path[folder - 1] === '/');
}
