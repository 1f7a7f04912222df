import { expectDone, readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { integerField, listField, recordField, textField, textRecordField } from './json-fields.ts';
import { encodeId, jsonBody, type LabelFilter, labelFilters, query } from './requests.ts';

export interface EngineVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes a volume of the driver `local`. @returns its name */
export async function createVolume(
  engine: Engine,
  name: string,
  labels: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string> {
  const response = await engine.request({
    method: 'POST',
    path: '/volumes/create',
    ...jsonBody({ Name: name, Driver: 'local', Labels: labels }),
    ...(signal && { signal }),
  });
  const made = textField(await readJson(response, engine.name), 'Name');
  if (made === undefined) throw new EngineError('broken', `${engine.name} made a volume without saying which`);
  return made;
}

/** @returns whether there was one */
export async function removeVolume(engine: Engine, name: string, signal?: AbortSignal): Promise<boolean> {
  const response = await engine.request({
    method: 'DELETE',
    path: `/volumes/${encodeId(engine, name)}`,
    ...(signal && { signal }),
  });
  return (await expectDone(response, engine.name, [200, 204, 404])) < 400;
}

export async function listVolumes(
  engine: Engine,
  labels: LabelFilter,
  signal?: AbortSignal,
): Promise<readonly EngineVolume[]> {
  const response = await engine.request({
    path: `/volumes${query({ filters: labelFilters(labels) })}`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  return listField(value, 'Volumes').flatMap((item) => {
    const name = textField(item, 'Name');
    return name === undefined ? [] : [{ name, labels: textRecordField(item, 'Labels') }];
  });
}

/**
 * Bytes that some volumes take together, as the engine counts them; 0 for those that it does not tell of.
 * It counts all that it has for this, which may take a while.
 */
export async function volumeBytes(engine: Engine, names: readonly string[], signal?: AbortSignal): Promise<number> {
  if (names.length === 0) return 0;
  const response = await engine.request({ path: '/system/df?type=volume', ...(signal && { signal }) });
  const value = await readJson(response, engine.name);
  const wanted = new Set(names);
  let bytes = 0;
  for (const volume of listField(value, 'Volumes')) {
    const name = textField(volume, 'Name');
    if (name === undefined || !wanted.has(name)) continue;
    bytes += Math.max(0, integerField(recordField(volume, 'UsageData'), 'Size') ?? 0);
  }
  return bytes;
}
