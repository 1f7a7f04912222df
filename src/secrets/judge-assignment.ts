import { type Assignment, nameOf } from './assignment.ts';
import { isHex, isMadeUp, isPlaceholder, isReference, isUuid, makeOf } from './placeholder.ts';
import type { Candidate, NamedRule, Verdict } from './secret-rule.ts';
import { isShown, useOf } from './surroundings.ts';
import type { View } from './view.ts';

/** Characters before a name in which a rule looks for whose it is. */
const NEAR = 160;

const suffix =
  '(?:_?\\d{1,2}|_(?:prod|production|dev|development|stage|staging|test|live|default|new|old|main|admin|root|user|value|string|b64|base64|base|plain|primary|secondary|master|key))?$';
const passwordName = new RegExp(
  `(?:passw(?:or)?d|passwort|pass_?phrase|pass_?code|(?:^|_|[a-z])pwd|(?:^|_)(?:pass|pw|psw|psk|pin_code|keypass|storepass)|auth_?pass|user_?pass|db_?pass|root_?pass|smtp_?pass|mail_?pass|requirepass|masterauth)${suffix}`,
);
const secretName = new RegExp(
  `(?:secret|secret_?key(?:_?base)?|token|api_?key|app_?key|application_?key|access_?key|auth_?key|private_?key|encrypt(?:ion)?_?key|crypt_?key|signing_?key|sign_?key|signature_?key|master_?key|session_?key|service_?key|server_?key|hmac_?key|jwt_?key|cookie_?key|webhook_?key|deploy_?key|storage_?key|shared_?key|account_?key|subscription_?key|license_?key|write_?key|admin_?key|client_?key|consumer_?key|project_?key|integration_?key|ingest_?key|insert_?key|primary_?key|secondary_?key|logged_in_?key|nonce_?key|aes_?key|des_?key|auth_?salt|logged_in_salt|nonce_salt|secret_?id|credentials?|bearer|authorization|x_auth|(?:^|_)(?:pat|auth|jwt|sas|dsn_secret))${suffix}`,
);
/** Names that end as one of a secret and are of something else. */
const otherName =
  /public|pubkey|csrf|xsrf|next_|page_|continuation|cancel|sync_token|token_?type|^type_|_type$|max_token|foreign|partition|placeholder|prompt|label|hint|error|message|msg|(?:^|_)(?:no|has|is|use|get|set|require|allow|enable|disable|invalid|bad|wrong|missing|show|forgot|reset|change|confirm|verify|check|expired?|hash(?:ed)?|sha\d*|md5|digest|checksum|integrity|etag|commit|revision)_|lexer|parser|delim|separator|cache|lookup|sort_|primary_key|group|column|index|translation|i18n|locale|anchor|fingerprint|thumbprint|kid$|key_?id$|publishable|anon|site_?key|recaptcha_?site|map/;

/** Whether a name is of a password, of another secret, of neither. */
export function meaningOf(name: string): 'password' | 'secret' | undefined {
  const plain = nameOf(name);
  if (otherName.test(plain)) return undefined;
  if (passwordName.test(plain)) return 'password';
  return secretName.test(plain) ? 'secret' : undefined;
}

/** The rules about secrets that are told by their names, for one assignment: the first that it fits. */
export function namedCandidate(
  assignment: Assignment,
  view: View,
  rules: readonly NamedRule[],
): { readonly rule: NamedRule; readonly candidate: Candidate } | undefined {
  const { value, start, end, nameStart } = assignment;
  if (value.length < 12 || value.length > 600 || isReference(value) || isMadeUp(value)) return undefined;
  let name: string | undefined;
  let near: string | undefined;
  for (const rule of rules) {
    if (!rule.value.test(value)) continue;
    name ??= nameOf(assignment.name);
    if (!rule.names.test(name)) continue;
    if (rule.about !== undefined && !rule.about.test(name)) {
      near ??= nameOf(`${view.around.path.slice(-80)} ${view.text.slice(Math.max(0, nameStart - NEAR), nameStart)}`);
      if (!rule.about.test(near)) continue;
    }
    const verdict = rule.check === undefined ? randomVerdict(value, rule) : rule.check(value, view, start);
    if (verdict !== undefined) return { rule, candidate: { start, end, ...verdict } };
  }
  return undefined;
}

/** Whose it is and which form it has were proved; that it was drawn at random is proved here. */
function randomVerdict(value: string, rule: NamedRule): Verdict {
  if (isUuid.test(value)) return new Set(value).size > 8 ? { confidence: 'medium' } : undefined;
  if (isPlaceholder(value)) return undefined;
  const make = makeOf(value);
  if (make === 'random') return { confidence: rule.issuer === 'any' ? 'medium' : 'high' };
  return make === 'mixed' && rule.kind === 'password' ? { confidence: 'medium' } : undefined;
}

/** What is no secret although its name says so: addresses, paths, hashes, words. */
function isOther(value: string): boolean {
  return (
    isReference(value) ||
    isPlaceholder(value) ||
    value.includes('://') ||
    /\s/.test(value) ||
    /^(?:sha\d+[-:]|\$[\w-]+\$|\{\w+\}|pbkdf2|bcrypt|argon2|scrypt|data:|urn:|application\/|text\/|-----BEGIN)/.test(
      value,
    ) ||
    /^[~.]{0,2}\/[\w.-]+(?:\/|$)/.test(value) ||
    /^[\w.+-]+@[\w-]+\.[\w.]+$/.test(value) ||
    /^\d+(?:\.\d+)*$/.test(value) ||
    /^(?:true|false|yes|no|on|off|0x[0-9a-f]{1,8})$/i.test(value)
  );
}

/** Whether a password or another secret is given to a name, as far as nothing but name and value tell. */
export function genericCandidate(
  assignment: Assignment,
  view: View,
  meaning: 'password' | 'secret',
): Candidate | undefined {
  const { value, start, end, isQuoted, by, isFirst } = assignment;
  if (value.length < 4 || value.length > 512 || isOther(value)) return undefined;
  const { kind, path, isBinary } = view.around;
  const isSetting = kind !== 'file';
  const use = isSetting ? 'own' : useOf(path);
  const make = makeOf(value);
  const shown = isShown(path);
  // A word without quotes in a program is another name.
  if (!isQuoted && use === 'source' && !(make === 'random' && by === 'equals')) return undefined;
  if (!isQuoted && /[()[\]{}|;]|^[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+$/.test(value) && !(use === 'own' && isFirst)) {
    return undefined;
  }
  if (by === 'space' && !isSetting && use !== 'own' && make !== 'random') return undefined;
  if (use === 'own') {
    if (make === 'random') return { start, end, confidence: shown ? 'medium' : 'high' };
    if (meaning === 'password') return weakPassword(assignment, make, shown || isBinary);
    return isUuid.test(value) || (make === 'mixed' && value.length >= 12)
      ? { start, end, confidence: 'medium' }
      : undefined;
  }
  if (make !== 'random' || (isBinary && !isQuoted)) return undefined;
  if (meaning === 'secret' && value.length < 16) return undefined;
  if (isHex.test(value) && value.length < 24) return undefined;
  return { start, end, confidence: shown ? 'low' : 'medium' };
}

function weakPassword({ start, end, value }: Assignment, make: string, isDoubtful: boolean): Candidate | undefined {
  if (make === 'mixed') return { start, end, confidence: isDoubtful ? 'low' : 'medium' };
  return isDoubtful || value.length < 6 || /^[\w.]+\.[a-z]\w*$/.test(value)
    ? undefined
    : { start, end, confidence: 'low' };
}
