import type { LayerIndex } from '../reading/layer-index.ts';

/** Endings of what a processor, an interpreter or a runtime takes: scripts, bytecode, libraries, modules, installers. */
const endings: ReadonlySet<string> = new Set(
  (
    'so ko dll exe sys com scr msi dylib node wasm jar war ear class dex pyc pyo beam elc ' +
    'sh bash zsh ksh csh fish dash py pyw pth pl pm rb lua tcl awk js mjs cjs ts mts cts php phtml php3 php4 php5 php7 phar ' +
    'jsp jspx asp aspx ashx cfm cgi fcgi ps1 psm1 bat cmd vbs vbe wsf hta run'
  ).split(' '),
);

const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Beyond so many characters an ending is none. */
const LONGEST = 5;

/** Whether a name is one of those that programs, libraries and scripts have. What is in the file is not known by that. */
export function hasExecutableName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return false;
  const length = name.length - dot - 1;
  if (length <= LONGEST && endings.has(name.slice(dot + 1).toLowerCase())) return !isDeclaration(name);
  const library = name.indexOf('.so.');
  return library > 0 && isVersion(name, library + 4);
}

/** `libc.so.6`, `libz.so.1.3.1`; not `ld.so.cache`. */
function isVersion(name: string, from: number): boolean {
  for (let i = from; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code !== DOT && (code < ZERO || code > NINE)) return false;
  }
  return from < name.length;
}

/** `a.d.ts` has types and nothing that runs. */
function isDeclaration(name: string): boolean {
  return name.endsWith('.d.ts') || name.endsWith('.d.mts') || name.endsWith('.d.cts');
}

/** Whether somebody may execute an entry. */
export function isMarkedExecutable(index: LayerIndex, entry: number): boolean {
  return (index.modeOf(entry) & 0o111) !== 0;
}
