import type { Dialer } from '../net/dial.ts';
import type { RegistryClientOptions } from '../net/registry/client.ts';
import { userCredentials } from '../net/registry/credential-files.ts';
import type { Invocation } from './command.ts';
import { mirrorsOf } from './reading-options.ts';

/** How registries are asked, as this command line wants it. */
export function registryOptions({ configuration, io }: Invocation, dialer: Dialer): RegistryClientOptions {
  const { settings } = configuration;
  const authFile = settings['registry-auth-file'];
  const { environment, log, progress } = io;
  return {
    dialer,
    log,
    progress,
    mirrors: mirrorsOf(settings['registry-mirror']),
    plainHttp: settings['plain-http'],
    credentials: userCredentials({ environment, log, ...(authFile !== undefined && { authFile }) }),
  };
}
