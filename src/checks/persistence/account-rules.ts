import type { AccountsFact, PasswordState } from '../../model/fact.ts';
import type { ImageView, LayerFact } from '../../model/view.ts';
import type { Rule, Seen } from '../rule.ts';
import { isWeakMethod } from './password-method.ts';

type Accounts = LayerFact<'accounts'>;
type Account = AccountsFact['accounts'][number];

/** The file of accounts that a container would have. */
function inSight(view: ImageView, file: AccountsFact['file']): Accounts | undefined {
  return view
    .facts('accounts')
    .findLast(({ layer, fact }) => fact.file === file && view.hiddenBy(layer, fact.path) === undefined);
}

function seenAt({ layer, fact }: Accounts, line: number, evidence: string): Seen {
  return { evidence, layer, path: fact.path, line };
}

/** The state of the password that counts for each account of passwd, and where it stands. */
function* passwords(view: ImageView): Iterable<{
  readonly account: Account;
  readonly file: Accounts;
  readonly line: number;
  readonly password: PasswordState;
}> {
  const passwd = inSight(view, 'passwd');
  const shadow = inSight(view, 'shadow');
  const shadowed = new Map(shadow?.fact.accounts.toReversed().map((account) => [account.name, account]));
  const named = new Set<string>();
  for (const account of passwd?.fact.accounts ?? []) {
    named.add(account.name);
    const other = account.password.state === 'shadowed' ? shadowed.get(account.name) : undefined;
    if (other !== undefined && shadow !== undefined)
      yield { account, file: shadow, line: other.line, password: other.password };
    else if (passwd !== undefined) yield { account, file: passwd, line: account.line, password: account.password };
  }
  // Those that passwd does not list cannot log in, unless it is cut off or missing.
  if (passwd !== undefined || shadow === undefined) return;
  for (const account of shadow.fact.accounts)
    yield { account, file: shadow, line: account.line, password: account.password };
}

const emptyPassword: Rule = {
  doc: {
    id: 'account-without-password',
    kind: 'persistence',
    title: 'An account has an empty password',
    severity: 'high',
    why: 'Whoever runs any code in the container becomes this user with `su`; a service that asks for passwords lets everybody in.',
    remediation: 'Lock it: passwd -l NAME.',
    aliases: ['dockle:DKL-LI-0001', 'cis-docker:4.1'],
    example: { wrong: 'RUN passwd -d root', right: 'RUN passwd -l root' },
    sources: ['https://nvd.nist.gov/vuln/detail/CVE-2019-5021'],
  },
  *judge({ view }) {
    for (const { account, file, line, password } of passwords(view)) {
      if (password.state !== 'empty') continue;
      yield seenAt(file, line, `The account ${account.name} has no password in ${file.fact.path}.`);
    }
  },
};

const ownPassword: Rule = {
  doc: {
    id: 'account-with-password',
    kind: 'persistence',
    title: 'An account has a password that all containers share',
    severity: 'low',
    why: 'Everybody who can pull the image has the hash and can try passwords on it for as long as they like.',
    remediation: 'Lock the account, and give containers a password or a key when they start, if they need one.',
    aliases: [],
    example: { wrong: 'RUN echo "app:$PASSWORD" | chpasswd', right: 'RUN useradd --system app' },
    caveats:
      'Hashes of md5, DES and their like are told as medium: all short passwords can be tried on them. No password is tried ' +
      'here, so that a weak one is not told apart.',
  },
  *judge({ view }) {
    for (const { account, file, line, password } of passwords(view)) {
      if (password.state !== 'hashed') continue;
      const { method } = password;
      const open = file.fact.file === 'passwd' ? ', which every user may read' : '';
      yield {
        ...seenAt(
          file,
          line,
          `The account ${account.name} has a hash of the method ${method} in ${file.fact.path}${open}.`,
        ),
        ...((isWeakMethod(method) || open !== '') && { severity: 'medium' }),
      };
    }
  },
};

const secondRoot: Rule = {
  doc: {
    id: 'account-second-root',
    kind: 'persistence',
    title: 'Another account than root has the rights of root',
    severity: 'high',
    why: 'Whoever is user 0 is root, whatever the name. It is an old way to come back unseen.',
    remediation: 'Remove the account, or give it a number of its own.',
    aliases: ['dockle:DKL-LI-0002'],
    example: { wrong: 'RUN useradd -o -u 0 helper', right: 'RUN useradd --system helper' },
    sources: ['https://attack.mitre.org/techniques/T1136/001/'],
  },
  *judge({ view }) {
    const passwd = inSight(view, 'passwd');
    for (const { name, id, line, shell } of passwd?.fact.accounts ?? []) {
      if (id !== 0 || name === 'root' || passwd === undefined) continue;
      yield seenAt(
        passwd,
        line,
        `The account ${name} has the number 0${shell === undefined || shell === '' ? '' : ` and the shell ${shell}`}.`,
      );
    }
  },
};

const repeated: Rule = {
  doc: {
    id: 'account-repeated',
    kind: 'persistence',
    title: 'Two accounts or groups have the same name or number',
    severity: 'medium',
    why: 'Files and rights of one are those of the other, and programs disagree about which of them counts.',
    remediation: 'Give each a name and a number of its own.',
    aliases: ['dockle:DKL-LI-0002'],
    example: { wrong: 'RUN useradd -o -u 1000 other', right: 'RUN useradd other' },
  },
  *judge({ view }) {
    for (const file of ['passwd', 'group'] as const) {
      const found = inSight(view, file);
      if (found === undefined) continue;
      const names = new Map<string, Account>();
      const ids = new Map<number, Account>();
      const what = file === 'passwd' ? 'account' : 'group';
      for (const account of found.fact.accounts) {
        const { name, id, line } = account;
        const sameName = names.get(name);
        const sameId = id === undefined ? undefined : ids.get(id);
        if (sameName !== undefined) {
          yield seenAt(found, line, `The ${what} ${name} stands in lines ${sameName.line} and ${line}.`);
        } else if (sameId !== undefined && !(id === 0 && file === 'passwd')) {
          yield seenAt(found, line, `The ${what}s ${sameId.name} and ${name} have the same number ${id}.`);
        }
        names.set(name, sameName ?? account);
        if (id !== undefined) ids.set(id, sameId ?? account);
      }
    }
  },
};

/** Files of which everybody knows that they must not be written. */
export const protectedFiles: readonly string[] = [
  'etc/passwd',
  'etc/shadow',
  'etc/group',
  'etc/gshadow',
  'etc/sudoers',
  'etc/crontab',
];

const unprotected: Rule = {
  doc: {
    id: 'account-file-unprotected',
    kind: 'persistence',
    title: 'Others may change accounts, or read hashes of passwords',
    severity: 'high',
    why: 'Who may write passwd or group becomes root with one line; who may read shadow can try passwords.',
    remediation: 'Run chmod 644 /etc/passwd /etc/group and chmod 640 /etc/shadow.',
    aliases: ['veinmind:escape:priv'],
    example: { wrong: 'RUN chmod 666 /etc/passwd', right: 'RUN useradd --system --uid 1000 app' },
    caveats: 'Images for OpenShift let the group root write passwd on purpose: that is told as low.',
  },
  *judge({ view }) {
    for (const path of protectedFiles) {
      const found = view.resolve(path);
      if (!found.found) continue;
      const { layer, header } = found.file;
      const { mode, uid, type, size } = header;
      if (type === 'directory') continue;
      const isSecret = path === 'etc/shadow' || path === 'etc/gshadow';
      const place = { layer, path };
      if ((mode & 0o002) !== 0) yield { evidence: `Everybody may write /${path} (mode ${octal(mode)}).`, ...place };
      else if (uid !== 0 && (mode & 0o200) !== 0)
        yield { evidence: `/${path} belongs to user ${uid}, who may write it.`, ...place };
      else if ((mode & 0o020) !== 0)
        yield { evidence: `The group of /${path} may write it (mode ${octal(mode)}).`, severity: 'low', ...place };
      if (isSecret && (mode & 0o004) !== 0 && size > 0) {
        yield { evidence: `Everybody may read /${path} (mode ${octal(mode)}).`, severity: 'medium', ...place };
      }
    }
  },
};

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

export const accountRules: readonly Rule[] = [emptyPassword, ownPassword, secondRoot, repeated, unprotected];
