import type { Rule } from '../rule.ts';
import { commandRule, documentLines, hasFlag, type RanCommand, shown } from './commands.ts';

/** What a command says to switch a check off, in words; undefined where it does not. */
function switchedOff({ program, words, command }: RanCommand): string | undefined {
  const has = (...flags: string[]): boolean => hasFlag(words, ...flags);
  const text = words.join(' ');
  const exported = program === 'export' ? words.flatMap((word) => /^(\w+)=(.*)$/s.exec(word)?.slice(1, 3) ?? []) : [];
  const set = command.assignments.map(({ name, value }) => [name, value.text] as const);
  for (let at = 0; at + 1 < exported.length; at += 2) set.push([exported[at] as string, exported[at + 1] as string]);
  for (const [name, value] of set) {
    if (name === 'NODE_TLS_REJECT_UNAUTHORIZED' && value === '0') return 'Node.js believes every certificate';
    if (name === 'GIT_SSL_NO_VERIFY' && value !== '' && value !== '0') return 'git believes every certificate';
    if (name === 'PYTHONHTTPSVERIFY' && value === '0') return 'Python believes every certificate';
    if (name === 'GOINSECURE' && value !== '') return 'go fetches modules without checking who answers';
    if (name === 'GONOSUMDB' && value === '*') return 'go compares no module with the database of digests';
    if ((name === 'GOSUMDB' || name === 'GONOSUMCHECK') && /^(?:off|1)$/.test(value))
      return 'go compares no module with the database of digests';
  }
  switch (program) {
    case 'curl':
      return has('-k', '--insecure', '--proxy-insecure', '--doh-insecure')
        ? 'curl believes every certificate'
        : undefined;
    case 'wget':
      return has('--no-check-certificate') ? 'wget believes every certificate' : undefined;
    case 'git': {
      const isOff = words.some(
        (word, at) =>
          /^http\.(?:.+\.)?sslverify(?:=false)?$/i.test(word) &&
          (/=false$/i.test(word) || /^(?:false|0|no|off)$/i.test(words[at + 1] ?? '')),
      );
      return isOff ? 'git believes every certificate' : undefined;
    }
    case 'npm':
    case 'yarn':
    case 'pnpm':
      return /(?:^|[ -])strict-ssl[ =]"?false/i.test(text) ? `${program} believes every certificate` : undefined;
    case 'apt':
    case 'apt-get':
    case 'aptitude':
      if (has('--allow-unauthenticated', '--force-yes', '--allow-insecure-repositories'))
        return 'apt installs packages that nobody signed';
      return /(?:AllowUnauthenticated|AllowInsecureRepositories|Verify-Peer=["']?(?:false|0)|Acquire::Check-Valid-Until=["']?(?:false|0))/i.test(
        text,
      ) && !/AllowUnauthenticated=["']?(?:false|0)/i.test(text)
        ? 'apt does not check what it gets'
        : undefined;
    case 'yum':
    case 'dnf':
    case 'microdnf':
    case 'tdnf':
      if (has('--nogpgcheck', '--nogpg')) return `${program} installs packages that nobody signed`;
      return /gpgcheck=(?:0|false)|sslverify=(?:0|false)/i.test(text)
        ? `${program} does not check what it gets`
        : undefined;
    case 'yum-config-manager':
      return /gpgcheck=0|sslverify=(?:0|false)/i.test(text) ? 'yum does not check what it gets' : undefined;
    case 'zypper':
      return has('--no-gpg-checks', '--gpg-auto-import-keys', '-G', '--no-gpgcheck', '--allow-unsigned-rpm')
        ? 'zypper does not ask who signed'
        : undefined;
    case 'rpm':
      return has('--nosignature', '--nodigest', '--noverify') && has('-i', '-U', '-F', '--install', '--upgrade')
        ? 'rpm installs packages that nobody signed'
        : undefined;
    case 'apk':
      return has('--allow-untrusted') ? 'apk installs packages that nobody signed' : undefined;
    case 'gem':
      return has('-P', '--trust-policy') && /NoSecurity/.test(text) ? 'gem does not ask who signed' : undefined;
    case 'composer':
      return /secure-http[ =]"?false|disable-tls[ =]"?true/i.test(text) ? 'composer fetches without TLS' : undefined;
    case 'update-ca-certificates':
      return undefined;
    case 'ssh':
    case 'scp':
    case 'sftp':
      return /StrictHostKeyChecking[= ]"?(?:no|off)/i.test(text) ? `${program} believes every host` : undefined;
    case 'docker':
    case 'podman':
    case 'skopeo':
    case 'crane':
      return /--(?:dest-|src-)?tls-verify=false|--insecure(?:-registry)?\b/i.test(text)
        ? `${program} believes every certificate`
        : undefined;
    default:
      return /^(?:pip[\d.]*|python[\d.]*)$/.test(program) && has('--trusted-host')
        ? 'pip believes whoever answers for the host'
        : undefined;
  }
}

const checks: Rule = commandRule(
  {
    id: 'verification-disabled',
    kind: 'history',
    title: 'A command of the build does not check whom it talks to, or who signed',
    severity: 'high',
    why: 'An attacker on the way, or one who holds a mirror, hands the build any program; it becomes a part of the image.',
    remediation:
      'Leave the option out; install the certificate of the authority that is missing, or the key of the repository.',
    aliases: ['cis-docker:4.11', 'cis-docker:4.12'],
    example: {
      wrong: 'RUN curl -k https://example.org/x',
      right: 'COPY our-ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates',
    },
    sources: ['https://cwe.mitre.org/data/definitions/295.html'],
    caveats: 'Where a digest that stands in the build file is compared afterwards, the way there does not matter.',
  },
  (ran) => {
    const what = switchedOff(ran);
    return what === undefined ? undefined : `It runs ${shown(ran)}: ${what}.`;
  },
);

const written: Rule = commandRule(
  {
    id: 'verification-disabled-by-file',
    kind: 'history',
    title: 'A file of settings is written that switches checks off',
    severity: 'high',
    why: 'It holds for every later build step and for containers, too.',
    remediation: 'Sign the repository, and name its key: signed-by=..., gpgcheck=1.',
    aliases: ['cis-docker:4.11'],
    example: {
      wrong: 'RUN echo "deb [trusted=yes] http://example.org ./" > /etc/apt/sources.list.d/x.list',
      right:
        'RUN echo "deb [signed-by=/etc/apt/keyrings/x.asc] https://example.org ./" > /etc/apt/sources.list.d/x.list',
    },
  },
  (ran) => {
    const { program, words } = ran;
    const isWriting = /^(?:echo|printf|cat|tee|sed)$/.test(program);
    if (!isWriting) return undefined;
    // What printf makes of it.
    const texts = [...words.flatMap((text) => text.replace(/\\n/g, '\n').split('\n')), ...documentLines(ran)];
    const found = texts.find((text) =>
      /\[[^\][]{0,200}trusted=yes|^[ \t]{0,20}(?:repo_)?gpgcheck[ \t]{0,5}=[ \t]{0,5}0|\bgpgcheck=0|AllowUnauthenticated\s+"?(?:true|1)|Verify-Peer\s+"?false|strict-ssl\s*=\s*false|sslverify\s*=\s*(?:false|0)|StrictHostKeyChecking\s+no|trusted-host\s*=/im.test(
        text,
      ),
    );
    return found === undefined ? undefined : `It runs ${shown(ran)}.`;
  },
);

export const unverifiedRules: readonly Rule[] = [checks, written];
