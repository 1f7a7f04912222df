import type { FeedDocument } from '../../feeds/documents.ts';

/** A document of SUSE's. */
export interface SuseDocument extends FeedDocument {
  /** The namespace that all of it is about, where it is about one. */
  readonly namespace?: string;
  /** The namespace of a release package and its version; `other` for products that are not watched. */
  namespaceOf(name: string, version: string): string | 'other' | undefined;
}

/**
 * Products that no image of the server is: what only they have, or have otherwise, is left out. Their images get what
 * the server gets.
 */
const others =
  /^(?:SLES_SAP|sles_sap|SLE_HPC|SLE_RT|sled|sle-we|sle-ha|sle-hpc|SLE-HPC|SLED|SUSE-Manager|suse-manager|ses|OES|suse-openstack|openstack|caasp|SUSE-MicroOS|SLE-Micro|SL-Micro|suse-caasp|SUSE_SLES_SAP|Multi-Linux-Manager|multi-linux-manager)(?:-.*)?-release$/;

/** Release packages of the server, of its extended support and of its modules. */
const server =
  /^(?:sles|SLES|SLES_BCL|sles-ltss|SLES-LTSS|sles-bcl|sles-espos|sle-sdk|sle-module-.{1,60}|sle-live-patching|sle-bci)(?:-LTSS)?-release$/;

function enterprise(major: string): Pick<SuseDocument, 'namespaceOf' | 'concerns'> {
  return {
    concerns: (namespace) => new RegExp(`^suse:${major}(?:\\.|$)`).test(namespace),
    namespaceOf: (name, version) => (server.test(name) ? `suse:${version}` : others.test(name) ? 'other' : undefined),
  };
}

function micro(id: string): Pick<SuseDocument, 'namespaceOf' | 'concerns'> {
  return {
    concerns: (namespace) => namespace.startsWith(`${id}:`),
    namespaceOf: (name, version) =>
      /^(?:SUSE-MicroOS|SLE-Micro|SL-Micro)-release$/.test(name) ? `${id}:${version}` : undefined,
  };
}

function openSuse(namespace: string): Pick<SuseDocument, 'namespaceOf' | 'concerns' | 'namespace'> {
  return {
    namespace,
    concerns: (other) => other === namespace,
    namespaceOf: (name) => (/^(?:openSUSE|suse|Leap|Leap-Micro)-release$/.test(name) ? namespace : undefined),
  };
}

/** The document of a file name without its suffix, by what SUSE's names mean; undefined for one that is not read. */
export function suseDocument(name: string): SuseDocument | undefined {
  const about = aboutOf(name.replace(/-affected$/, ''));
  return about && { path: `${name}.xml.gz`, prefix: `${name.replace(/-affected$/, '')}/`, required: true, ...about };
}

function aboutOf(name: string): Omit<SuseDocument, 'path' | 'prefix' | 'required'> | undefined {
  const major = /^suse\.linux\.enterprise(?:\.server)?\.(\d{1,2})$/.exec(name)?.[1];
  if (major !== undefined) return enterprise(major);
  if (name === 'suse.linux.enterprise.micro.5') return micro('sle-micro');
  if (name === 'suse.linux.micro.6') return micro('sl-micro');
  if (name === 'opensuse.tumbleweed') return openSuse('opensuse-tumbleweed');
  const [, line, version] = /^opensuse(\.leap|\.leap\.micro)?\.(\d{1,2}\.\d)$/.exec(name) ?? [];
  return version === undefined ? undefined : openSuse(`opensuse${(line ?? '').replaceAll('.', '-')}:${version}`);
}

/**
 * What an update reads. The documents of SUSE Linux Enterprise that end in `-affected` also say what is not fixed, and
 * what is not affected.
 */
export const suseDocuments: readonly SuseDocument[] = [
  'suse.linux.enterprise.12-affected',
  'suse.linux.enterprise.15-affected',
  'suse.linux.enterprise.16-affected',
  'suse.linux.enterprise.micro.5-affected',
  'suse.linux.micro.6-affected',
  ...['15.0', '15.1', '15.2', '15.3', '15.4', '15.5', '15.6', '16.0'].map((version) => `opensuse.leap.${version}`),
  'opensuse.tumbleweed',
].flatMap((name) => suseDocument(name) ?? []);
