import { around, type Box, type Spot } from './boxes.ts';
import { isDashed, widthOf } from './edge-look.ts';
import { portsOf, shortName } from './names.ts';
import { drawLook, lookOf, nameOfLook, type Palette, PICTURE } from './node-look.ts';
import type { MapEdge, MapNode } from './shapes.ts';

/** What a picture is made of. */
export interface PictureParts {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** The middles of all nodes. */
  readonly spots: ReadonlyMap<string, Spot>;
  /** The boxes of nodes that are drawn around others. */
  readonly frames: ReadonlyMap<string, Box>;
  readonly palette: Palette;
  /** One line above it: what it is, and of when. */
  readonly title: string;
}

const MARGIN = 40;

/** The map as an SVG document (SVG 2, with nothing that SVG 1.1 lacks): no script, no address, all names as text. */
export function makePicture({ nodes, edges, spots, frames, palette, title }: PictureParts): string {
  const boxes: Box[] = nodes.flatMap(({ id }) => {
    const frame = frames.get(id);
    if (frame !== undefined) return [frame];
    const spot = spots.get(id);
    return spot === undefined ? [] : [{ ...spot, width: PICTURE + 70, height: PICTURE + 46 }];
  });
  const whole = around(boxes, MARGIN) ?? { x: 0, y: 0, width: 400, height: 200 };
  const [left, top] = [whole.x - whole.width / 2, whole.y - whole.height / 2 - 24];
  const looks = new Map(nodes.map((node) => [nameOfLook(lookOf(node)), lookOf(node)]));
  const names = [...looks.keys()];
  const parents = nodes.filter(({ id }) => frames.has(id));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${figures(left, top, whole.width, whole.height + 24)}" width="${Math.round(whole.width)}" height="${Math.round(whole.height + 24)}" font-family="system-ui, sans-serif">`,
    `<title>${escapeMarkup(title)}</title>`,
    '<defs>',
    // Arrows have the colour of their line: one for each, since SVG 1.1 has no way to say so.
    ...[palette.muted, palette.accent].map(
      (colour, i) =>
        `<marker id="a${i}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10Z" fill="${colour}"/></marker>`,
    ),
    ...names.map(
      (name, i) =>
        `<symbol id="n${i}" viewBox="0 0 ${PICTURE} ${PICTURE}">${drawLook(looks.get(name)!, palette)}</symbol>`,
    ),
    '</defs>',
    `<rect x="${figure(left)}" y="${figure(top)}" width="${figure(whole.width)}" height="${figure(whole.height + 24)}" fill="${palette.ground}"/>`,
    text(title, left + 16, top + 24, palette.ink, 'font-size="14" font-weight="600"'),
    ...parents.map((node) => drawFrame(node, frames.get(node.id)!, palette)),
    ...edges.map((edge) => drawEdge(edge, spots, frames, palette)),
    ...nodes.flatMap((node) => {
      const spot = spots.get(node.id);
      if (spot === undefined || frames.has(node.id)) return [];
      const name = names.indexOf(nameOfLook(lookOf(node)));
      return [
        `<g${node.gone === undefined ? '' : ' opacity="0.4"'}><use href="#n${name}" x="${figure(spot.x - PICTURE / 2)}" y="${figure(spot.y - PICTURE / 2)}" width="${PICTURE}" height="${PICTURE}"/>`,
        text(
          shortName(node.label, 22),
          spot.x,
          spot.y + (node.kind === 'process' ? 25 : 43),
          palette.ink,
          `text-anchor="middle" font-size="${node.kind === 'process' ? 10 : 13}"`,
        ),
        '</g>',
      ];
    }),
    '</svg>\n',
  ].join('');
}

function drawFrame(node: MapNode, frame: Box, palette: Palette): string {
  const [x, y] = [frame.x - frame.width / 2, frame.y - frame.height / 2];
  const host = node.kind !== 'container';
  return [
    `<rect x="${figure(x)}" y="${figure(y)}" width="${figure(frame.width)}" height="${figure(frame.height)}" rx="10" fill="${host ? palette.surface : palette.ground}" fill-opacity="${host ? 0.55 : 0.9}" stroke="${palette.line}"/>`,
    text(
      shortName(node.label, 50),
      frame.x,
      y - 5,
      palette.ink,
      `text-anchor="middle" font-size="${host ? 17 : 13}" font-weight="600"`,
    ),
  ].join('');
}

function drawEdge(
  edge: MapEdge,
  spots: ReadonlyMap<string, Spot>,
  frames: ReadonlyMap<string, Box>,
  palette: Palette,
): string {
  const [from, to] = [spots.get(edge.source), spots.get(edge.target)];
  if (from === undefined || to === undefined || edge.source === edge.target) return '';
  const start = edgeOf(from, to, frames.get(edge.source));
  const end = edgeOf(to, from, frames.get(edge.target));
  const arrow = edge.published === true ? 1 : 0;
  return `<path d="M${figures(start.x, start.y)}L${figures(end.x, end.y)}" fill="none" stroke="${arrow === 1 ? palette.accent : palette.muted}" stroke-opacity="${edge.gone === undefined ? 0.7 : 0.25}" stroke-width="${figure(widthOf(edge))}"${isDashed(edge) ? ' stroke-dasharray="5 4"' : ''} marker-end="url(#a${arrow})"><title>${escapeMarkup(portsOf(edge))}</title></path>`;
}

/** Where a line from the middle of something leaves it. */
function edgeOf(middle: Spot, towards: Spot, frame: Box | undefined): Spot {
  const [dx, dy] = [towards.x - middle.x, towards.y - middle.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return middle;
  const share =
    frame === undefined
      ? Math.min(0.5, 28 / length)
      : Math.min(
          1,
          dx === 0 ? Number.POSITIVE_INFINITY : frame.width / 2 / Math.abs(dx),
          dy === 0 ? Number.POSITIVE_INFINITY : frame.height / 2 / Math.abs(dy),
        );
  return { x: middle.x + dx * share, y: middle.y + dy * share };
}

function text(words: string, x: number, y: number, colour: string, more: string): string {
  return `<text x="${figure(x)}" y="${figure(y)}" fill="${colour}" ${more}>${escapeMarkup(words)}</text>`;
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function figures(...values: readonly number[]): string {
  return values.map(figure).join(' ');
}

/** Text as it may stand in an element or between the quotes of an attribute; characters that no XML may have are seen. */
export function escapeMarkup(text: string): string {
  return (
    text
      // XML 1.0, section 2.2: of the controls it has tab and the ends of lines alone; no half surrogates, no U+FFFE, U+FFFF.
      .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/'/g, '&#39;')
  );
}
