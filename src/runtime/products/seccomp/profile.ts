import { compareText } from '../../../model/order.ts';

/** A profile as container engines read it (OCI runtime specification, "Seccomp"; Docker's `--security-opt seccomp=FILE`). */
export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO' | 'SCMP_ACT_LOG';
  /** EPERM, as engines answer by themselves. */
  readonly defaultErrnoRet?: 1;
  readonly architectures: readonly string[];
  readonly syscalls: readonly { readonly names: readonly string[]; readonly action: 'SCMP_ACT_ALLOW' }[];
}

/** Names of architectures by those of images; a program of another one is killed at its first call. */
const architectures: Readonly<Record<string, readonly string[]>> = {
  amd64: ['SCMP_ARCH_X86_64'],
  arm64: ['SCMP_ARCH_AARCH64'],
  arm: ['SCMP_ARCH_ARM'],
  '386': ['SCMP_ARCH_X86'],
  ppc64le: ['SCMP_ARCH_PPC64LE'],
  s390x: ['SCMP_ARCH_S390X'],
  riscv64: ['SCMP_ARCH_RISCV64'],
};

/**
 * The profile that allows exactly these calls. `log` writes to the machine's log what it would forbid, and forbids nothing.
 * @param names of system calls; anything else is left out
 */
export function seccompProfile(
  names: Iterable<string>,
  architecture: string,
  otherwise: 'forbid' | 'log' = 'forbid',
): SeccompProfile {
  const allowed = [...new Set(names)].filter((name) => /^[a-z_][a-z0-9_]{1,40}$/.test(name)).sort(compareText);
  return {
    ...(otherwise === 'forbid'
      ? { defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1 }
      : { defaultAction: 'SCMP_ACT_LOG' }),
    architectures: architectures[architecture] ?? [],
    syscalls: [{ names: allowed, action: 'SCMP_ACT_ALLOW' }],
  };
}

/** Names that a profile allows. */
export function allowedCalls({ syscalls }: SeccompProfile): readonly string[] {
  return syscalls.flatMap(({ names }) => names);
}

/** The profile as an object of the Security Profiles Operator (API security-profiles-operator.x-k8s.io/v1beta1). */
export function seccompResource(profile: SeccompProfile, name: string): object {
  return {
    apiVersion: 'security-profiles-operator.x-k8s.io/v1beta1',
    kind: 'SeccompProfile',
    metadata: { name },
    spec: {
      defaultAction: profile.defaultAction,
      architectures: profile.architectures,
      syscalls: profile.syscalls,
    },
  };
}

/** How a pod uses a profile that lies in the kubelet's folder (Kubernetes, "Restrict a Container's Syscalls with seccomp"). */
export function seccompPodSetting(file: string): object {
  return { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: file } } };
}
