import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { isLocalAddress, parseListenAddress, showAddress } from '../../config/service-address.ts';
import { Secret } from '../../config/service-secret.ts';
import { mapCollecting, mapKeeping, type ServiceSettings, serviceSettings } from '../../config/service-settings.ts';
import { UsageError } from '../../errors.ts';
import { createServiceLog } from '../../server/service-log.ts';
import type { Invocation } from '../command.ts';
import { runService } from '../serve.ts';

/** The port of Weave Scope, which is gone. */
const LISTEN = '127.0.0.1:4040';

/** Serves the map of this machine until a signal ends it: page, API, and nothing else. */
export async function serveMap(invocation: Invocation): Promise<number> {
  const { configuration, io } = invocation;
  const token = configuration.settings['no-token'] ? undefined : `drydock_${randomBytes(32).toString('base64url')}`;
  const settings = settingsOf(invocation, token);
  const log = createServiceLog({
    // What a service tells of itself is for machines; whoever sits before a map wants to know of what fails.
    level: configuration.origins.get('log-level') === 'default' ? 'error' : settings.logLevel,
    write: (line) => void io.stderr.write(line),
  });
  if (token !== undefined) log.hide(token);
  return await runService(invocation, settings, {
    log,
    reloads: false,
    onReady: async ({ address }) => {
      // Behind the hash no server and no log gets to see it.
      const secret = token === undefined ? '' : `#token=${token}`;
      await io.stdout.write(`http://${showAddress(address)}/map${secret}\n`);
      io.log.info({}, 'the map of this machine is at that address; Ctrl-C ends it');
    },
  });
}

function settingsOf({ configuration, io }: Invocation, token: string | undefined): ServiceSettings {
  const { settings, origins } = configuration;
  const text = origins.get('listen') === 'default' ? LISTEN : settings.listen;
  const listen = parseListenAddress(text);
  if (listen === undefined) {
    throw new UsageError('usage.option', `--listen: HOST:PORT is expected, not ${JSON.stringify(text)}.`);
  }
  if (token === undefined && !isLocalAddress(listen)) {
    throw new UsageError(
      'usage.option',
      `--no-token: ${showAddress(listen)} is reachable from other machines, and anybody could look there.`,
    );
  }
  // What `drydock serve` is told of itself is not meant for this.
  const { healthListen: _, tls: __, observe: ___, ...service } = serviceSettings(configuration, io.environment);
  return {
    ...service,
    listen,
    insecureListen: false,
    // A store of its own: a service may be running beside it.
    store: new Secret(path.join(service.stateFolder, 'map', 'images.db')),
    stateFolder: path.join(service.stateFolder, 'map'),
    roles: new Set(['api', 'worker']),
    page: true,
    updateInterval: 0,
    notify: { attempts: 0, renotifyInterval: 0 },
    tokens:
      token === undefined ? [] : [{ name: 'map', scope: 'admin', digest: createHash('sha256').update(token).digest() }],
    map: {
      engine: settings.engine,
      controls: settings['map-controls'],
      ...mapKeeping(configuration),
      ...mapCollecting(configuration),
    },
  };
}
