import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { readYamlTree, YamlError, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import type { RunFile, RunProfile, WorkloadStep } from './run-profile.ts';

/** Bytes of a profile, of one file that it names, and of all of them. */
const PROFILE_BYTES = 1024 * 1024;
const FILE_BYTES = 16 * 1024 * 1024;
const FILES_BYTES = 64 * 1024 * 1024;
/** Steps of a workload, and how often one may be done again. */
const STEPS = 100;
const TIMES = 10_000;
const SECONDS = 3600;

/**
 * Reads a run profile. Files that it names stand next to it.
 * @throws UsageError `usage.configuration` with file, line and reason
 */
export async function readRunProfile(file: string): Promise<RunProfile> {
  let text: string;
  try {
    if ((await stat(file)).size > PROFILE_BYTES) throw new Error(`it has more than ${PROFILE_BYTES} bytes`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      'usage.configuration',
      `${file}: the run profile cannot be read (${(error as Error).message})`,
      {
        cause: error,
      },
    );
  }
  return await parseRunProfile(text, file);
}

/**
 * @param file where the text is from: for messages, and for the files next to it
 * @param options `files: false` where it comes from somebody who may not have files of this machine read
 * @throws UsageError `usage.configuration` with file, line and reason
 */
export async function parseRunProfile(
  text: string,
  file: string,
  { files = true }: { readonly files?: boolean } = {},
): Promise<RunProfile> {
  try {
    const root = await readYamlTree(text);
    if (root === undefined) throw new YamlError(1, 'it is empty');
    return await profileOf(mapping(root, 'a run profile'), file, files ? path.dirname(file) : undefined);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError('usage.configuration', `${file}:${error.line}: ${error.message}`, { cause: error });
  }
}

const keys = ['environment', 'entrypoint', 'command', 'user', 'workdir', 'mounts', 'ready', 'workload'];

async function profileOf(root: YamlMapping, file: string, folder: string | undefined): Promise<RunProfile> {
  known(root, keys);
  const [entrypoint, command] = [optional(root, 'entrypoint', words), optional(root, 'command', words)];
  const [user, workingDirectory] = [optional(root, 'user', userOf), optional(root, 'workdir', absolute)];
  const ready = optional(root, 'ready', readyOf);
  const mounts = root.entries.get('mounts')?.value;
  return {
    file,
    environment: optional(root, 'environment', environmentOf) ?? {},
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    ...(user !== undefined && { user }),
    ...(workingDirectory !== undefined && { workingDirectory }),
    files: mounts === undefined ? [] : await filesOf(mounts, folder),
    ...(ready && { ready }),
    workload: optional(root, 'workload', workloadOf) ?? [],
  };
}

function known({ entries }: YamlMapping, names: readonly string[]): void {
  for (const [name, { line }] of entries) {
    if (!names.includes(name)) {
      throw new YamlError(line, `${JSON.stringify(name)} is not known; there are ${names.join(', ')}`);
    }
  }
}

function optional<T>({ entries }: YamlMapping, key: string, read: (node: YamlNode, key: string) => T): T | undefined {
  const entry = entries.get(key);
  return entry === undefined ? undefined : read(entry.value, key);
}

function mapping(node: YamlNode, what: string): YamlMapping {
  if (node.kind !== 'mapping') throw new YamlError(node.line, `${what} is a list of keys with values`);
  return node;
}

function list(node: YamlNode, what: string): readonly YamlNode[] {
  if (node.kind !== 'list') throw new YamlError(node.line, `${what} is a list`);
  return node.items;
}

function text(node: YamlNode, what: string): string {
  if (node.kind !== 'scalar') throw new YamlError(node.line, `${what} is a text`);
  if (node.text.includes('\0')) throw new YamlError(node.line, `${what} has a zero byte`);
  return node.text;
}

function words(node: YamlNode, what: string): readonly string[] {
  return list(node, what).map((item) => text(item, what));
}

function number(node: YamlNode, what: string, minimum: number, maximum: number): number {
  const written = text(node, what);
  const value = /^\d{1,9}(?:\.\d{1,3})?$/.test(written) ? Number(written) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) {
    throw new YamlError(node.line, `${what} is a number from ${minimum} to ${maximum}`);
  }
  return value;
}

function integer(node: YamlNode, what: string, minimum: number, maximum: number): number {
  const value = number(node, what, minimum, maximum);
  if (!Number.isInteger(value)) throw new YamlError(node.line, `${what} is a whole number`);
  return value;
}

function userOf(node: YamlNode, what: string): string {
  const user = text(node, what);
  if (!/^[\w.-]{1,64}(?::[\w.-]{1,64})?$/.test(user)) {
    throw new YamlError(node.line, `${what} is a name or number, or two with a colon between them`);
  }
  return user;
}

function absolute(node: YamlNode, what: string): string {
  const value = text(node, what);
  if (!value.startsWith('/') || value.split('/').includes('..')) {
    throw new YamlError(node.line, `${what} is an absolute path without ".."`);
  }
  return value;
}

function environmentOf(node: YamlNode, what: string): Readonly<Record<string, string>> {
  const entries = [...mapping(node, what).entries].map(([name, { line, value }]) => {
    if (!/^[A-Za-z_][\w.-]{0,254}$/.test(name))
      throw new YamlError(line, `${JSON.stringify(name)} is no name of a variable`);
    return [name, text(value, name)] as const;
  });
  return Object.fromEntries(entries);
}

function readyOf(node: YamlNode, what: string): NonNullable<RunProfile['ready']> {
  const map = mapping(node, what);
  known(map, ['port', 'log', 'seconds']);
  const port = optional(map, 'port', (one) => integer(one, 'port', 1, 65_535));
  const seconds = optional(map, 'seconds', (one) => number(one, 'seconds', 0, SECONDS));
  const log = optional(map, 'log', (one) => {
    const line = text(one, 'log');
    if (line === '' || line.length > 500) throw new YamlError(one.line, 'log is a text of 1 to 500 characters');
    return line;
  });
  return {
    ...(port !== undefined && { port }),
    ...(seconds !== undefined && { seconds }),
    ...(log !== undefined && { log }),
  };
}

async function filesOf(node: YamlNode, folder: string | undefined): Promise<readonly RunFile[]> {
  const files: RunFile[] = [];
  let bytes = 0;
  for (const item of list(node, 'mounts')) {
    const map = mapping(item, 'a mount');
    known(map, ['path', 'text', 'file', 'mode']);
    const target = optional(map, 'path', absolute);
    if (target === undefined) throw new YamlError(item.line, 'a mount needs a path');
    // As many as the header of an archive has room for.
    if (!/^[\x21-\x7e]{2,100}$/.test(target) || target.endsWith('/')) {
      throw new YamlError(item.line, 'path is that of a file: up to 100 letters, digits and signs of ASCII');
    }
    const [content, name] = [map.entries.get('text')?.value, map.entries.get('file')?.value];
    if ((content === undefined) === (name === undefined)) {
      throw new YamlError(item.line, 'a mount needs either a text or a file');
    }
    const mode = optional(map, 'mode', (one) => {
      const written = text(one, 'mode');
      if (!/^0?[0-7]{3}$/.test(written)) throw new YamlError(one.line, 'mode is three octal digits: 644');
      return Number.parseInt(written, 8);
    });
    const body = name === undefined ? Buffer.from(text(content!, 'text')) : await neighbour(name, folder);
    bytes += body.length;
    if (bytes > FILES_BYTES) throw new YamlError(item.line, `all files together have more than ${FILES_BYTES} bytes`);
    files.push({ path: target, content: body, mode: mode ?? 0o644 });
  }
  return files;
}

/** A file next to the profile or below: not what else there is on this machine. */
async function neighbour(node: YamlNode, folder: string | undefined): Promise<Buffer> {
  if (folder === undefined) throw new YamlError(node.line, 'a mount has a text here, and no file');
  const name = text(node, 'file');
  if (path.isAbsolute(name) || name.split(/[\\/]/).includes('..')) {
    throw new YamlError(node.line, 'file is a path below the folder of the profile');
  }
  try {
    const place = path.join(folder, name);
    const { size } = await stat(place);
    if (size > FILE_BYTES) throw new Error(`it has more than ${FILE_BYTES} bytes`);
    return await readFile(place);
  } catch (error) {
    throw new YamlError(node.line, `${name} cannot be read (${(error as Error).message})`, { cause: error });
  }
}

function workloadOf(node: YamlNode): readonly WorkloadStep[] {
  const items = list(node, 'workload');
  if (items.length > STEPS) throw new YamlError(node.line, `a workload has at most ${STEPS} steps`);
  return items.map(stepOf);
}

function stepOf(node: YamlNode): WorkloadStep {
  const map = mapping(node, 'a step of a workload');
  const kinds = ['exec', 'http', 'tcp', 'wait'].filter((kind) => map.entries.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new YamlError(node.line, 'a step of a workload is one of exec, http, tcp, wait');
  }
  const value = map.entries.get(kind)!.value;
  if (kind === 'exec') {
    known(map, ['exec', 'user']);
    const command = words(value, 'exec');
    if (command.length === 0) throw new YamlError(value.line, 'exec names no program');
    const user = optional(map, 'user', userOf);
    return { kind, command, ...(user !== undefined && { user }) };
  }
  known(map, [kind]);
  if (kind === 'wait') return { kind, seconds: number(value, 'wait', 0, SECONDS) };
  return kind === 'http' ? httpStep(mapping(value, 'http')) : tcpStep(mapping(value, 'tcp'));
}

function httpStep(map: YamlMapping): WorkloadStep {
  known(map, ['port', 'path', 'method', 'headers', 'body', 'times']);
  const method = optional(map, 'method', (one) => {
    const word = text(one, 'method');
    if (!/^[A-Z]{1,20}$/.test(word)) throw new YamlError(one.line, 'method is a word in capitals: GET');
    return word;
  });
  const target = optional(map, 'path', (one) => {
    const word = text(one, 'path');
    if (!/^\/[\x21-\x7e]{0,2000}$/.test(word)) throw new YamlError(one.line, 'path begins with / and has no blanks');
    return word;
  });
  const headers = optional(map, 'headers', (one) =>
    Object.fromEntries(
      [...mapping(one, 'headers').entries].map(([name, { line, value }]) => {
        const word = text(value, name);
        if (!/^[\w-]{1,100}$/.test(name) || /[\r\n]/.test(word)) throw new YamlError(line, 'that is no header');
        return [name, word];
      }),
    ),
  );
  const body = optional(map, 'body', text);
  return {
    kind: 'http',
    port: portOf(map),
    path: target ?? '/',
    method: method ?? 'GET',
    headers: headers ?? {},
    ...(body !== undefined && { body }),
    times: timesOf(map),
  };
}

function tcpStep(map: YamlMapping): WorkloadStep {
  known(map, ['port', 'send', 'times']);
  return { kind: 'tcp', port: portOf(map), send: optional(map, 'send', text) ?? '', times: timesOf(map) };
}

function portOf(map: YamlMapping): number {
  const port = optional(map, 'port', (one) => integer(one, 'port', 1, 65_535));
  if (port === undefined) throw new YamlError(map.line, 'a port is missing');
  return port;
}

function timesOf(map: YamlMapping): number {
  return optional(map, 'times', (one) => integer(one, 'times', 1, TIMES)) ?? 1;
}
