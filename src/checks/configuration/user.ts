import type { JudgedImage, Rule, Seen } from '../rule.ts';

const NUMBER = /^\d{1,10}$/;

/** The user without the group: `app` of `app:www`. */
function userOf({ config }: JudgedImage): string {
  return config.user.split(':', 1)[0] as string;
}

/** The history entry that set the user last. */
function lastUser({ history }: JudgedImage): Pick<Seen, 'instruction'> {
  const index = history.instructions.findLast(({ kind }) => kind === 'USER')?.index;
  return index === undefined ? {} : { instruction: index };
}

/** What the image's passwd says of a name; undefined where it has none, or none that could be read. */
function numberOf({ view }: JudgedImage, name: string): number | undefined {
  const passwd = view.facts('accounts').findLast(({ layer, fact }) => {
    return fact.file === 'passwd' && fact.path === 'etc/passwd' && view.hiddenBy(layer, fact.path) === undefined;
  });
  return passwd?.fact.accounts.find((account) => account.name === name)?.id;
}

const root: Rule = {
  doc: {
    id: 'user-root',
    kind: 'configuration',
    title: 'Containers of the image run as root',
    severity: 'medium',
    why:
      'Whoever breaks into the program is root in the container, can change every file of it, and is a flaw in the kernel ' +
      'or a careless mount away from being root on the host.',
    remediation: 'Make a user of its own and end the build file with USER and its number.',
    aliases: ['dockle:CIS-DI-0001', 'trivy:DS-0002', 'hadolint:DL3002', 'cis-docker:4.1'],
    example: {
      wrong: 'CMD ["/srv/app"]',
      right: 'RUN useradd --system --uid 10001 app\nUSER 10001:10001\nCMD ["/srv/app"]',
    },
    sources: [
      'https://docs.docker.com/build/building/best-practices/#user',
      'https://github.com/hadolint/hadolint/wiki/DL3002',
    ],
    caveats:
      'Images that others build upon often leave the choice to them. A program may also give up its rights itself.',
  },
  *judge(image) {
    const user = userOf(image);
    if (user === '') {
      yield { evidence: 'The configuration names no user, so that containers run as root.' };
      return;
    }
    const said = `The configuration sets the user to ${image.config.user}`;
    if (user === 'root' || (NUMBER.test(user) && Number(user) === 0)) {
      yield { evidence: `${said}.`, ...lastUser(image) };
    } else if (numberOf(image, user) === 0) {
      yield { evidence: `${said}, which etc/passwd gives the number 0.`, ...lastUser(image) };
    }
  },
};

const notNumeric: Rule = {
  doc: {
    id: 'user-not-numeric',
    kind: 'configuration',
    title: 'The user is a name, not a number',
    severity: 'negligible',
    why:
      'Kubernetes cannot tell that a name is not root: with `runAsNonRoot` it refuses to start the container. What a name ' +
      'means is decided by a file that the image brings.',
    remediation: 'Write USER with the number of the user.',
    aliases: ['hadolint:DL3066'],
    example: { wrong: 'USER app', right: 'USER 10001:10001' },
    sources: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
  },
  *judge(image) {
    const user = userOf(image);
    if (user === '' || user === 'root' || NUMBER.test(user)) return;
    yield { evidence: `The configuration sets the user to ${image.config.user}.`, ...lastUser(image) };
  },
};

export const userRules: readonly Rule[] = [root, notNumeric];
