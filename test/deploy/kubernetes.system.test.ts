import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { serviceOptions, serviceRoles } from '../../src/config/service-options.ts';
import { projectRoot, runProgram } from '../support/run.ts';
import { ask, startTestService } from '../support/service.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const folder = path.join(projectRoot, 'deploy/kubernetes');
const hasClient = spawnSync('kubectl', ['version', '--client']).status === 0;

type Labels = Readonly<Record<string, string>>;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: object;
  readonly env?: readonly { readonly name: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly securityContext: object;
    readonly serviceAccountName: string;
    readonly containers: readonly Container[];
    readonly volumes: readonly {
      readonly name: string;
      readonly secret?: { readonly secretName: string };
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
    readonly hostNetwork?: boolean;
  };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Labels } & Labels;
    readonly template: PodTemplate;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
    readonly podSelector: { readonly matchLabels?: Labels };
    readonly ingress?: readonly object[];
    readonly egress?: readonly object[];
    readonly policyTypes: readonly string[];
  };
}

const documents = (text: string): Manifest[] => text.split(/^---$/m).map((one) => load(one) as Manifest);

describe.skipIf(!hasClient)('the Kubernetes manifests (skipped: no kubectl)', () => {
  let text: string;
  let manifests: readonly Manifest[];

  beforeAll(async () => {
    const { status, stdout, stderr } = await runProgram('kubectl', ['kustomize', folder]);
    expect([status, stderr]).toEqual([0, '']);
    text = stdout;
    manifests = documents(stdout);
  });

  const of = (kind: string): readonly Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
  const named = (kind: string, name: string): Manifest => of(kind).find(({ metadata }) => metadata.name === name)!;
  const pods = (): readonly PodTemplate[] => of('Deployment').map(({ spec }) => spec.template);
  const podsWith = (labels: Labels): readonly PodTemplate[] =>
    pods().filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels[key] === value));

  it('are of types that kubectl knows, with no member that it does not', async () => {
    // Without a cluster only this command reads a manifest into the types of Kubernetes; what they have not is lost.
    const read = async (chosen: readonly Manifest[]) => {
      const file = writeTemporary('some.json', chosen.map((manifest) => JSON.stringify(manifest)).join('\n'));
      const args = ['set', 'image', '--local', '--filename', file, 'drydock=drydock:test', '--output', 'json'];
      return await runProgram('kubectl', args, { environment: { HOME: temporaryFolder() } });
    };
    const { status, stdout, stderr } = await read(of('Deployment'));
    expect([status, stderr]).toEqual([0, '']);
    const known = stdout.split(/^(?=\{)/m).map((one) => JSON.parse(one) as Manifest);
    const written = JSON.stringify(of('Deployment')).replaceAll(/"image":"[^"]+"/g, '"image":"drydock:test"');
    expect(known).toMatchObject(JSON.parse(written) as object[]);

    // The others are read as well, and refused only because no image is in them.
    const others = manifests.filter(({ kind }) => kind !== 'Deployment');
    const refused = await read(others);
    expect(refused.stderr.match(/does not have a pod template/g)).toHaveLength(others.length);
    expect(refused.stderr).not.toMatch(/decode|unmarshal/);
  });

  it.each([
    ['Service', 'spec.ports.name spec.ports.port spec.ports.targetPort spec.selector.*'],
    ['PodDisruptionBudget', 'spec.maxUnavailable spec.minAvailable spec.selector.matchLabels.*'],
    ['PersistentVolumeClaim', 'spec.accessModes spec.resources.requests.storage'],
    [
      'NetworkPolicy',
      'spec.egress.ports.port spec.egress.ports.protocol spec.egress.to.ipBlock.cidr spec.egress.to.ipBlock.except spec.egress.to.namespaceSelector.matchLabels.* spec.egress.to.podSelector.matchLabels.* spec.ingress.from.namespaceSelector.matchLabels.* spec.ingress.ports.port spec.ingress.ports.protocol spec.podSelector.matchLabels.* spec.policyTypes',
    ],
  ])('have members of %s that Kubernetes has', (kind, members) => {
    const found = new Set<string>();
    const walk = (value: unknown, place: string): void => {
      if (Array.isArray(value)) for (const one of value) walk(one, place);
      else if (typeof value === 'object' && value !== null) {
        const isLabels = /(?:matchLabels|Service spec\.selector)$/.test(`${kind} ${place}`);
        for (const [name, one] of Object.entries(value)) walk(one, `${place}.${isLabels ? '*' : name}`);
      } else found.add(place);
    };
    for (const { spec } of of(kind)) walk(spec, 'spec');
    expect([...found].toSorted()).toEqual(members.split(' '));
  });

  it('have a process for every role, and no role twice', () => {
    const roles = pods().flatMap(({ spec }) => {
      const { args } = spec.containers[0]!;
      return args[args.indexOf('--roles') + 1]!.split(',');
    });
    expect(roles.toSorted()).toEqual([...serviceRoles].toSorted());
  });

  it('select the pods that they mean', () => {
    for (const { spec } of of('Deployment')) {
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
      expect(podsWith(spec.selector.matchLabels)).toHaveLength(1);
    }
    for (const { spec } of of('PodDisruptionBudget')) expect(podsWith(spec.selector.matchLabels)).toHaveLength(1);
    const { spec: service } = named('Service', 'drydock');
    const [pod] = podsWith(service.selector);
    const ports = pod!.spec.containers[0]!.ports.map(({ name }) => name);
    for (const { targetPort } of service.ports) expect(ports).toContain(targetPort);
    const covered = of('NetworkPolicy').map(({ spec }) => podsWith(spec.podSelector.matchLabels ?? {}).length);
    expect(covered.every((count) => count > 0)).toBe(true);
  });

  it('name only what is there', () => {
    const [example] = documents(readFileSync(path.join(folder, 'secret.example.yaml'), 'utf8')) as [Manifest];
    for (const { spec } of pods()) {
      named('ServiceAccount', spec.serviceAccountName);
      const [container] = spec.containers;
      for (const { configMapRef } of container!.envFrom ?? []) {
        expect(Object.keys(named('ConfigMap', configMapRef.name).data!).length).toBeGreaterThan(0);
      }
      for (const { secret, persistentVolumeClaim: claim } of spec.volumes) {
        if (secret !== undefined) expect(secret.secretName).toBe(example.metadata.name);
        if (claim !== undefined) expect(named('PersistentVolumeClaim', claim.claimName)).toBeDefined();
      }
      expect(container!.volumeMounts.map(({ name }) => name)).toEqual(spec.volumes.map(({ name }) => name));
      const mounted = container!.volumeMounts[0]!.mountPath;
      const config = container!.args[container!.args.indexOf('--config') + 1]!;
      expect(Object.keys(example.stringData!).map((file) => `${mounted}/${file}`)).toContain(config);
      const variables = [
        ...(container!.env ?? []).map(({ name }) => name),
        ...Object.keys(named('ConfigMap', 'drydock-settings').data!),
      ];
      for (const name of variables) {
        expect(Object.keys(serviceOptions)).toContain(name.replace('DRYDOCK_', '').toLowerCase().replaceAll('_', '-'));
      }
    }
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace ?? metadata.name))).toEqual(new Set(['drydock']));
  });

  it('keep to the restricted profile', () => {
    for (const { spec } of pods()) {
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(spec).not.toHaveProperty('hostNetwork');
      for (const { securityContext } of spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
    expect(text).not.toMatch(/hostPath|privileged|hostPID|hostPort/);
  });

  it('probe what answers', async () => {
    const service = await startTestService();
    try {
      await service.ready;
      for (const { spec } of pods()) {
        const [container] = spec.containers;
        for (const { httpGet } of [container!.livenessProbe, container!.readinessProbe]) {
          const port = container!.ports.find(({ name }) => name === httpGet.port);
          expect(port?.containerPort).toBe(6061);
          expect((await ask(`${service.healthUrl}${httpGet.path}`)).status).toBe(200);
        }
      }
    } finally {
      await service.stop();
    }
  });

  it('deny what they do not allow: in to the API alone, out to names, the database and https', () => {
    const { spec: deny } = named('NetworkPolicy', 'default-deny');
    expect(deny).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const allowed = of('NetworkPolicy').filter(({ metadata }) => metadata.name !== 'default-deny');
    const ports = (rules: readonly object[] = []) =>
      rules.flatMap((rule) => (rule as { ports: { port: number }[] }).ports.map(({ port }) => port));
    const into = allowed.filter(({ spec }) => spec.ingress !== undefined);
    expect(into.map(({ metadata, spec }) => [metadata.name, ports(spec.ingress)])).toEqual([['api-in', [6060]]]);
    expect(into[0]!.spec.podSelector.matchLabels).toMatchObject({ 'app.kubernetes.io/component': 'api' });
    const out = allowed.flatMap(({ spec }) => ports(spec.egress));
    expect([...new Set(out)].toSorted((a, b) => a - b)).toEqual([53, 443, 5432]);
    for (const { spec } of allowed) {
      for (const [type, rules] of [
        ['Ingress', spec.ingress],
        ['Egress', spec.egress],
      ] as const) {
        expect(spec.policyTypes.includes(type)).toBe(rules !== undefined);
      }
      expect(JSON.stringify(spec)).not.toMatch(/"(?:to|from)":\[\{?\}?\]/);
    }
  });

  it('have no secret in them', () => {
    expect(of('Secret')).toEqual([]);
    const example = readFileSync(path.join(folder, 'secret.example.yaml'), 'utf8');
    expect(example).toContain(':PASSWORD@');
    expect(example).not.toMatch(/[\da-f]{64}|drydock_[\w-]{43}/);
  });
});
