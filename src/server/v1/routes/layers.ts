import { StoreError } from '../../../errors.ts';
import type { LayerPackage, StoredLayer } from '../../../store/layer-shelf.ts';
import type { PackageVulnerability } from '../../../store/package-version.ts';
import { decodeBody, type V1Route } from '../call.ts';
import { failed, indexFailed, isStorable, messages, notFound, notStorable } from '../failure.ts';
import { empty, json } from '../http/answer.ts';
import { encodeJson, escapeForHtml, joinTexts } from '../json/encode.ts';
import { IndexError } from '../layer-indexer.ts';
import { shownMetadata } from '../vulnerability-json.ts';
import { layerEnvelope, type WireFeature } from '../wire.ts';

const postLayer: V1Route = {
  name: 'postLayer',
  method: 'POST',
  path: '/layers',
  async handle(call, services) {
    const { Layer: layer } = await decodeBody(layerEnvelope, call, services);
    if (layer === undefined) return failed(400, 'failed to provide layer');
    const { Name: name = '', Path: path = '', Format: format = '', Headers: headers, ParentName: parent = '' } = layer;
    for (const [member, value] of Object.entries({ name, path, format })) {
      if (value === '') return failed(400, `could not process a layer which does not have a ${member}`);
    }
    if (!isStorable(name, parent)) return notStorable;
    try {
      const request = { name, path, format, headers: headers ?? new Map<string, string>() };
      await services.indexer.index(parent === '' ? request : { ...request, parent }, call.signal);
    } catch (error) {
      if (error instanceof IndexError) return indexFailed(error, format);
      if (error instanceof StoreError) {
        if (error.code === 'store.unknown-parent') return failed(400, messages.unknownParent);
        if (error.code === 'store.bad-version') return failed(400, messages.badPackage);
      }
      throw error;
    }
    const shown = {
      Name: name,
      Path: path,
      ...(headers === undefined ? {} : { Headers: headers }),
      ParentName: parent,
      Format: format,
      IndexedByVersion: services.indexer.engineVersion,
    };
    return json(201, encodeJson(layerEnvelope, { Layer: shown }));
  },
};

const getLayer: V1Route = {
  name: 'getLayer',
  method: 'GET',
  path: '/layers/:layer',
  async handle(call, { store }) {
    const name = call.parameters[0]!;
    if (!isStorable(name)) return notFound;
    const layer = await store.layers.find(name);
    if (layer === undefined) return notFound;
    const vulnerabilities = call.query.has('vulnerabilities');
    if (!vulnerabilities && !call.query.has('features')) return shownLayer(layer, []);
    const packages = await store.layers.packages(name, { vulnerabilities });
    return packages === undefined ? notFound : shownLayer(layer, packages);
  },
};

function shownLayer(layer: StoredLayer, packages: readonly LayerPackage[]) {
  const shown = {
    Name: layer.name,
    NamespaceName: layer.namespace?.name ?? '',
    ParentName: layer.parent ?? '',
    IndexedByVersion: layer.engineVersion,
    Features: packages.map(featureJson),
  };
  return json(200, encodeJson(layerEnvelope, { Layer: shown }));
}

/**
 * Binary packages of one source have the same vulnerabilities, and so have layers with the same packages: what is written
 * of one lives as long as it does.
 */
const texts = new WeakMap<PackageVulnerability, string>();

function findingsText(vulnerabilities: readonly PackageVulnerability[]): string {
  if (vulnerabilities.length === 0) return '';
  const written = vulnerabilities.map((vulnerability) => {
    const known = texts.get(vulnerability);
    if (known !== undefined) return known;
    const text = findingText(vulnerability);
    texts.set(vulnerability, text);
    return text;
  });
  return joinTexts(written);
}

function featureJson(installed: LayerPackage): WireFeature {
  return {
    Name: installed.name,
    NamespaceName: installed.namespace,
    VersionFormat: installed.versionFormat,
    Version: installed.version,
    Vulnerabilities: findingsText(installed.vulnerabilities),
    AddedBy: installed.addedBy,
  };
}

/**
 * As `encodeJson` writes a `WireVulnerability`, in a fraction of the time: nearly all of a large answer are these.
 */
export function findingText(vulnerability: PackageVulnerability): string {
  const { name, namespace, description, link, severity, fixedBy } = vulnerability;
  const text = JSON.stringify({
    Name: name || undefined,
    NamespaceName: namespace || undefined,
    Description: description || undefined,
    Link: link || undefined,
    Severity: severity,
  });
  const metadata = shownMetadata(vulnerability.metadata);
  const behind = `${metadata && `,"Metadata":${metadata}`}${fixedBy ? `,"FixedBy":${JSON.stringify(fixedBy)}` : ''}`;
  return escapeForHtml(`${text.slice(0, -1)}${behind}}`);
}

const deleteLayer: V1Route = {
  name: 'deleteLayer',
  method: 'DELETE',
  path: '/layers/:layer',
  async handle(call, { store }) {
    const name = call.parameters[0]!;
    return isStorable(name) && (await store.layers.remove(name)) ? empty : notFound;
  },
};

export const layerRoutes: readonly V1Route[] = [postLayer, getLayer, deleteLayer];
