import { StoreError } from '../../../errors.ts';
import type { FixChange } from '../../../store/vulnerability-shelf.ts';
import { decodeBody, type V1Route, type V1Services } from '../call.ts';
import { failed, isStorable, messages, notFound, notStorable } from '../failure.ts';
import { empty, json } from '../http/answer.ts';
import { encodeJson } from '../json/encode.ts';
import { isVersionFormat, noVersion, parseFixVersion } from '../version-format.ts';
import { fixesJson } from '../vulnerability-json.ts';
import { featureEnvelope } from '../wire.ts';

const getFixes: V1Route = {
  name: 'getFixes',
  method: 'GET',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability/fixes',
  async handle(call, { store }) {
    const [namespace, name] = call.parameters as [string, string];
    const found = isStorable(namespace, name) ? await store.vulnerabilities.find(namespace, name) : undefined;
    if (found === undefined) return notFound;
    const fixes = fixesJson(found);
    return json(200, encodeJson(featureEnvelope, { Features: fixes.length === 0 ? null : fixes }));
  },
};

const putFix: V1Route = {
  name: 'putFix',
  method: 'PUT',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability/fixes/:feature',
  async handle(call, services) {
    const { Feature: feature } = await decodeBody(featureEnvelope, call, services);
    const [namespace, vulnerability, named] = call.parameters as [string, string, string];
    if (feature === undefined) return failed(400, 'failed to provide feature');
    const { Name: name = '', NamespaceName: own = '', VersionFormat: given = '', Version: text = '' } = feature;
    if (name !== named) return failed(400, 'feature name in URL and JSON do not match');
    const stored = isStorable(namespace, vulnerability)
      ? await formatOf(services, namespace, vulnerability)
      : undefined;
    const format = given === '' ? stored : given;
    if (given !== '' && (!isVersionFormat(given) || (stored !== undefined && stored !== '' && stored !== given))) {
      return failed(400, messages.unknownFormat);
    }
    const version = readVersion(format, text);
    if (typeof version === 'string') return failed(400, version);
    if (own !== '' && own !== namespace) return failed(400, messages.foreignFix);
    if (stored === undefined) return notFound;
    if (!isStorable(name)) return notStorable;
    const change = { package: name, ...version };
    try {
      if (!(await services.store.vulnerabilities.changeFixes(namespace, vulnerability, [change]))) return notFound;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'store.bad-version') return failed(400, messages.badVersion);
      throw error;
    }
    return json(200, encodeJson(featureEnvelope, { Feature: feature }));
  },
};

/**
 * Reads the version of a fix, or says what is wrong with it.
 * @param format empty: nobody knows it; undefined: there is no such namespace, so nothing can be wrong yet
 */
function readVersion(format: string | undefined, text: string): Omit<FixChange, 'package'> | string {
  if (format === undefined || text === noVersion) return {};
  if (!isVersionFormat(format)) return messages.unknownFormat;
  const version = parseFixVersion(format, text);
  if (version === undefined) return messages.badVersion;
  return typeof version === 'object' ? version : { remove: version === 'not-affected' };
}

/** How the versions of a namespace are written; undefined: there is no such namespace. */
async function formatOf({ store }: V1Services, namespace: string, vulnerability: string): Promise<string | undefined> {
  const found = await store.vulnerabilities.find(namespace, vulnerability);
  if (found !== undefined) return found.namespace.versionFormat;
  return (await store.namespaces()).find(({ name }) => name === namespace)?.versionFormat;
}

const deleteFix: V1Route = {
  name: 'deleteFix',
  method: 'DELETE',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability/fixes/:feature',
  async handle(call, { store }) {
    const [namespace, vulnerability, name] = call.parameters as [string, string, string];
    if (!isStorable(namespace, vulnerability)) return notFound;
    // A name that cannot be kept is among no fixes, but the vulnerability is still asked for.
    const changes = isStorable(name) ? [{ package: name, remove: true }] : [];
    return (await store.vulnerabilities.changeFixes(namespace, vulnerability, changes)) ? empty : notFound;
  },
};

export const fixRoutes: readonly V1Route[] = [getFixes, putFix, deleteFix];
