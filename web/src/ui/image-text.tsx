import type { ReactNode } from 'react';

/**
 * Characters that are not seen or that move what stands beside them: controls, formats (directions, zero width, tags),
 * separators of lines, what Unicode lets a renderer leave out, and halves of pairs. U+FE0F asks for an emoji and stays.
 */
const odd = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/** More than anybody reads of a name; it bounds what one hostile name costs to draw. */
const MOST_CHARACTERS = 4096;

export interface TextPiece {
  readonly text: string;
  /** It stands for a character that would not be seen as it is. */
  readonly odd: boolean;
}

/** `U+202E` for what is not seen, and the short names of the controls that everybody knows. */
function nameOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const known: Readonly<Record<number, string>> = { 0: '\\0', 9: '\\t', 10: '\\n', 13: '\\r', 27: '\\e' };
  return known[point] ?? `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * A text that an image wrote, in pieces that can be shown.
 * @param lines line feeds and tabs stay as they are: for texts of several lines
 */
export function piecesOf(text: string, lines = false): readonly TextPiece[] {
  const shown = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text;
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const { 0: character, index } of shown.matchAll(odd)) {
    if (character === '\u{FE0F}' || (lines && (character === '\n' || character === '\t'))) continue;
    if (index > from) pieces.push({ text: shown.slice(from, index), odd: false });
    pieces.push({ text: nameOf(character), odd: true });
    from = index + character.length;
  }
  if (from < shown.length) pieces.push({ text: shown.slice(from), odd: false });
  if (shown.length < text.length) pieces.push({ text: `… ${text.length - shown.length} more characters`, odd: true });
  return pieces;
}

/** The same as one string: for titles of documents, tooltips and labels, which take no elements. */
export function plainText(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join('');
}

export interface ImageTextProps {
  /** What an image, a registry or an advisory wrote; absent: nothing is shown. */
  readonly text: string | undefined;
  readonly className?: string;
  /** Line feeds and tabs are obeyed. */
  readonly lines?: boolean;
  /** In the letters of programs: names, paths, digests. */
  readonly mono?: boolean;
}

/** Text of an image: what would not be seen is shown, and directions in it end with it. */
export function ImageText({ text, className = '', lines = false, mono = false }: ImageTextProps): ReactNode {
  if (text === undefined) return null;
  const pieces = piecesOf(text, lines);
  return (
    <bdi className={`image-text${mono ? ' mono' : ''} ${className}`.trimEnd()}>
      {pieces.length === 1 && pieces[0]?.odd === false
        ? pieces[0].text
        : pieces.map((piece, index) =>
            piece.odd ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name but their place
              <span key={index} className="odd">
                {piece.text}
              </span>
            ) : (
              piece.text
            ),
          )}
    </bdi>
  );
}
