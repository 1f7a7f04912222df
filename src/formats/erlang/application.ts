import { FormatError } from '../../errors.ts';
import { asAtom, asTermList, asTermText, asTuple, readErlangTerms, termOf } from './terms.ts';

/** An application of OTP: a library or a program that was compiled. */
export interface OtpApplication {
  readonly name: string;
  /** Empty where the file has none. */
  readonly version: string;
  /** Applications that it needs. */
  readonly requires: readonly string[];
}

/**
 * Reads an application resource file, `NAME.app` (Erlang/OTP, app(5)).
 * @throws FormatError where it describes no application
 */
export function parseApplication(text: string): OtpApplication {
  const [term] = readErlangTerms(text);
  const tuple = asTuple(term);
  const name = asAtom(tuple?.[1]);
  if (tuple === undefined || asAtom(tuple[0]) !== 'application' || name === undefined) {
    throw new FormatError('it describes no application');
  }
  const requires = ['applications', 'included_applications'].flatMap((key) =>
    asTermList(termOf(tuple[2], key)).map((one) => asAtom(one)),
  );
  return {
    name,
    version: asTermText(termOf(tuple[2], 'vsn')) ?? '',
    requires: [...new Set(requires.filter((one) => one !== undefined))],
  };
}
