import type { ImageSecret } from '../../model/image-secret.ts';
import type { ImageView } from '../../model/view.ts';

/** Places of one kind that are named. */
const NAMED = 5;
/** Characters of an instruction that are shown: as many as tell which it is. */
const MOST_TEXT = 100;

/**
 * Where in the configuration and the history of an image a secret stands, in words: `the variable TOKEN and in instruction 3
 * of the history ("ENV TOKEN=ghp_…Xy9Z")`.
 * @param secrets all places of one secret; one at least
 */
export function placesInTexts({ image }: ImageView, secrets: readonly ImageSecret[]): string {
  const named = (where: ImageSecret['where']): readonly (string | undefined)[] => [
    ...new Set(secrets.filter((secret) => secret.where === where).map(({ name }) => name)),
  ];
  const instructions = [
    ...new Set(secrets.flatMap(({ historyIndex }) => (historyIndex === undefined ? [] : [historyIndex]))),
  ].sort((a, b) => a - b);
  const [first] = instructions;
  const parts = [
    ...some(named('env'), (name) => (name === undefined ? 'a variable of the environment' : `the variable ${name}`)),
    ...some(named('label'), (name) => (name === undefined ? 'a label' : `the label ${name}`)),
    ...(first === undefined
      ? []
      : [`${numbered(instructions)} of the history${quoted(image.history[first]?.instruction)}`]),
    ...(named('command').length > 0 ? ['the configuration'] : []),
  ];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', in ')} and in ${parts.at(-1)}`;
}

function some<T>(all: readonly T[], words: (one: T) => string): readonly string[] {
  const told = all.slice(0, NAMED).map(words);
  return all.length > NAMED ? [...told, `${all.length - NAMED} more of the kind`] : told;
}

/** `instruction 3`, `instructions 3, 5 and 7`. */
function numbered(indices: readonly number[]): string {
  if (indices.length === 1) return `instruction ${indices[0]}`;
  const told = indices.length > NAMED ? [...indices.slice(0, NAMED), `${indices.length - NAMED} more`] : indices;
  return `instructions ${told.slice(0, -1).join(', ')} and ${told.at(-1)}`;
}

/** The instruction, or of several the first, on one line. */
function quoted(instruction: string | undefined): string {
  const text = (instruction ?? '')
    .slice(0, 4 * MOST_TEXT)
    .replace(/\s+/g, ' ')
    .trim();
  if (text === '') return '';
  const characters = [...text];
  return ` ("${characters.length > MOST_TEXT ? `${characters.slice(0, MOST_TEXT).join('')}…` : text}")`;
}
