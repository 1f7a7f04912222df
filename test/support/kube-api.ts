import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { CertificateFolders } from './certificate-authority.ts';

/** Lists by the path that they are asked for at: `/api/v1/namespaces/shop/pods`. */
export type KubeLists = Readonly<Record<string, readonly object[]>>;

export interface KubeApiOptions {
  readonly lists: KubeLists;
  readonly certificates: CertificateFolders;
  /** The token that it knows; a client certificate of its authority does as well. */
  readonly token: string;
  /** Paths that this user may not see. */
  readonly forbidden?: readonly string[];
}

const PAGE = 2;

/** An API server of Kubernetes on a free port of this machine: it has lists, in pages of two, and nothing else. */
export class KubeApi {
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor({ lists, certificates, token, forbidden = [] }: KubeApiOptions) {
    const pem = (name: string): Buffer => readFileSync(path.join(certificates.server, name));
    const tls = { cert: pem('cert.pem'), key: pem('key.pem'), ca: pem('ca.pem') };
    this.#server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (request, response) => {
      const url = new URL(request.url ?? '/', 'https://cluster.test');
      this.asked.push(url.pathname);
      const send = (status: number, body: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      const failure = (code: number, message: string): void =>
        send(code, { kind: 'Status', status: 'Failure', message, code });
      const socket = request.socket as import('node:tls').TLSSocket;
      if (!socket.authorized && request.headers.authorization !== `Bearer ${token}`)
        return failure(401, 'Unauthorized');
      if (forbidden.includes(url.pathname)) return failure(403, `${url.pathname} is forbidden`);
      const list = lists[url.pathname] ?? (/\/(?:[a-z]+)$/.test(url.pathname) ? [] : undefined);
      if (list === undefined) return failure(404, 'not found');
      const start = Number(url.searchParams.get('continue') ?? 0);
      const next = start + PAGE < list.length ? { continue: String(start + PAGE) } : {};
      send(200, { kind: 'List', metadata: { resourceVersion: '1', ...next }, items: list.slice(start, start + PAGE) });
    });
  }

  static async start(options: KubeApiOptions): Promise<KubeApi> {
    const api = new KubeApi(options);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const pod = (containers: readonly object[], more: object = {}): object => ({ containers, ...more });
const template = (spec: object): object => ({ metadata: { labels: { app: 'shop' } }, spec });
const owned = (kind: string, name: string): object => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name, uid: 'u', controller: true }],
});

/**
 * What a small shop runs in the namespace `shop`: a Deployment with an init container and two pods, its set of before, a
 * CronJob that does not run now, and a pod that nobody owns.
 * @param image makes the name of an image from its short one
 * @param digest what the nodes run of `web`
 */
export function shopLists(image: (name: string) => string, digest: string): KubeLists {
  const web = pod([{ name: 'web', image: image('web') }], {
    initContainers: [{ name: 'migrate', image: image('tool') }],
  });
  const status = {
    containerStatuses: [
      { name: 'web', image: image('web'), imageID: `${image('web').replace(/:[^:/]*$/, '')}@${digest}` },
    ],
    initContainerStatuses: [{ name: 'migrate', imageID: `sha256:${'0'.repeat(64)}` }],
  };
  const named = (name: string, more: object = {}): object => ({ name, namespace: 'shop', ...more });
  const at = (api: string, plural: string): string => `/${api}/namespaces/shop/${plural}`;
  return {
    [at('apis/apps/v1', 'deployments')]: [{ metadata: named('web'), spec: { replicas: 2, template: template(web) } }],
    [at('apis/apps/v1', 'replicasets')]: [
      { metadata: named('web-new', owned('Deployment', 'web')), spec: { replicas: 2, template: template(web) } },
      {
        metadata: named('web-old', owned('Deployment', 'web')),
        spec: { replicas: 0, template: template(pod([{ name: 'web', image: image('old') }])) },
      },
    ],
    [at('apis/batch/v1', 'cronjobs')]: [
      {
        metadata: named('nightly'),
        spec: { jobTemplate: { spec: { template: template(pod([{ name: 'report', image: image('tool') }])) } } },
      },
    ],
    [at('api/v1', 'pods')]: [
      { metadata: named('web-new-1', owned('ReplicaSet', 'web-new')), spec: web, status },
      { metadata: named('web-new-2', owned('ReplicaSet', 'web-new')), spec: web, status },
      { metadata: named('debug'), spec: pod([{ name: 'sh', image: image('tool') }]) },
    ],
  };
}
