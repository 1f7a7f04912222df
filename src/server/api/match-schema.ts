import { z } from 'zod';
import {
  AdvisoriesSchema,
  DistributionSchema,
  FindingSchema,
  PackageSchema,
  ProblemSchema,
} from '../../report/schema.ts';

export const MOST_PACKAGES = 50_000;

/** What `drydock scan --server` sends. A service checks it by inventory-check.ts. */
export const Inventory = z
  .object({
    distribution: DistributionSchema.optional(),
    layers: z
      .array(
        z.object({
          index: z.int().min(0),
          digest: z.string().optional(),
          diffId: z.string().optional(),
          size: z.number().min(0).default(0),
          instruction: z.string().optional(),
          historyIndex: z.int().min(0).optional(),
        }),
      )
      .max(10_000)
      .default([])
      .describe('Base first; findings name them.'),
    packages: z.array(PackageSchema).max(MOST_PACKAGES),
    lockfiles: z.boolean().optional().describe('Judge also what lockfiles and manifests ask for.'),
  })
  .meta({
    id: 'Inventory',
    examples: [
      {
        distribution: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
        layers: [{ index: 0 }],
        packages: [
          {
            name: 'bash',
            version: '5.2.15-2+b2',
            type: 'deb',
            purl: 'pkg:deb/debian/bash@5.2.15-2%2Bb2?distro=debian-12',
            source: { name: 'bash', version: '5.2.15-2' },
            licences: [],
            distribution: 'debian:12',
            layer: { index: 0 },
            locations: ['var/lib/dpkg/status'],
            presence: 'present',
          },
        ],
      },
    ],
  });

/** What is wrong with them. */
export const MatchedPackages = z
  .object({
    findings: z.array(FindingSchema).readonly(),
    problems: z.array(ProblemSchema).readonly().describe('What could not be judged.'),
    advisories: AdvisoriesSchema,
  })
  .meta({
    id: 'MatchedPackages',
    examples: [{ findings: [], problems: [], advisories: { feeds: [], starter: false } }],
  });
