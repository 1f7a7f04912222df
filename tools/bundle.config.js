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

export default {
  input: { main: 'src/cli/main.ts', 'layer-thread': 'src/layer-thread.ts', index: 'src/index.ts' },
  platform: 'node',
  external: (/** @type {string} */ id) => !/^[./]/.test(id),
  plugins: [{ name: 'builtins-without-facade', renderChunk: builtinsWithoutFacade }],
  output: { format: 'esm' },
};
