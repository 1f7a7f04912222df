import type { ImageKey } from '../../model/service-scanner.ts';
import type { ImageView } from '../../model/view.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { imageKeyOf } from '../service-scan/image-key.ts';
import { readContainerFile } from './container-file.ts';

const KEYS = 50;
const BYTES = 64 * 1024;

/** The rule of the check `secrets` that finds private keys; where the check did not run, usual endings of names tell. */
const KEY_RULE = 'private-key';

/** The private keys that an image shows: so that a service which uses one of them can be told. */
export async function imageKeys(
  engine: Engine,
  container: string,
  view: ImageView,
  signal: AbortSignal,
): Promise<readonly ImageKey[]> {
  const places = new Map<string, number>();
  for (const { layer, fact } of view.facts('secret')) {
    if (fact.rule === KEY_RULE && view.hiddenBy(layer, fact.path) === undefined) places.set(fact.path, layer);
  }
  view.each((file) => {
    const { type, layer, size } = file;
    if (type !== 'file' || size === 0 || size > BYTES || places.size >= KEYS) return;
    const name = file.path();
    if (/(?:\.key|(?:^|[/._-])(?:key|privkey|private)\.pem)$/.test(name)) places.set(name, layer);
  });
  const keys: ImageKey[] = [];
  for (const [path, layer] of [...places].slice(0, KEYS)) {
    const bytes = await readContainerFile(engine, container, `/${path}`, BYTES, signal);
    const key = bytes && imageKeyOf(bytes, path, layer);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}
