import type { Rule } from '../rule.ts';
import { repeats } from './repeats.ts';

const missing: Rule = {
  doc: {
    id: 'healthcheck-missing',
    kind: 'configuration',
    title: 'Nothing tells whether a container is healthy',
    severity: 'negligible',
    why:
      'Docker and Swarm think that all is well while the process lives, also when it hangs or answers with errors only. ' +
      'Kubernetes asks probes of its own and does not look at this.',
    remediation: 'Add HEALTHCHECK with a command that asks the service.',
    aliases: ['dockle:CIS-DI-0006', 'trivy:DS-0026', 'hadolint:DL3057', 'cis-docker:4.6'],
    example: {
      wrong: 'CMD ["/srv/app"]',
      right: 'HEALTHCHECK --interval=30s --timeout=3s CMD ["/srv/app", "--health"]\nCMD ["/srv/app"]',
    },
    sources: ['https://docs.docker.com/reference/dockerfile/#healthcheck'],
    caveats:
      'The OCI format has no place for it: of such an image without one it is open whether the build file had one.',
  },
  *judge({ config, view }) {
    const { healthcheck } = config;
    if (healthcheck?.test[0] === 'NONE') {
      yield { evidence: 'The health check of the base image is switched off (HEALTHCHECK NONE).' };
      return;
    }
    if (healthcheck !== undefined && healthcheck.test.length > 0) return;
    const { mediaType } = view.image;
    if (mediaType?.startsWith('application/vnd.oci.image.') === true) {
      yield { undecided: 'cannot be decided: the image is in the OCI format, which drops health checks' };
      return;
    }
    yield { evidence: 'The configuration has no health check.' };
  },
};

const repeated: Rule = {
  doc: {
    id: 'healthcheck-repeated',
    kind: 'configuration',
    title: 'Several health checks are set, of which the last one counts',
    severity: 'negligible',
    why: 'The others are without effect, which whoever reads the build file may not see.',
    remediation: 'Keep one HEALTHCHECK.',
    aliases: ['trivy:DS-0023', 'hadolint:DL3012'],
    caveats: 'A base image may have one of its own, which is then replaced on purpose: the confidence is low.',
  },
  judge: (image) => repeats(image, 'HEALTHCHECK'),
};

export const healthcheckRules: readonly Rule[] = [missing, repeated];
