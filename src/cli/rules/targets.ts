import { didYouMean } from '../../config/nearest.ts';
import { UsageError } from '../../errors.ts';
import { isSetName, type SetRecord } from '../../rules/set-record.ts';
import { CLAMAV, findSource, ruleSources } from '../../rules/sources.ts';
import type { UpdateTarget } from '../../rules/update.ts';

const mirrorFolder = 'rules';
/** It serves freshclam alone, and shuts out who asks otherwise. */
const notAsked = /(?:^|\.)clamav\.net$/i;

/**
 * What `drydock rules update WORD...` fetches: a public set by its name, or `NAME=ADDRESS`, either with the digest that it must
 * have: `NAME=sha256:HEX`, `NAME=ADDRESS#sha256:HEX`. Without a word: all that are installed and can be fetched.
 * @param mirror root of a mirror that has the archives in its folder `rules`
 * @throws UsageError for what is not known
 */
export function updateTargets(
  words: readonly string[],
  installed: readonly SetRecord[],
  mirror: string | undefined,
): readonly UpdateTarget[] {
  if (mirror !== undefined && !/^https?:\/\//i.test(mirror)) {
    throw new UsageError('usage.option', `The mirror ${JSON.stringify(mirror)} is no http or https address.`);
  }
  if (words.length > 0) return words.map((word) => targetOf(word, installed, mirror));
  const targets = installed.filter(({ name, url }) => url !== undefined || findSource(name) !== undefined);
  if (targets.length === 0) {
    const known = ruleSources.map(({ name }) => name).join(', ');
    throw new UsageError('usage.option', `There are no rules yet that could be updated. Name some: ${known}.`);
  }
  return targets.map(({ name }) => targetOf(name, installed, mirror));
}

function targetOf(word: string, installed: readonly SetRecord[], mirror: string | undefined): UpdateTarget {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const said = equals < 0 ? '' : word.slice(equals + 1);
  if (!isSetName(name)) {
    throw new UsageError('usage.option', `${JSON.stringify(name)} is no name of a set of rules.`);
  }
  const [, address = '', digest] = /^(.*?)(?:(?:^|#)sha256:([0-9a-f]{64}))?$/i.exec(said) ?? [];
  const source = address === '' ? findSource(name) : undefined;
  const url = address === '' ? knownAddress(name, installed, mirror) : address;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    const what = `${JSON.stringify(url)} is no http or https address`;
    throw new UsageError('usage.option', `${what}; "drydock rules import" takes files and folders.`);
  }
  if (name === CLAMAV && notAsked.test(new URL(url).hostname)) throw new UsageError('usage.option', ownWay);
  return {
    name,
    url,
    ...(source !== undefined && { source }),
    ...(digest !== undefined && { sha256: digest.toLowerCase() }),
  };
}

const ownWay =
  'The network of ClamAV serves freshclam alone. Take what freshclam keeps ("drydock rules import /var/lib/clamav"), or name your own mirror (clamav=https://mirror.example/clamav/).';

function knownAddress(name: string, installed: readonly SetRecord[], mirror: string | undefined): string {
  const source = findSource(name);
  const last = source?.archive ?? (name === CLAMAV ? `${CLAMAV}/` : undefined);
  if (mirror !== undefined && last !== undefined) return `${mirror.replace(/\/+$/, '')}/${mirrorFolder}/${last}`;
  const url = source?.url ?? installed.find((set) => set.name === name)?.url;
  if (url !== undefined) return url;
  if (name === CLAMAV) throw new UsageError('usage.option', ownWay);
  const names = ruleSources.map((one) => one.name);
  const was = installed.some((set) => set.name === name)
    ? `${name} was imported: import it again, or say where it is (${name}=ADDRESS).`
    : `${JSON.stringify(name)} is no set of rules that is known. Known are ${names.join(', ')}; others need an address (NAME=ADDRESS).${didYouMean(name, names)}`;
  throw new UsageError('usage.option', was);
}
