import { mayBeToken, mayHaveLogin } from '../bytes-at.ts';
import { decodedJson } from '../checksums.ts';
import { isAnyUser, isMadeUp, isPlaceholder, isReference, makeOf } from '../placeholder.ts';
import { isDrawn } from '../randomness.ts';
import type { Candidate, SecretRule, Verdict } from '../secret-rule.ts';
import { isShown, useOf } from '../surroundings.ts';
import type { View } from '../view.ts';

const common = {
  kind: 'password' as const,
  severity: 'high' as const,
  issuer: 'any',
  why: 'Whoever has it logs in with it, here and wherever else it is used.',
  remediation: 'Change it, and give it to the container when it starts: as a mounted file or a variable of the run.',
};

/** Names of hosts that stand for any. */
const anyHost =
  /^(?:example|test|invalid|host(?:name)?|server|domain|mysite|mydomain|foo|bar|proxy(?:host|server)?|my-?server|some-?host|yourdomain)(?:[.:/]|$)|(?:example\.(?:com|org|net|edu)|\.example|\.test|\.invalid|yourdomain\.\w+|mydomain\.\w+|domain\.(?:com|tld|org))(?:[:/]|$)/i;

const urlRest = /:\/\/([^\s:@/"'<>`\\?#]{0,100}):([^\s@"'<>`\\]{1,300})@([^\s"'<>`\\]{1,100})/y;

/** A password before the name of a host: `postgres://user:password@host`. */
function urlPassword({ text, around }: View, at: number): Candidate | undefined {
  if (text.charCodeAt(at + 3) === 0x2f) return undefined;
  urlRest.lastIndex = at;
  const found = urlRest.exec(text);
  if (found === null || !/[A-Za-z][A-Za-z0-9+.-]*$/.test(text.slice(Math.max(0, at - 20), at))) return undefined;
  const [, user = '', written = '', rest = ''] = found;
  // In programs no space ends an address, but the byte that ends a string, or what bytecode has behind it.
  const host = /^[!-~]*/.exec(rest)?.[0] ?? '';
  if (around.isBinary && (host === '' || !/^[!-~]*$/.test(user + written))) return undefined;
  const password = unescaped(written);
  if (/\//.test(password.slice(0, 6)) && /^\d/.test(password)) return undefined;
  const start = at + 3 + user.length + 1;
  const end = start + written.length;
  if (
    isReference(password) ||
    isPlaceholder(password) ||
    password === user ||
    /[\s{}$<>|]/.test(password) ||
    password.length < 4
  ) {
    return undefined;
  }
  const use = around.kind === 'file' ? useOf(around.path) : 'own';
  const make = makeOf(password);
  if (anyHost.test(host) && (make !== 'random' || use !== 'own')) return undefined;
  const isLocal = /^(?:localhost|127\.|\[::1)/.test(host);
  if (use === 'own') {
    if (make === 'weak' && (password.length < 6 || isLocal)) return undefined;
    return { start, end, confidence: make === 'random' ? 'high' : make === 'mixed' ? 'medium' : 'low' };
  }
  if (make === 'weak' || password.length < 8 || use === 'prose' || isShown(around.path)) return undefined;
  if (make === 'mixed' && (use !== 'settings' || isLocal || !/\d/.test(password))) return undefined;
  if (around.isBinary && make !== 'random') return undefined;
  return { start, end, confidence: make === 'random' ? 'high' : 'medium' };
}

/** `%40` is an `@`. */
function unescaped(text: string): string {
  return text.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `Basic` and a name and password in base 64 (RFC 7617). */
function basic({ text, around }: View, at: number): Candidate | undefined {
  const encoded = /^[A-Za-z0-9+/_-]{8,400}={0,2}/.exec(text.slice(at + 6, at + 420))?.[0];
  if (encoded === undefined) return undefined;
  const said = pairOf(encoded);
  if (said === undefined) return undefined;
  const start = at + 6;
  return judgedPair(
    said,
    start,
    start + encoded.length,
    around.kind !== 'file' || useOf(around.path) === 'own' ? 'own' : 'other',
  );
}

interface Pair {
  readonly user: string;
  readonly password: string;
}

/** `user:password` in base 64. */
function pairOf(encoded: string): Pair | undefined {
  if (encoded.length % 4 === 1) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const found = /^([!-9;-~]{1,100}):([ -~]{3,300})$/.exec(text);
  return found === null ? undefined : { user: found[1]!, password: found[2]! };
}

/** Whom standards let log in, and manuals after them. */
const usersOfStandards: ReadonlyMap<string, string> = new Map([
  ['Aladdin', 'RFC 7617'],
  ['s6BhdRkqt3', 'RFC 6749'],
]);

function judgedPair({ user, password }: Pair, start: number, end: number, use: 'own' | 'other'): Candidate | undefined {
  if (isReference(password) || isPlaceholder(password) || password === user || isAnyUser(user)) return undefined;
  const make = makeOf(password);
  if (use === 'other' && make !== 'random') return undefined;
  if (make === 'weak' && password.length < 6) return undefined;
  const example = usersOfStandards.get(user);
  return {
    start,
    end,
    confidence: make === 'weak' ? 'medium' : 'certain',
    validated: 'parsed',
    ...(example !== undefined && { example }),
  };
}

/** `Bearer` and a token of nobody known (RFC 6750). */
function bearer({ text, around }: View, at: number): Candidate | undefined {
  const start = at + 7;
  const token = /^[A-Za-z0-9._~+/-]{20,500}={0,2}/.exec(text.slice(start, start + 510))?.[0];
  if (token === undefined || /[\w]/.test(text[at - 1] ?? ' ')) return undefined;
  const use = around.kind === 'file' ? useOf(around.path) : 'own';
  if (use === 'prose' || (use !== 'own' && isShown(around.path))) return undefined;
  if (!isDrawn(token) || isPlaceholder(token) || token.startsWith('eyJ')) return undefined;
  // Words in base 64, as tests have them.
  if (/^[ -~]*$/.test(Buffer.from(token, 'base64').toString('latin1'))) return undefined;
  return { start, end: start + token.length, confidence: 'medium' };
}

/** Tokens of JSON Web Signatures (RFC 7515) and what their parts say. */
function checkJwt(token: string, { around }: View): Verdict {
  // Whoever tests or explains programs signs some, too.
  if (around.kind === 'file' && useOf(around.path) !== 'own' && isShown(around.path)) return undefined;
  const [head, body, mac = ''] = token.split('.');
  const header = decodedJson(head!);
  if (typeof header !== 'object' || header === null || !('alg' in header)) return undefined;
  if (header.alg === 'none') return undefined;
  const claims = Buffer.from(body!, 'base64').toString('utf8');
  if (decodedJson(body!) === undefined && !('enc' in header)) return undefined;
  // What manuals and RFC 7519 say of John Doe and Joe, and those that nobody signed.
  if (
    /John Doe|Jane Doe|"iss":\s?"joe"|example\.(?:com|org|net)|"sub":\s?"1234567890"|"(?:hello|some|foo|admin|test)":/i.test(
      claims,
    )
  ) {
    return { confidence: 'low', example: 'documentation' };
  }
  if (claims.length < 20 || isMadeUp(mac)) return undefined;
  return { confidence: 'high', validated: 'parsed' };
}

const jwt = {
  ...common,
  kind: 'token' as const,
  keywords: ['eyJ'],
  pattern: /eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{8,6000}\.[A-Za-z0-9_-]{20,1500}/y,
};

export const credentialRules: readonly SecretRule[] = [
  {
    ...common,
    id: 'url-password',
    title: 'Password in an address',
    keywords: ['://'],
    find: urlPassword,
    may: mayHaveLogin,
  },
  {
    ...common,
    id: 'docker-registry-login',
    title: 'Login of a container registry',
    keywords: ['"auth"', '\\"auth\\"'],
    find: ({ text }, at) => {
      const found = /^\\?"auth\\?"\s{0,10}:\s{0,10}\\?"([A-Za-z0-9+/_-]{8,2000}={0,2})\\?"/.exec(
        text.slice(at, at + 2100),
      );
      if (found === null) return undefined;
      const pair = pairOf(found[1]!);
      if (pair === undefined) return undefined;
      const start = at + found[0].lastIndexOf(found[1]!);
      return judgedPair(pair, start, start + found[1]!.length, 'own');
    },
  },
  {
    ...common,
    id: 'basic-authorization',
    title: 'Name and password in a header',
    keywords: ['Basic ', 'basic '],
    find: basic,
  },
  {
    ...common,
    id: 'bearer-authorization',
    title: 'Token in a header',
    kind: 'token',
    why: 'Whoever has it is taken for whom it was issued to.',
    remediation: 'Take it out of use where it was issued, and give a new one to the container when it starts.',
    keywords: ['Bearer '],
    find: bearer,
    may: (bytes, at) => mayBeToken(bytes, at),
  },
  {
    ...common,
    id: 'asp-net-machine-key',
    title: 'Machine key of ASP.NET',
    kind: 'key',
    severity: 'critical',
    why: 'Whoever has it forges logins and view states, and with those has the server run programs.',
    remediation:
      'Make new ones, and give them to the container when it starts: as a mounted file or a variable of the run.',
    keywords: ['validationKey', 'decryptionKey'],
    about: /machine_key/,
    names: /^(?:validation|decryption)_key$/,
    value: /^[0-9A-Fa-f]{40,128}$/,
  },
  {
    ...jwt,
    id: 'supabase-service-key',
    title: 'Supabase service role key',
    severity: 'critical',
    issuer: 'Supabase',
    why: 'Whoever has it reads and writes all rows of the database: no policy holds for it.',
    remediation: 'Rotate the JWT secret of the project.',
    check: (token) => {
      const claims = decodedJson(token.split('.')[1]!);
      const isService =
        typeof claims === 'object' && claims !== null && 'role' in claims && claims.role === 'service_role';
      return isService ? { confidence: 'certain', validated: 'parsed' } : undefined;
    },
  },
  {
    ...jwt,
    id: 'json-web-token',
    title: 'Signed token (JWT)',
    severity: 'medium',
    why: 'Until it expires, whoever has it is taken for whom it names.',
    remediation: 'Take it out of use where it is checked: end the session, or change the key that signs.',
    check: checkJwt,
  },
];
