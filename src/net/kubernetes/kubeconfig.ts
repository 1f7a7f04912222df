import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { SourceError, UsageError } from '../../errors.ts';
import { readYamlTree, type YamlNode } from '../../formats/yaml-tree.ts';

/** Bytes of a kubeconfig; those of administrators of many clusters have some hundred kilobytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A mapping of a kubeconfig: texts, lists and mappings of them. */
type Fields = Readonly<Record<string, unknown>>;

/** A cluster, who asks it, and where: one context of a kubeconfig. Certificates and keys are PEM. */
export interface KubeContext {
  readonly name: string;
  readonly server: URL;
  readonly namespace: string | undefined;
  readonly ca: string | undefined;
  readonly serverName: string | undefined;
  /** The file says that the certificate of the server shall not be checked. */
  readonly insecure: boolean;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
  readonly basic: { readonly user: string; readonly password: string } | undefined;
  /** A program that is to be asked for credentials. */
  readonly exec: ExecPlugin | undefined;
}

/** The `exec` of a user (client-go credential plugins, client.authentication.k8s.io). */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly apiVersion: string;
}

export interface KubeconfigOptions {
  /** The one file that is read; absent: those of KUBECONFIG, else `~/.kube/config`. */
  readonly file?: string | undefined;
  /** Absent: the current one of the files. */
  readonly context?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads who is to be asked, and with what, as kubectl does: of several files the first that names something counts, and
 * paths are relative to their file (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files").
 * @throws SourceError where there is no file, or none that can be read
 * @throws UsageError where it does not say what is needed, or asks for what is not done here
 */
export async function readKubeContext(options: KubeconfigOptions): Promise<KubeContext> {
  const files = await readFiles(options);
  const wanted = options.context ?? first(files, ({ fields }) => text(fields['current-context']));
  if (wanted === undefined) throw bad('no context is the current one; name one by --kube-context');
  const context = named(files, 'contexts', 'context', wanted);
  if (context === undefined) throw bad(`there is no context ${JSON.stringify(wanted)}`);
  const clusterName = text(context.fields['cluster']) ?? '';
  const cluster = named(files, 'clusters', 'cluster', clusterName);
  if (cluster === undefined) throw bad(`there is no cluster ${JSON.stringify(clusterName)}`);
  const userName = text(context.fields['user']);
  const user = userName === undefined ? undefined : named(files, 'users', 'user', userName);
  if (userName !== undefined && user === undefined) throw bad(`there is no user ${JSON.stringify(userName)}`);
  for (const name of ['as', 'as-groups', 'as-uid']) {
    if (user?.fields[name] !== undefined) throw bad(`its user asks as somebody else (${name}), which is not done here`);
  }
  const provider = text(mapping(user?.fields['auth-provider'])['name']);
  if (provider !== undefined)
    throw bad(
      `its user needs the auth-provider ${JSON.stringify(provider)}, which kubectl gave up and is not run here`,
    );
  if (text(cluster.fields['proxy-url']) !== undefined)
    throw bad('its cluster has a proxy of its own (proxy-url), which is not used here');
  const tokenFile = text(user?.fields['tokenFile']);
  const password = text(user?.fields['password']);
  const login = text(user?.fields['username']);
  return {
    name: wanted,
    server: serverOf(cluster.fields),
    namespace: text(context.fields['namespace']),
    ca: await pem(cluster, 'certificate-authority'),
    serverName: text(cluster.fields['tls-server-name']),
    insecure: text(cluster.fields['insecure-skip-tls-verify']) === 'true',
    certificate: user && (await pem(user, 'client-certificate')),
    key: user && (await pem(user, 'client-key')),
    token:
      user !== undefined && tokenFile !== undefined
        ? (await readBeside(user, tokenFile)).trim()
        : text(user?.fields['token']),
    basic: login === undefined || password === undefined ? undefined : { user: login, password },
    exec: user && execOf(user),
  };
}

function bad(reason: string): UsageError {
  return new UsageError('usage.option', `kubeconfig: ${reason}.`);
}

function serverOf(cluster: Fields): URL {
  const server = text(cluster['server']) ?? '';
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw bad(`its cluster has no address: ${JSON.stringify(server)}`);
  }
  return url;
}

interface Entry {
  readonly fields: Fields;
  /** Of the file. */
  readonly folder: string;
}

async function readFiles({ file, environment }: KubeconfigOptions): Promise<readonly Entry[]> {
  const listed = (environment['KUBECONFIG'] ?? '').split(path.delimiter).filter((word) => word !== '');
  const names = file !== undefined ? [file] : listed.length > 0 ? listed : [usualFile(environment)];
  const entries: Entry[] = [];
  for (const name of names) {
    const content = await readBounded(name, names.length > 1);
    if (content === undefined) continue;
    let tree: YamlNode | undefined;
    try {
      tree = await readYamlTree(content);
    } catch (error) {
      throw new SourceError('source.unreadable', `${name} is no kubeconfig: ${(error as Error).message}`, {
        cause: error,
      });
    }
    entries.push({ fields: mapping(tree && plainOf(tree)), folder: path.dirname(path.resolve(name)) });
  }
  if (entries.length === 0) throw new SourceError('source.not-found', `there is no kubeconfig: ${names.join(', ')}`);
  return entries;
}

function usualFile(environment: KubeconfigOptions['environment']): string {
  return path.join(environment['HOME'] ?? homedir(), '.kube', 'config');
}

async function readBounded(name: string, mayBeAbsent: boolean): Promise<string | undefined> {
  try {
    const { size } = await stat(name);
    if (size > MOST_BYTES) throw new SourceError('source.limit', `${name} has more than ${MOST_BYTES} bytes`);
    return await readFile(name, 'utf8');
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeAbsent) return undefined;
    const kind = code === 'ENOENT' ? 'source.not-found' : 'source.unreadable';
    throw new SourceError(kind, `cannot read ${name} (${code})`, { cause: error });
  }
}

function first<T>(entries: readonly Entry[], of: (entry: Entry) => T | undefined): T | undefined {
  for (const entry of entries) {
    const value = of(entry);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What one of the lists has under a name. */
function named(entries: readonly Entry[], list: string, key: string, name: string): Entry | undefined {
  return first(entries, ({ fields, folder }) => {
    const items = Array.isArray(fields[list]) ? (fields[list] as readonly unknown[]) : [];
    const found = items.map(mapping).find((item) => item['name'] === name);
    return found && { fields: mapping(found[key]), folder };
  });
}

/** PEM that stands in the file, in Base64, or in another file. */
async function pem(entry: Entry, name: string): Promise<string | undefined> {
  const data = text(entry.fields[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('latin1');
  const file = text(entry.fields[name]);
  return file === undefined ? undefined : await readBeside(entry, file);
}

async function readBeside({ folder }: Entry, file: string): Promise<string> {
  return (await readBounded(path.resolve(folder, file), false)) as string;
}

function execOf({ fields, folder }: Entry): ExecPlugin | undefined {
  const exec = mapping(fields['exec']);
  const command = text(exec['command']);
  if (command === undefined) return undefined;
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    // One with a slash is relative to the file; another is looked for on the path.
    command: command.includes('/') ? path.resolve(folder, command) : command,
    args: list(exec['args']).filter((word) => typeof word === 'string'),
    env: list(exec['env']).map((one) => [text(mapping(one)['name']) ?? '', text(mapping(one)['value']) ?? ''] as const),
    apiVersion: text(exec['apiVersion']) ?? 'client.authentication.k8s.io/v1',
  };
}

function mapping(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A tree of YAML as plain values; nothing is followed. */
function plainOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'list':
      return node.items.map(plainOf);
    case 'mapping':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
    default:
      return undefined;
  }
}
