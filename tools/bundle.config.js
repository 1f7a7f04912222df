import { fileURLToPath } from 'node:url';

// The command line and the library in a few files instead of hundreds (docs/decisions/0002-start-up.md). Packages stay outside.

/**
 * `import { a as b } from "node:x"` of generated code as `const { a: b } = process.getBuiltinModule("node:x")`: an import
 * touches every export of a built-in module, and with that loads what only some of them need.
 *
 * @param {string} code
 */
function builtinsWithoutFacade(code) {
  return code.replace(
    /^import (?:(\w+),? )?(?:\{([^}]*)\} )?from "(node:[^"]+)";$/gm,
    (_line, whole, names, specifier) => {
      const module = `process.getBuiltinModule("${specifier}")`;
      const parts = names?.replaceAll(/(\S+) as (\S+)/g, '$1: $2');
      return [whole && `const ${whole} = ${module};`, parts && `const {${parts}} = ${module};`]
        .filter(Boolean)
        .join(' ');
    },
  );
}

/**
 * What is beyond ASCII as its escape: one such character makes all of a file two bytes a character, to be decoded and held.
 * No template that is taken raw has any. Last of all, since what leaves out comments writes them out again.
 *
 * @param {unknown} _options
 * @param {Record<string, { type: string, code?: string }>} bundle
 */
function inAscii(_options, bundle) {
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk' || chunk.code === undefined) continue;
    chunk.code = chunk.code.replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
}

/**
 * Chunks by what is needed together: each file costs a start half a millisecond, so what every command needs is one file,
 * what reads layers (in threads too) another, and the rest of a scan a third. What only some commands need stays apart.
 *
 * @type {readonly (readonly [string, readonly string[]])[]}
 */
const together = [
  ['start', ['cli/main.ts', 'cli/tool-version.ts']],
  // What looks at a host for months needs no more of a scan than these (bench/map-collector.ts).
  ['secrets', ['secrets/without-secrets.ts', 'secrets/secret-names.ts']],
  [
    'net',
    [
      'cli/with-dialer.ts',
      'cli/remote-service.ts',
      'net/container-engine/engine.ts',
      'net/container-engine/containers.ts',
      'net/container-engine/events.ts',
      'signals.ts',
    ],
  ],
  ['read', ['layer-thread.ts']],
  [
    'scan',
    [
      'cli/commands/scan.ts',
      'cli/scan-images.ts',
      'cli/advisory-supply.ts',
      'advisories/database.ts',
      'report/index.ts',
      'formats/versions/deb.ts',
      'formats/versions/apk.ts',
      'formats/versions/rpm.ts',
    ],
  ],
];

const input = {
  main: 'src/cli/main.ts',
  'layer-thread': 'src/layer-thread.ts',
  'wasm-thread': 'src/contents/yara/wasm-thread.ts',
  relay: 'src/runtime/inside/relay.ts',
  sinkhole: 'src/runtime/inside/sinkhole.ts',
  'guardian-process': 'src/runtime/cage/guardian-process.ts',
  index: 'src/index.ts',
};
const entryFiles = new Set(Object.values(input).map((file) => fileURLToPath(new URL(`../${file}`, import.meta.url))));

/** @typedef {{ getModuleInfo(id: string): { importedIds: readonly string[] } | null }} Graph */

/** @type {Map<string, string | null> | undefined} */
let chunkOf;

/**
 * The chunk of each module: the first whose entries import it, directly or through others.
 *
 * @param {Graph} graph
 */
function divide(graph) {
  const chunks = new Map();
  for (const [name, entries] of together) {
    const pending = entries.map((entry) => fileURLToPath(new URL(`../src/${entry}`, import.meta.url)));
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const info = graph.getModuleInfo(id);
      if (info === null || chunks.has(id)) continue;
      // An entry is a file of its own.
      chunks.set(id, entryFiles.has(id) ? null : name);
      pending.push(...info.importedIds);
    }
  }
  return chunks;
}

/** @type {(id: string, graph: Graph) => string | null} */
const chunkName = (id, graph) => {
  chunkOf ??= divide(graph);
  return chunkOf.get(id) ?? null;
};

export default {
  input,
  platform: 'node',
  external: (/** @type {string} */ id) => !/^[./]/.test(id),
  plugins: [
    { name: 'builtins-without-facade', renderChunk: builtinsWithoutFacade },
    { name: 'in-ascii', generateBundle: inAscii },
  ],
  // One command imports at once what another imports when it is needed; it is a chunk of its own all the same.
  checks: { ineffectiveDynamicImport: false },
  preserveEntrySignatures: 'allow-extension',
  output: {
    format: 'esm',
    comments: false,
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkName, debugName: 'together' }] },
  },
};
