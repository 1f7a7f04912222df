import { whyNoRule } from '../../../src/checks/ids-of-others.ts';
import { checks } from '../../../src/checks/index.ts';
import { FormatError, LimitError, UsageError } from '../../../src/errors.ts';
import { readAttestedVex } from '../../../src/formats/vex/attestation.ts';
import { readVex } from '../../../src/formats/vex/read.ts';
import { importFile } from '../../../src/policy/import/import.ts';
import { writePolicy } from '../../../src/policy/import/write-policy.ts';
import { readPolicy } from '../../../src/policy/read.ts';
import { applyVex } from '../../../src/policy/vex.ts';
import { VexIndex } from '../../../src/policy/vex-hub.ts';
import { makeReport, makeVulnerability } from '../../support/report.ts';
import { jsonValue } from './format-mutations.ts';
import { allowed, type FuzzReader } from './fuzz-reader.ts';

const whyNot = (tool: string, id: string): string | undefined => whyNoRule(tool, id, checks);
const now = new Date('2026-08-21T12:00:00Z');
const subject = makeReport({ findings: [makeVulnerability('CVE-2024-1', 'openssl', '3.0.11')] });

const openvex = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  timestamp: '2024-01-01T00:00:00Z',
  statements: [
    {
      vulnerability: { name: 'CVE-2024-1', aliases: ['GHSA-1'] },
      products: [
        {
          '@id': 'pkg:oci/example@sha256%3Aab?repository_url=docker.io/library/example&tag=1',
          hashes: { 'sha-256': 'ab' },
          subcomponents: [{ '@id': 'pkg:deb/debian/openssl@3.0.11?distro=bookworm' }],
        },
      ],
      status: 'not_affected',
      justification: 'component_not_present',
    },
  ],
};

const cyclonedx = {
  bomFormat: 'CycloneDX',
  metadata: { component: { 'bom-ref': 'a', name: 'example', purl: 'pkg:oci/example' } },
  components: [{ 'bom-ref': 'c', purl: 'pkg:deb/debian/openssl', components: [{ 'bom-ref': 'd' }] }],
  vulnerabilities: [
    {
      id: 'CVE-2024-1',
      analysis: { state: 'not_affected', justification: 'code_not_present', detail: 'x' },
      affects: [{ ref: 'c', versions: [{ version: '3.0.11' }] }],
    },
  ],
};

const policy = `horizon: 300
accept:
  - id: [CVE-2024-1, "CVE-2024-2"]
    version: ">= 1.0, < 4"
    package: 'pkg:deb/debian/openssl'
    reason: |
      not
      reachable
    expires: 2026-12-31
`;

const toml = `[[IgnoredVulns]]
id = "GO-2022-0968"
ignoreUntil = 2026-11-09
[[PackageOverrides]]
name = """a"""
vulnerability.ignore = true
x = [1, { y = 'z' }]
`;

const errors = [FormatError, LimitError, UsageError];

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

async function imported(name: string, bytes: Buffer): Promise<void> {
  await allowed(errors, async () => {
    const { text } = writePolicy([await importFile(name, bytes.toString(), whyNot)], now);
    // What is written can be read, whatever it was made of.
    await readPolicy(text, 'p.yaml', now).catch((error: unknown) => {
      throw new Error('a policy that was written cannot be read', { cause: error });
    });
  });
}

/** Readers of policies and of what others say on exploitability. */
export const policyReaders: readonly FuzzReader[] = [
  {
    name: 'vex',
    seeds: () => [bytesOf(openvex), bytesOf(cyclonedx)],
    mutations: [jsonValue],
    run: async (bytes) =>
      await allowed(errors, () => applyVex(subject, [{ name: 'x', document: readVex(bytes) }], now)),
  },
  {
    name: 'attestation',
    seeds: () => {
      const statement = {
        predicateType: 'https://openvex.dev/ns',
        subject: [{ digest: { sha256: 'ab' } }],
        predicate: openvex,
      };
      return [bytesOf(statement), bytesOf({ dsseEnvelope: { payload: bytesOf(statement).toString('base64') } })];
    },
    mutations: [jsonValue],
    run: async (bytes) => await allowed(errors, () => readAttestedVex(bytes)),
  },
  {
    name: 'vex-index',
    seeds: () => [bytesOf({ packages: [{ id: 'pkg:deb/debian/openssl', location: 'pkg/x.json' }] })],
    mutations: [jsonValue],
    run: async (bytes) => await allowed(errors, () => new VexIndex(bytes).locationsFor(subject)),
  },
  {
    name: 'policy',
    seeds: () => [Buffer.from(policy)],
    run: async (bytes) => await allowed(errors, async () => await readPolicy(bytes.toString(), 'p.yaml', now)),
  },
  {
    name: 'osv-scanner.toml',
    seeds: () => [Buffer.from(toml)],
    run: async (bytes) => await imported('osv-scanner.toml', bytes),
  },
  {
    name: 'trivyignore',
    seeds: () => [Buffer.from('# why\nCVE-2024-1 exp:2026-10-01 # x\nAVD-DS-0002\n')],
    run: async (bytes) => await imported('.trivyignore', bytes),
  },
  {
    name: 'grype.yaml',
    seeds: () => [
      Buffer.from(
        'ignore:\n  - vulnerability: CVE-2024-1\n    fix-state: fixed\n    package: {name: a, version: "1", type: deb}\n',
      ),
    ],
    run: async (bytes) => await imported('.grype.yaml', bytes),
  },
];
