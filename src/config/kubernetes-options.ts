import type { OptionSpec } from './option-spec.ts';

/** Options of `drydock kubernetes`: part of `optionTable`. */
export const kubernetesOptions = {
  kubeconfig: {
    kind: 'path',
    value: 'FILE',
    personal: true,
    defaultWords: 'the files of KUBECONFIG, else `~/.kube/config`',
    description: 'The kubeconfig that says which cluster is asked, and with what credentials.',
  },
  'kube-context': {
    kind: 'text',
    value: 'NAME',
    personal: true,
    defaultWords: 'the current one of the kubeconfig',
    description: 'The context of the kubeconfig.',
  },
  namespace: {
    kind: 'text',
    short: 'n',
    value: 'NAME',
    defaultWords: 'that of the context, else `default`',
    description: 'The namespace whose images are meant.',
  },
  'all-namespaces': {
    kind: 'switch',
    default: false,
    description: 'The images of all namespaces.',
  },
  'allow-exec-plugins': {
    kind: 'switch',
    default: false,
    personal: true,
    description:
      'Run the program that the kubeconfig names for credentials (`exec`). Without this nothing that it names is run.',
  },
} as const satisfies Record<string, OptionSpec>;
