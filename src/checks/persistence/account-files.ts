import { readPasswordHash } from '../../formats/crypt/verify-password.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { AccountsFact, PasswordState } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../../packages/directories-of.ts';
import { linkedFiles } from '../../packages/linked-files.ts';
import { commonPasswords } from './passwords.ts';

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
/** Hashes that are computed for the passwords of one layer: some seconds. */
const MOST_ROUNDS = 600_000;

/** Reads who may log in, and tries a few passwords on the hashes that it finds. No hash leaves it. */
export const accountFiles: Analyzer<AccountsFact> = {
  name: 'persistence-accounts',
  version: 1,
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
  #rounds = 0;
  #untried = 0;

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
      const account = this.#account(file, line.replace(/\r$/, ''), number);
      if (account === undefined) broken++;
      else accounts.push(account);
    }
    if (isCut)
      this.#layer.problem({ code: 'file.too-large', message: 'only its beginning was read for accounts', path });
    this.#files.set(path, { kind: 'accounts', path, file, accounts, broken });
  }

  close(): readonly AccountsFact[] {
    if (this.#untried > 0) {
      const message = `passwords were not tried on ${this.#untried} hashes: that would take too long`;
      this.#layer.problem({ code: 'layer.limit', message });
    }
    return [...this.#files.values()];
  }

  /** passwd(5), shadow(5), group(5). */
  #account(file: AccountsFact['file'], line: string, number: number): Account | undefined {
    const fields = line.split(':');
    const [name = '', secret = ''] = fields;
    if (name === '' || name.length > MOST_NAME || fields.length < (file === 'passwd' ? 7 : file === 'group' ? 4 : 2)) {
      return undefined;
    }
    const password = file === 'group' && secret === '' ? ({ state: 'locked' } as const) : this.#state(secret, name);
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

  #state(secret: string, name: string): PasswordState {
    if (secret === '') return { state: 'empty' };
    if (secret === 'x') return { state: 'shadowed' };
    const hash = readPasswordHash(secret);
    if (hash === undefined) return { state: 'locked' };
    const { method } = hash;
    return this.#isGuessed(hash, name) ? { state: 'hashed', method, isGuessed: true } : { state: 'hashed', method };
  }

  #isGuessed({ rounds, verify }: NonNullable<ReturnType<typeof readPasswordHash>>, name: string): boolean {
    if (rounds === undefined || verify === undefined) return false;
    for (const word of new Set([name, '', ...commonPasswords])) {
      if (this.#rounds + rounds > MOST_ROUNDS) {
        this.#untried++;
        return false;
      }
      this.#rounds += rounds;
      if (verify(word)) return true;
    }
    return false;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
