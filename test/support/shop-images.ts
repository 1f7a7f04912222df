import type { ImageKnowledge, KnownPackage } from '../../src/model/topology.ts';

/** An image of the shop: what runs of it, and which of its packages have findings. */
export interface ShopImage {
  readonly reference: string;
  readonly program: string;
  readonly port?: number;
  readonly libraries: readonly string[];
  readonly state?: ImageKnowledge['state'];
  readonly reason?: string;
  readonly packages: readonly ShopPackage[];
}

interface ShopPackage extends Pick<KnownPackage, 'name' | 'version' | 'vulnerabilities'> {
  readonly of: 'deb/debian' | 'maven' | 'golang' | 'npm';
  readonly files: readonly string[];
}

const ssl = '/usr/lib/x86_64-linux-gnu/libssl.so.3';
const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const log4j = '/app/lib/log4j-core-2.14.1.jar';
const curl = '/usr/lib/x86_64-linux-gnu/libcurl.so.4';

const openssl: ShopPackage = {
  ...{ name: 'libssl3', version: '3.0.7-1', of: 'deb/debian', files: [ssl] },
  vulnerabilities: [
    { id: 'CVE-2023-0286', severity: 'high', fixedVersion: '3.0.8-1', epss: 0.88 },
    { id: 'CVE-2023-0464', severity: 'medium', fixedVersion: '3.0.9-1', epss: 0.01 },
  ],
};

const glibc: ShopPackage = {
  ...{ name: 'libc6', version: '2.36-9+deb12u2', of: 'deb/debian', files: [libc] },
  vulnerabilities: [{ id: 'CVE-2023-4911', severity: 'high', fixedVersion: '2.36-9+deb12u3', knownExploited: true }],
};

/** In the image, and never in memory. */
const unused: ShopPackage = {
  ...{ name: 'libcurl4', version: '7.88.1-10', of: 'deb/debian', files: [curl] },
  vulnerabilities: [{ id: 'CVE-2023-38545', severity: 'critical', fixedVersion: '7.88.1-10+deb12u4' }],
};

/** The images of the shop (`shop-world.ts`), with vulnerabilities that there really are. */
export const images = {
  nginx: {
    ...{ reference: 'nginx:1.25', program: '/usr/sbin/nginx', port: 443, libraries: [libc, ssl] },
    packages: [openssl],
  },
  web: {
    ...{ reference: 'registry.example/shop/web:7.2', program: '/usr/local/bin/node', port: 3000, libraries: [libc] },
    packages: [
      {
        ...{ name: 'node', version: '20.5.0', of: 'npm', files: ['/usr/local/bin/node'] },
        vulnerabilities: [{ id: 'CVE-2023-32006', severity: 'medium', fixedVersion: '20.5.1' }],
      },
      unused,
    ],
  },
  api: {
    ...{ reference: 'registry.example/shop/api:7.2', program: '/opt/java/bin/java', port: 8080 },
    libraries: [libc, log4j],
    packages: [
      {
        ...{ name: 'log4j-core', version: '2.14.1', of: 'maven', files: [log4j] },
        vulnerabilities: [
          { id: 'CVE-2021-44228', severity: 'critical', fixedVersion: '2.15.0', knownExploited: true, epss: 0.94 },
          { id: 'CVE-2021-45046', severity: 'critical', fixedVersion: '2.16.0', knownExploited: true, epss: 0.94 },
          { id: 'CVE-2021-45105', severity: 'medium', fixedVersion: '2.17.0' },
        ],
      },
      unused,
    ],
  },
  redis: {
    ...{ reference: 'redis:8.2', program: '/usr/local/bin/redis-server', port: 6379, libraries: [libc] },
    packages: [],
  },
  mailer: {
    ...{ reference: 'registry.example/shop/mailer:2.0', program: '/usr/bin/python3.11', libraries: [libc, ssl] },
    packages: [
      {
        ...openssl,
        vulnerabilities: [{ id: 'CVE-2023-2975', severity: 'low', fixedVersion: '3.0.10-1' }],
      },
    ],
  },
  postgres: {
    ...{ reference: 'postgres:17.2', program: '/usr/lib/postgresql/17/bin/postgres', port: 5432, libraries: [libc] },
    packages: [unused],
  },
  rabbitmq: {
    ...{ reference: 'rabbitmq:4.0', program: '/opt/erlang/bin/beam.smp', port: 5672, libraries: [libc] },
    ...{ state: 'failed', reason: 'The registry answered 401 for rabbitmq:4.0.', packages: [] },
  },
  search: {
    ...{ reference: 'registry.example/shop/search:1.8', program: '/usr/bin/searchd', port: 9200 },
    ...{ libraries: [libc], packages: [glibc] },
  },
  backup: {
    ...{ reference: 'registry.example/ops/backup:latest', program: '/usr/bin/restic', libraries: [] },
    ...{ state: 'unknown', packages: [] },
  },
  grafana: {
    ...{ reference: 'grafana/grafana:11.3', program: '/usr/share/grafana/bin/grafana', port: 3000, libraries: [] },
    packages: [
      {
        ...{ name: 'stdlib', version: '1.22.7', of: 'golang', files: ['/usr/share/grafana/bin/grafana'] },
        vulnerabilities: [{ id: 'CVE-2024-45336', severity: 'medium', fixedVersion: '1.22.11' }],
      },
    ],
  },
  prometheus: {
    ...{ reference: 'prom/prometheus:v3.0', program: '/bin/prometheus', port: 9090, libraries: [], packages: [] },
  },
} satisfies Readonly<Record<string, ShopImage>>;
