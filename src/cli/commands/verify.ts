import type { Command } from '../command.ts';

export const command: Command = {
  name: 'verify',
  summary: 'Verify the signatures and attestations of an image.',
  description:
    'Shows what the registry has of the image, who signed it, and whether that is somebody you trust (docs/attestations.md). The status is 0 where something that was asked for is verified, else 1.',
  arguments: [
    { name: 'image', description: 'in a registry; with --attestation also a file, or a digest', offers: 'files' },
  ],
  options: [
    'key',
    'type',
    'attestation',
    'certificate-roots',
    'certificate-identity',
    'certificate-oidc-issuer',
    'format',
    'platform',
    'offline',
    'registry-mirror',
    'plain-http',
    'registry-auth-file',
    'timeout',
  ],
  formats: ['table', 'json'],
  examples: [
    'drydock verify ghcr.io/example/shop:1 --key cosign.pub',
    'drydock verify ghcr.io/example/shop:1 --key cosign.pub --type spdx -f json',
    'drydock verify image.tar --attestation sbom.dsse.json --key key.pub',
  ],
  run: async (invocation) => await (await import('../attest/verify-command.ts')).verifyImage(invocation),
};
