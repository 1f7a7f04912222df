import { StoreError } from '../../../errors.ts';
import type { FixChange, VulnerabilityWrite } from '../../../store/vulnerability-shelf.ts';
import { decodeBody, type V1Route, type V1Services } from '../call.ts';
import { failed, isStorable, messages, notFound, notStorable } from '../failure.ts';
import { type Answer, empty, json } from '../http/answer.ts';
import { encodeJson } from '../json/encode.ts';
import { BadQuery, listPage, readLimit } from '../paging.ts';
import { isVersionFormat, noVersion, parseFixVersion } from '../version-format.ts';
import { fixesJson, metadataText, parseSeverity, vulnerabilityJson } from '../vulnerability-json.ts';
import { vulnerabilityEnvelope, type WireFeature, type WireVulnerability } from '../wire.ts';

const noVulnerability = 'failed to provide vulnerability';
const noSeverity = 'failed to parse Severity from input';
const noKey = 'insertVulnerability needs at least the Name and the Namespace';

const getVulnerabilities: V1Route = {
  name: 'getVulnerabilities',
  method: 'GET',
  path: '/namespaces/:namespace/vulnerabilities',
  async handle(call, { store, tokens, limits }) {
    const limit = readLimit(call.query);
    if (limit < 0) throw new BadQuery('limit value should not be less than zero');
    const token = call.query.get('page');
    let from: number;
    try {
      from = token === undefined ? 0 : listPage.open(tokens, token);
    } catch (error) {
      // Clair counts it so.
      if (error instanceof BadQuery) return { ...error.answer, counted: { route: 'getNotification' } };
      throw error;
    }
    const namespace = call.parameters[0]!;
    const size = Math.min(limit, limits.pageEntries);
    const found = isStorable(namespace) ? await store.vulnerabilities.list(namespace, from, size + 1) : undefined;
    // Clair counts it so.
    if (found === undefined) return { ...notFound, counted: { route: 'getVulnerability' } };
    const shown = found.slice(0, size).map(vulnerabilityJson);
    const next = found[size];
    const envelope = {
      Vulnerabilities: shown.length === 0 ? null : shown,
      NextPage: next === undefined ? '' : listPage.seal(tokens, next.id),
    };
    return json(200, encodeJson(vulnerabilityEnvelope, envelope));
  },
};

const postVulnerability: V1Route = {
  name: 'postVulnerability',
  method: 'POST',
  path: '/namespaces/:namespace/vulnerabilities',
  async handle(call, services) {
    const { Vulnerability: vulnerability } = await decodeBody(vulnerabilityEnvelope, call, services);
    if (vulnerability === undefined) return failed(400, noVulnerability);
    const { Name: name = '', NamespaceName: namespace = '' } = vulnerability;
    if (namespace !== '' && namespace !== call.parameters[0]) {
      return failed(400, 'namespace name in URL and JSON do not match');
    }
    return write(services, vulnerability, { name, namespace }, 201);
  },
};

const putVulnerability: V1Route = {
  name: 'putVulnerability',
  method: 'PUT',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability',
  async handle(call, services) {
    const { Vulnerability: vulnerability } = await decodeBody(vulnerabilityEnvelope, call, services);
    if (vulnerability === undefined) return failed(400, noVulnerability);
    if (vulnerability.FixedIn !== undefined && vulnerability.FixedIn.length > 0) {
      return failed(400, 'Vulnerability.FixedIn must be empty');
    }
    const [namespace, name] = call.parameters as [string, string];
    return write(services, vulnerability, { name, namespace }, 200);
  },
};

/** Checks a vulnerability in the order in which Clair does, keeps it, and shows it as it came. */
async function write(
  { store }: V1Services,
  vulnerability: WireVulnerability,
  key: { readonly name: string; readonly namespace: string },
  status: number,
): Promise<Answer> {
  const severity = parseSeverity(vulnerability.Severity);
  if (severity === undefined) return failed(400, noSeverity);
  const fixes: FixChange[] = [];
  const features = vulnerability.FixedIn ?? [];
  for (const feature of features) {
    const fix = fixOf(feature);
    if (typeof fix === 'string') return failed(400, fix);
    fixes.push(fix);
  }
  if (key.name === '' || key.namespace === '') return failed(400, noKey);
  if (features.some(({ NamespaceName: own = '' }) => own !== '' && own !== key.namespace)) {
    return failed(400, messages.foreignFix);
  }
  if (fixes.some((fix) => fix.package === '' && fix.remove !== true)) {
    return failed(400, 'could not find/insert invalid Feature');
  }
  const written: VulnerabilityWrite = {
    ...key,
    description: vulnerability.Description ?? '',
    link: vulnerability.Link ?? '',
    severity,
    metadata: metadataText(vulnerability.Metadata),
    fixes: fixes.filter((fix) => fix.package !== ''),
  };
  if (!isStorable(...texts(written))) return notStorable;
  try {
    await store.vulnerabilities.write(written);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store.bad-version') return failed(400, messages.badVersion);
    throw error;
  }
  return json(status, encodeJson(vulnerabilityEnvelope, { Vulnerability: vulnerability }));
}

/** @returns the fix, or what is wrong with it */
function fixOf(feature: WireFeature): FixChange | string {
  const { Name: name = '', VersionFormat: format = '', Version: version = '' } = feature;
  // A version that is yet to come needs no format.
  if (version === noVersion) return { package: name };
  if (!isVersionFormat(format)) return messages.unknownFormat;
  const parsed = parseFixVersion(format, version);
  if (parsed === undefined) return messages.badVersion;
  if (parsed === 'none-yet') return { package: name };
  return parsed === 'not-affected' ? { package: name, remove: true } : { package: name, version: parsed.version };
}

function texts({ name, namespace, description, link, fixes }: VulnerabilityWrite): string[] {
  return [name, namespace, description, link, ...fixes.map((fix) => fix.package)];
}

const getVulnerability: V1Route = {
  name: 'getVulnerability',
  method: 'GET',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability',
  async handle(call, { store }) {
    const [namespace, name] = call.parameters as [string, string];
    if (!isStorable(namespace, name)) return notFound;
    const found = await store.vulnerabilities.find(namespace, name);
    if (found === undefined) return notFound;
    const shown = vulnerabilityJson(found);
    const withFixes = call.query.has('fixedIn') ? { ...shown, FixedIn: fixesJson(found) } : shown;
    return json(200, encodeJson(vulnerabilityEnvelope, { Vulnerability: withFixes }));
  },
};

const deleteVulnerability: V1Route = {
  name: 'deleteVulnerability',
  method: 'DELETE',
  path: '/namespaces/:namespace/vulnerabilities/:vulnerability',
  async handle(call, { store }) {
    const [namespace, name] = call.parameters as [string, string];
    return isStorable(namespace, name) && (await store.vulnerabilities.remove(namespace, name)) ? empty : notFound;
  },
};

export const vulnerabilityRoutes: readonly V1Route[] = [
  getVulnerabilities,
  postVulnerability,
  getVulnerability,
  putVulnerability,
  deleteVulnerability,
];
