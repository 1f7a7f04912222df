import type { OptionSpec } from './option-spec.ts';

/** Options of `drydock attest` and `drydock verify`. */
export const attestationOptions = {
  attestations: {
    kind: 'switch',
    default: false,
    description:
      'Tell what the registry has attached to the image (signatures, bills of materials, provenance, VEX), and whether it is signed by a key that --key names.',
  },
  key: {
    kind: 'words',
    value: 'FILES',
    default: [],
    description:
      'Keys in PEM: public ones to verify by, or the private one to sign with (ECDSA, Ed25519, RSA; of openssl or cosign).',
    personal: true,
  },
  'key-password': {
    kind: 'text',
    value: 'TEXT',
    description: 'Opens the private key. Better in the environment (`DRYDOCK_KEY_PASSWORD`, or `COSIGN_PASSWORD`).',
    secret: true,
    only: 'flag or variable',
  },
  type: {
    kind: 'text',
    value: 'TYPE',
    description:
      'Type of the predicate: `cyclonedx`, `spdx`, `vuln`, `openvex`, `slsaprovenance`, `slsaprovenance1`, `link`, or an address.',
    only: 'flag',
  },
  predicate: {
    kind: 'path',
    value: 'FILE',
    defaultWords: 'a bill of materials of the image',
    description: 'What is stated of the image, in JSON.',
    only: 'flag',
  },
  push: {
    kind: 'switch',
    default: false,
    description: 'Attach the attestation to the image in its registry, instead of writing it to standard output.',
    only: 'flag',
  },
  attestation: {
    kind: 'path',
    value: 'FILE',
    defaultWords: 'what the registry of the image has',
    description: 'Verify this attestation (DSSE, a bundle of Sigstore) in place of those of the registry.',
    only: 'flag',
  },
  'certificate-roots': {
    kind: 'path',
    value: 'FILE',
    description:
      'Certificates (PEM) that those of signers without a key have to lead to. Needs --certificate-identity and --certificate-oidc-issuer.',
    personal: true,
  },
  'certificate-identity': {
    kind: 'text',
    value: 'NAME',
    description: 'Whom the certificate of the signer has to name: an address, or a mail address.',
    personal: true,
  },
  'certificate-oidc-issuer': {
    kind: 'text',
    value: 'ADDRESS',
    description: 'Who has to have vouched for the signer.',
    personal: true,
  },
} as const satisfies Record<string, OptionSpec>;
