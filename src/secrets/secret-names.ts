import { nameOf } from './assignment.ts';

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
  /public|pubkey|csrf|xsrf|next_|page_|continuation|cancel|sync_token|token_?type|^type_|_type$|max_token|foreign|partition|placeholder|prompt|label|hint|error|message|msg|(?:^|_)(?:no|has|is|use|get|set|require|allow|enable|disabled?|skip|without|invalid|bad|wrong|missing|show|forgot|reset|change|confirm|verify|check|expired?|hash(?:ed)?|sha\d*|md5|digest|checksum|integrity|etag|commit|revision)_|lexer|parser|delim|separator|cache|lookup|sort_|primary_key|group|column|index|translation|i18n|locale|anchor|fingerprint|thumbprint|kid$|key_?id$|publishable|anon|site_?key|recaptcha_?site|map/;

/** Whether a name is of a password, of another secret, of neither. */
export function meaningOf(name: string): 'password' | 'secret' | undefined {
  const plain = nameOf(name);
  if (otherName.test(plain)) return undefined;
  if (passwordName.test(plain)) return 'password';
  return secretName.test(plain) ? 'secret' : undefined;
}
