import type { V1Route } from '../call.ts';
import { json } from '../http/answer.ts';
import { encodeJson } from '../json/encode.ts';
import { namespaceEnvelope } from '../wire.ts';
import { fixRoutes } from './fixes.ts';
import { layerRoutes } from './layers.ts';
import { notificationRoutes } from './notifications.ts';
import { vulnerabilityRoutes } from './vulnerabilities.ts';

const getNamespaces: V1Route = {
  name: 'getNamespaces',
  method: 'GET',
  path: '/namespaces',
  async handle(_call, { store }) {
    const namespaces = await store.namespaces();
    const shown = namespaces.map(({ name, versionFormat }) => ({ Name: name, VersionFormat: versionFormat }));
    return json(200, encodeJson(namespaceEnvelope, { Namespaces: shown.length === 0 ? null : shown }));
  },
};

const getMetrics: V1Route = {
  name: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  async handle(call, { metrics }) {
    const gzip = call.acceptEncoding.split(',').some((coding) => /^\s*gzip(?:\s*;|\s*$)/.test(coding));
    return {
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4' },
      body: await metrics.render(),
      compressible: gzip,
      sized: true,
      // Clair does not know the status there.
      counted: { code: '???' },
    };
  },
};

/** All routes of the v1 API. */
export const v1Routes: readonly V1Route[] = [
  ...layerRoutes,
  getNamespaces,
  ...vulnerabilityRoutes,
  ...fixRoutes,
  ...notificationRoutes,
  getMetrics,
];
