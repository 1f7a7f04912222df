import type { Command } from '../command.ts';
import { readingOptionNames } from '../reading-options.ts';

export const command: Command = {
  name: 'attest',
  summary: 'State something of an image, signed: its bill of materials, or what a file says.',
  description:
    'Writes a statement (in-toto) in an envelope (DSSE) that cosign and others verify; --push attaches it to the image in its registry (docs/attestations.md). Without --predicate it is the bill of materials of the image, --type cyclonedx or spdx.',
  arguments: [{ name: 'image', description: 'as for scan; with --push in a registry', offers: 'files' }],
  options: ['key', 'key-password', 'type', 'predicate', 'push', ...readingOptionNames],
  examples: [
    'drydock attest image.tar --key cosign.key > image.dsse.json',
    'drydock attest ghcr.io/example/shop:1 --key cosign.key --type spdx --push',
    'drydock attest ghcr.io/example/shop:1 --key key.pem --predicate image.openvex.json --type openvex --push',
  ],
  run: async (invocation) => await (await import('../attest/attest-command.ts')).attestImage(invocation),
};
