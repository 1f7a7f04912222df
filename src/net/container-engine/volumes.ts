import { expectDone, readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { listField, textField, textRecordField } from './json-fields.ts';
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
    path: `/volumes/${encodeId(engine, name)}${query({ force: true })}`,
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
