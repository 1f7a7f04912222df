import { UsageError } from '../../errors.ts';
import type { Command, Invocation } from '../command.ts';

async function run(invocation: Invocation): Promise<number> {
  const { settings, origins } = invocation.configuration;
  const { once, 'report-to': server } = settings;
  if (once && server !== undefined) {
    throw new UsageError('usage.option', '--once and --report-to exclude each other.');
  }
  if (server !== undefined) {
    const { reportTo } = await import('../map/report-to.ts');
    return await reportTo(server, invocation);
  }
  if (once) {
    const { lookOnce } = await import('../map/look-once.ts');
    return await lookOnce(invocation);
  }
  if (origins.get('format') === 'flag') {
    throw new UsageError('usage.option', '--format is for --once: the map itself is a page, and an API.');
  }
  const { serveMap } = await import('../map/serve-map.ts');
  return await serveMap(invocation);
}

export const command: Command = {
  name: 'map',
  summary: 'Show what runs on this machine, who talks to whom, and what of it is vulnerable and in use.',
  description:
    'Looks at the containers of the engine, the processes of this machine and their connections, and serves a page that shows them, on this machine alone. Images of what runs are scanned in the background. Nothing is changed, and nothing is put into containers. Root sees the connections of all processes, others their own alone.',
  arguments: [],
  options: [
    'format',
    'engine',
    'listen',
    'no-token',
    'once',
    'report-to',
    'server-token-file',
    'plain-http',
    'no-scan',
    'map-controls',
    'map-history',
    'map-history-size',
    'map-no-arguments',
    'map-environment',
    'map-names',
    'state-dir',
    'db',
    'mirror',
    'offline',
    'cache-dir',
    'layer-cache-size',
    'layer-cache-age',
    'timeout',
    'threads',
    'log-level',
  ],
  formats: ['table', 'json'],
  examples: [
    'drydock map',
    'drydock map --engine podman --listen 127.0.0.1:8040',
    'drydock map --once',
    'drydock map --report-to https://drydock.example --server-token-file token',
  ],
  run,
};
