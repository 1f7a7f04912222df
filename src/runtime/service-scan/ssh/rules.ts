import type { ServiceRule } from '../finding.ts';

const common = { kind: 'service', confidence: 'certain' } as const;

/** Rules on SSH, which our own code speaks. */
export const sshRules = {
  protocolOne: {
    ...common,
    id: 'service.ssh-protocol-one',
    severity: 'high',
    title: 'SSH 1 is spoken',
    why: 'The first version of the protocol can be read and changed by somebody in between.',
    remediation: 'Use a server that speaks SSH 2 alone.',
    sources: ['https://www.rfc-editor.org/rfc/rfc4253'],
  },
  weakAlgorithms: {
    ...common,
    id: 'service.ssh-weak-algorithms',
    severity: 'low',
    title: 'SSH offers weak algorithms',
    why: 'Key exchange with short groups or SHA-1, ciphers in CBC mode or RC4, and MACs with MD5 do not protect as they should.',
    remediation: 'Name the algorithms of today in KexAlgorithms, Ciphers, MACs and HostKeyAlgorithms.',
    sources: ['https://www.rfc-editor.org/rfc/rfc9142', 'https://www.rfc-editor.org/rfc/rfc8758'],
  },
  hostKeyInImage: {
    ...common,
    id: 'service.ssh-host-key-in-image',
    confidence: 'medium',
    severity: 'high',
    title: 'The host key of SSH lies in the image',
    why: 'Every container of the image has the same key, and whoever can pull the image can act as each of them.',
    remediation: 'Remove /etc/ssh/ssh_host_* from the image, and make keys when the container starts (ssh-keygen -A).',
    sources: ['https://man.openbsd.org/sshd#FILES'],
  },
} as const satisfies Record<string, ServiceRule>;
