import { expectDone, readJson } from './answers.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { booleanField, textField, textRecordField } from './json-fields.ts';
import { encodeId, jsonBody, type LabelFilter, labelFilters, query } from './requests.ts';

export interface NetworkSettings {
  readonly name: string;
  /** No way out. */
  readonly internal: boolean;
  readonly ipv6?: boolean;
  /** Options of the driver `bridge`. */
  readonly options?: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes a network of the driver `bridge`. @returns its id */
export async function createNetwork(engine: Engine, settings: NetworkSettings, signal?: AbortSignal): Promise<string> {
  const { name, internal, ipv6 = false, options = {}, labels } = settings;
  const response = await engine.request({
    method: 'POST',
    path: '/networks/create',
    ...jsonBody({
      Name: name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: internal,
      EnableIPv6: ipv6,
      Options: options,
      Labels: labels,
    }),
    ...(signal && { signal }),
  });
  const id = textField(await readJson(response, engine.name), 'Id');
  if (id === undefined) throw new EngineError('broken', `${engine.name} made a network without saying which`);
  return id;
}

/** @returns whether there was one */
export async function removeNetwork(engine: Engine, id: string, signal?: AbortSignal): Promise<boolean> {
  const response = await engine.request({
    method: 'DELETE',
    path: `/networks/${encodeId(engine, id)}`,
    ...(signal && { signal }),
  });
  return (await expectDone(response, engine.name, [200, 204, 404])) < 400;
}

export async function listNetworks(
  engine: Engine,
  labels: LabelFilter,
  signal?: AbortSignal,
): Promise<readonly EngineNetwork[]> {
  const response = await engine.request({
    path: `/networks${query({ filters: labelFilters(labels) })}`,
    ...(signal && { signal }),
  });
  const value = await readJson(response, engine.name);
  return (Array.isArray(value) ? value : []).flatMap((item: unknown) => {
    const [id, name] = [textField(item, 'Id'), textField(item, 'Name')];
    if (id === undefined || name === undefined) return [];
    return [{ id, name, internal: booleanField(item, 'Internal') ?? false, labels: textRecordField(item, 'Labels') }];
  });
}
