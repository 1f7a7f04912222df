import { HIDDEN } from './service-secret.ts';

/** `https://user:password@host`: an address ends its credentials at the first of these. */
const userInfo = /:\/\/[^/?#\s]*@/g;

const authorisation = /\b(bearer|basic|negotiate)(\s+)[\w+/=.~-]{6,}/gi;

/** `password=x`, `token: "x"`, `&X-Amz-Signature=x`. */
const named =
  /\b((?:\w+[-_])?(?:password|passwd|pwd|secret|token|signature|credential|authorization|api[-_]?key|access[-_]?key|sig)["']?\s*[=:]\s*)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&;,#'"][^\s&;,#]*)/gi;

/** A text without the credentials of addresses and headers: for words of ours, in which `"serve token": a name` is no secret. */
export function redactCredentials(text: string): string {
  return text.replaceAll(userInfo, `://${HIDDEN}@`).replaceAll(authorisation, `$1$2${HIDDEN}`);
}

/** A text without what looks like a password, token or key: credentials in addresses, headers, named values. */
export function redactText(text: string): string {
  return redactCredentials(text).replaceAll(named, `$1${HIDDEN}`);
}

/** Members that hold secrets, whatever they look like. */
const secretKeys =
  /^(?:headers?|(?:proxy-?)?authori[sz]ation|auth|(?:set-?)?cookie|credentials?|pass(?:word|phrase)?|(?:client-?)?secret|.*[-_]?(?:token|password|secret|(?:api|private|access|secret|pagination)[-_]?key))$/i;

/** Tells whether a member of this name is never shown. */
export function isSecretKey(key: string): boolean {
  return key.length < 100 && secretKeys.test(key);
}
