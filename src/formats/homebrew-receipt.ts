import { FormatError } from '../errors.ts';
import { asList, asRecord, asText } from './record.ts';

/** What Homebrew writes down of an installation. */
export interface HomebrewReceipt {
  /** The repository of the formula, `homebrew/core`; absent where the file does not tell. */
  readonly tap?: string;
  /** Full names of what it needs when it runs. */
  readonly requires: readonly string[];
}

/** The most that anything needs is some 150. */
const MAX_REQUIRES = 1000;

/**
 * Reads `INSTALL_RECEIPT.json` (Homebrew's documentation of the class Tab).
 * @throws FormatError where it is none
 */
export function parseHomebrewReceipt(text: string): HomebrewReceipt {
  let receipt: ReturnType<typeof asRecord>;
  try {
    receipt = asRecord(JSON.parse(text));
  } catch {
    // Told below.
  }
  if (receipt === undefined) throw new FormatError('it is no receipt of an installation');
  const tap = asText(asRecord(receipt['source'])?.['tap'], 200);
  const requires = asList(receipt['runtime_dependencies'])
    .slice(0, MAX_REQUIRES)
    .flatMap((one) => asText(asRecord(one)?.['full_name'], 200) ?? []);
  return { ...(tap !== undefined && { tap }), requires };
}
