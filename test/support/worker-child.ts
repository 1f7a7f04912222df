// Works on what a database has queued, with registries of this machine: node worker-child.ts STORE REGISTRY. Killed by a test.
import { Secret } from '../../src/config/service-secret.ts';
import { startApiService } from './api-service.ts';

const [store = '', registry = ''] = process.argv.slice(2);
await startApiService({ store: new Secret(store), registryHosts: [registry], roles: new Set(['worker'] as const) });
