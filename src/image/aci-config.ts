import { list, record, text, texts } from './json.ts';

/** Says what an App Container Image runs in the words of an image configuration, so that the same checks judge it. */
export function aciConfig(app: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const exec = texts(app['exec']);
  const user = [text(app['user']), text(app['group'])].filter((part) => part !== undefined).join(':');
  const folder = text(app['workingDirectory']);
  const environment = list(app['environment'])
    .map(record)
    .map((variable) => `${text(variable['name']) ?? ''}=${text(variable['value']) ?? ''}`);
  const ports = list(app['ports'])
    .map(record)
    .filter((port) => typeof port['port'] === 'number')
    .map((port) => `${port['port']}/${text(port['protocol']) ?? 'tcp'}`);
  const volumes = list(app['mountPoints'])
    .map(record)
    .map((point) => text(point['path']))
    .filter((path) => path !== undefined);
  return {
    ...(exec.length > 0 && { Cmd: exec }),
    ...(user !== '' && { User: user }),
    ...(folder !== undefined && { WorkingDir: folder }),
    ...(environment.length > 0 && { Env: environment }),
    ...(ports.length > 0 && { ExposedPorts: emptyObjects(ports) }),
    ...(volumes.length > 0 && { Volumes: emptyObjects(volumes) }),
  };
}

function emptyObjects(keys: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}
