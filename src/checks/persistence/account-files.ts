import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { AccountsFact, PasswordState } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../../packages/directories-of.ts';
import { linkedFiles } from '../../packages/linked-files.ts';
import { passwordMethod } from './password-method.ts';

type Account = AccountsFact['accounts'][number];

const kinds: Readonly<Record<string, AccountsFact['file']>> = {
  'etc/passwd': 'passwd',
  'etc/shadow': 'shadow',
  'etc/group': 'group',
};
const paths = Object.keys(kinds);

/** Accounts of one file that are told. Lines beyond them are not read. */
const MOST_ACCOUNTS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_NAME = 200;

/** Reads who may log in. No hash leaves it. */
export const accountFiles: Analyzer<AccountsFact> = {
  name: 'persistence-accounts',
  version: 3,
  wants: ({ type, path }: FileHeader) =>
    // Asked of millions: a path is looked up, which makes its hash, where it may be one of them.
    type === 'file' && path.startsWith('etc/') && Object.hasOwn(kinds, path) ? Appetite.Body : Appetite.None,
  within: directoriesOf(paths),
  open: (layer) => new AccountReader(layer),
  missing: (view) => linkedFiles(view, paths),
};

class AccountReader implements LayerReader<AccountsFact> {
  readonly #layer: LayerContext;
  readonly #files = new Map<string, AccountsFact>();

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read({ path, content, truncated }: Parameters<LayerReader['read']>[0]): void {
    const file = kinds[path];
    if (file === undefined) return;
    const text = Buffer.from(content.subarray(0, MOST_BYTES)).toString('utf8');
    const accounts: Account[] = [];
    let broken = 0;
    let isCut = truncated || content.length > MOST_BYTES;
    let number = 0;
    for (const line of text.split('\n', 4 * MOST_ACCOUNTS)) {
      number++;
      // `+` and `-` ask a directory service: nsswitch.conf(5), "compat".
      if (line.trim() === '' || line.startsWith('#') || /^[+-]/.test(line)) continue;
      if (accounts.length >= MOST_ACCOUNTS) {
        isCut = true;
        break;
      }
      const account = readAccount(file, line.replace(/\r$/, ''), number);
      if (account === undefined) broken++;
      else accounts.push(account);
    }
    if (isCut)
      this.#layer.problem({ code: 'file.too-large', message: 'only its beginning was read for accounts', path });
    this.#files.set(path, { kind: 'accounts', path, file, accounts, broken });
  }

  close(): readonly AccountsFact[] {
    return [...this.#files.values()];
  }
}

/** passwd(5), shadow(5), group(5). */
function readAccount(file: AccountsFact['file'], line: string, number: number): Account | undefined {
  const fields = line.split(':');
  const [name = '', secret = ''] = fields;
  if (name === '' || name.length > MOST_NAME || fields.length < (file === 'passwd' ? 7 : file === 'group' ? 4 : 2)) {
    return undefined;
  }
  const password = passwordState(file === 'group' && secret === '' ? '!' : secret);
  if (file === 'shadow') return { name, line: number, password };
  const id = numberOf(fields[2]);
  if (id === undefined) return undefined;
  if (file === 'group') {
    const members = (fields[3] as string)
      .split(',', 1000)
      .filter((member) => member !== '' && member.length <= MOST_NAME);
    return { name, line: number, password, id, ...(members.length > 0 && { members }) };
  }
  const group = numberOf(fields[3]);
  const [, , , , , home = '', shell = ''] = fields;
  return {
    name,
    line: number,
    password,
    id,
    ...(group !== undefined && { group }),
    home: home.slice(0, MOST_NAME),
    shell: shell.slice(0, MOST_NAME),
  };
}

function passwordState(secret: string): PasswordState {
  if (secret === '') return { state: 'empty' };
  if (secret === 'x') return { state: 'shadowed' };
  const method = passwordMethod(secret);
  return method === undefined ? { state: 'locked' } : { state: 'hashed', method };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
