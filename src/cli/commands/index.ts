import type { Command } from '../command.ts';

/** Every command, in the order of the usage text. Loaded one by one: a start pays only for the command it runs. */
export const commandLoaders: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['scan', async () => (await import('./scan.ts')).command],
  ['diff', async () => (await import('./diff.ts')).command],
  ['convert', async () => (await import('./convert.ts')).command],
  ['sbom', async () => (await import('./sbom.ts')).command],
  ['history', async () => (await import('./history.ts')).command],
  ['base', async () => (await import('./base.ts')).command],
  ['layers', async () => (await import('./layers.ts')).command],
  ['observe', async () => (await import('./observe.ts')).command],
  ['kubernetes', async () => (await import('./kubernetes.ts')).command],
  ['map', async () => (await import('./map.ts')).command],
  ['analyze-local-images', async () => (await import('./analyze-local-images.ts')).command],
  ['explain', async () => (await import('./explain.ts')).command],
  ['policy', async () => (await import('./policy.ts')).command],
  ['vex', async () => (await import('./vex.ts')).command],
  ['attest', async () => (await import('./attest.ts')).command],
  ['verify', async () => (await import('./verify.ts')).command],
  ['hash', async () => (await import('./hash.ts')).command],
  ['serve', async () => (await import('./serve.ts')).command],
  ['db', async () => (await import('./db.ts')).command],
  ['rules', async () => (await import('./rules.ts')).command],
  ['ecosystems', async () => (await import('./ecosystems.ts')).command],
  ['checks', async () => (await import('./checks.ts')).command],
  ['config', async () => (await import('./config.ts')).command],
  ['clean', async () => (await import('./clean.ts')).command],
  ['doctor', async () => (await import('./doctor.ts')).command],
  ['completion', async () => (await import('./completion.ts')).command],
  ['demo', async () => (await import('./demo.ts')).command],
  ['version', async () => (await import('./version.ts')).command],
]);

/** All of them, for usage texts and documentation. */
export async function loadCommands(): Promise<readonly Command[]> {
  return await Promise.all([...commandLoaders.values()].map((load) => load()));
}
