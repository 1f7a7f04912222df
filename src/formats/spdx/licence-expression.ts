import { exceptionIds, licenceIds } from './licence-list.ts';

/** Characters of an expression beyond which it is none: nesting takes one each. */
const LONGEST = 2000;

let known: { readonly licences: ReadonlySet<string>; readonly exceptions: ReadonlySet<string> } | undefined;

/** The lists as sets, once somebody asks. */
function lists(): NonNullable<typeof known> {
  const setOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
  known ??= { licences: setOf(licenceIds), exceptions: setOf(exceptionIds) };
  return known;
}

/** Tells whether a text is an identifier of the SPDX Licence List, spelt as it is there. */
export function isLicenceId(text: string): boolean {
  return lists().licences.has(text);
}

/**
 * Tells whether a text is a licence expression (SPDX 2.3, annex D): identifiers of the list, with `+` and `WITH`, and
 * references to licences that a document explains, joined by `AND` and `OR`. Operators in upper case; a blank text is
 * none.
 */
export function isLicenceExpression(text: string): boolean {
  if (text.length > LONGEST) return false;
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  // Either an operand is expected, or what joins it to the next.
  let expectsOperand = true;
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (expectsOperand) {
      if (token === '(') {
        depth++;
        continue;
      }
      if (!isOperand(token)) return false;
      if (tokens[i + 1] === 'WITH') {
        if (!lists().exceptions.has(tokens[i + 2] ?? '')) return false;
        i += 2;
      }
      expectsOperand = false;
    } else if (token === ')') {
      if (--depth < 0) return false;
    } else if (token === 'AND' || token === 'OR') expectsOperand = true;
    else return false;
  }
  return !expectsOperand && depth === 0;
}

/** `LicenseRef-` names in an expression. */
export function licenceReferences(expression: string): readonly string[] {
  return [...new Set(expression.match(/(?<![\w.:-])LicenseRef-[A-Za-z0-9.-]+/g))];
}

function isOperand(token: string): boolean {
  if (isLicenceId(token) || (token.endsWith('+') && isLicenceId(token.slice(0, -1)))) return true;
  return /^(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/.test(token);
}
