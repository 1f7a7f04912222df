import { compareSeverity } from '../../../src/model/severity.ts';
import type { MapNode, Severity } from './shapes.ts';

/** The colours of a map, as `#rrggbb`: read from the tokens of the page (`palette.ts`), so that a picture can be made of it. */
export interface Palette {
  readonly ground: string;
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly attention: string;
  readonly severities: Readonly<Record<Severity, string>>;
  /** For the letter on one of the severities. */
  readonly onSeverity: string;
}

/** What is seen of a node besides its name: few enough that each is drawn once. */
export interface NodeLook {
  readonly kind: MapNode['kind'];
  readonly severity: Severity | 'none' | 'not-known';
  /** What is in use is not known: the gravest of what lies in the image, drawn hollow. */
  readonly installed: Severity | 'none';
  /** The gravest that lies in the image unused, where it is graver than what is in use. */
  readonly lying: Severity | 'none';
  /** Nobody knows the software of its image; nothing can be said of it. */
  readonly withoutKnowledge: boolean;
  readonly exposure: MapNode['exposure'] | 'none';
  readonly drift: boolean;
  readonly powers: boolean;
  readonly still: 'running' | 'paused' | 'stopped';
}

/** The picture of a node is a square of this side; the body is in its middle, marks and halo around it. */
export const PICTURE = 64;

const STOPPED: readonly MapNode['state'][] = ['exited', 'dead', 'created', 'removing', 'gone'];

export function lookOf(node: MapNode): NodeLook {
  const knowledge = node.knowledge;
  const isNotWhole = node.useUnknown === true && node.installed === undefined && node.worst === undefined;
  const silent = knowledge === 'unknown' || knowledge === 'failed' || isNotWhole;
  return {
    kind: node.kind,
    severity: node.worst?.severity ?? (silent || knowledge === 'scanning' ? 'not-known' : 'none'),
    installed: node.useUnknown === true && node.worst === undefined ? (node.installed ?? 'none') : 'none',
    lying: lyingIn(node),
    withoutKnowledge: silent,
    exposure: node.exposure ?? 'none',
    drift: (node.drift ?? 0) > 0,
    powers: (node.powers?.length ?? 0) > 0,
    still: node.state === 'paused' ? 'paused' : STOPPED.includes(node.state) ? 'stopped' : 'running',
  };
}

function lyingIn({ kind, installed, worst, useUnknown }: MapNode): NodeLook['lying'] {
  if (installed === undefined || kind === 'process' || useUnknown === true) return 'none';
  return worst !== undefined && compareSeverity(installed, worst.severity) <= 0 ? 'none' : installed;
}

export function nameOfLook(look: NodeLook): string {
  return Object.values(look).join(' ');
}

const LETTERS: Readonly<Record<NodeLook['severity'], string>> = {
  critical: 'C',
  high: 'H',
  medium: 'M',
  low: 'L',
  negligible: 'N',
  unknown: '?',
  none: '',
  'not-known': '…',
};

/** The outline of each kind, around (0, 0), about 40 wide. */
const BODIES: Readonly<Record<MapNode['kind'], string>> = {
  container: 'M-12 -19H12L20 -10V10L12 19H-12L-20 10V-10Z',
  process: 'M-14 0A14 14 0 1 1 14 0A14 14 0 1 1 -14 0Z',
  host: 'M-21 -15H21V15H-21Z',
  image: 'M0 -20L20 -9V10L0 20L-20 10V-9Z',
  network: 'M-20 -8Q-20 -18 -10 -18H10Q20 -18 20 -8V8Q20 18 10 18H-10Q-20 18 -20 8Z',
  internet: 'M-20 0A20 20 0 1 1 20 0A20 20 0 1 1 -20 0Z',
  outside: 'M-18 0A18 18 0 1 1 18 0A18 18 0 1 1 -18 0Z',
  group: 'M-12 -19H12L20 -10V10L12 19H-12L-20 10V-10Z',
};

/** Each severity has the shape that it has everywhere on the page (`ui/severity.tsx`) behind its letter. */
const SHAPES: Readonly<Record<NodeLook['severity'], string>> = {
  critical: 'M-5 -12H5L12 -5V5L5 12H-5L-12 5V-5Z',
  high: 'M0 -13L13 10H-13Z',
  medium: 'M0 -13.5L13.5 0L0 13.5L-13.5 0Z',
  low: 'M-10 -10H10V10H-10Z',
  negligible: 'M-11 0A11 11 0 1 1 11 0A11 11 0 1 1 -11 0Z',
  unknown: 'M-11 0A11 11 0 1 1 11 0A11 11 0 1 1 -11 0Z',
  none: '',
  'not-known': '',
};

/**
 * The picture of a node as the inside of an SVG element, `PICTURE` wide and high. It has no text of an image in it: only
 * outlines, the colours of the palette and one letter.
 */
export function drawLook(look: NodeLook, palette: Palette): string {
  const { severity } = look;
  const tone =
    severity === 'none' ? palette.ink : severity === 'not-known' ? palette.muted : palette.severities[severity];
  const small = look.kind === 'process';
  const body = BODIES[look.kind];
  const stopped = look.still === 'stopped';
  const outline = `fill="${palette.surface}" stroke="${tone}" stroke-width="${severity === 'none' || severity === 'not-known' ? 1.75 : 2.5}" stroke-linejoin="round"${
    look.withoutKnowledge || look.kind === 'outside' ? ' stroke-dasharray="4 3"' : ''
  }`;
  return [
    `<g transform="translate(${PICTURE / 2} ${PICTURE / 2})"${stopped ? ' opacity="0.55"' : ''}>`,
    drawHalo(look, palette),
    look.kind === 'group'
      ? `<path d="${body}" transform="translate(5 -5)" ${outline}/><path d="${body}" transform="translate(2.5 -2.5)" ${outline}/>`
      : '',
    `<path d="${body}" ${outline}/>`,
    severity === 'none' || severity === 'not-known'
      ? ''
      : `<path d="${body}" fill="${tone}" fill-opacity="0.16" stroke="none"/>`,
    drawInside(look, tone, palette, small),
    look.still === 'paused' ? drawMark(16, 16, palette, 'M-3 -4V4M3 -4V4', palette.ink) : '',
    stopped ? drawMark(16, 16, palette, 'M-3 -3H3V3H-3Z', palette.ink) : '',
    look.lying === 'none' ? '' : drawLying(look.lying, palette),
    look.drift ? drawMark(17, -16, palette, 'M-4 -1.8H4M-4 1.8H4M-2.4 4.4L2.4 -4.4', palette.attention) : '',
    look.powers ? drawMark(-17, -16, palette, 'M1.5 -5L-3 1H0.5L-1.5 5L3 -1H-0.5Z', palette.attention) : '',
    '</g>',
  ].join('');
}

/** How far its ports are open: a filled band for the world, one line for this machine, a broken one for the host's own network. */
function drawHalo({ exposure, kind }: NodeLook, palette: Palette): string {
  const radius = kind === 'process' ? 19 : 27;
  if (exposure === 'published') {
    return `<circle r="${radius}" fill="none" stroke="${palette.accent}" stroke-opacity="0.28" stroke-width="7"/><circle r="${radius + 3}" fill="none" stroke="${palette.accent}" stroke-width="1.75"/>`;
  }
  if (exposure === 'published-locally') {
    return `<circle r="${radius}" fill="none" stroke="${palette.accent}" stroke-width="1.5"/>`;
  }
  if (exposure === 'host') {
    return `<circle r="${radius}" fill="none" stroke="${palette.accent}" stroke-width="2" stroke-dasharray="7 4"/>`;
  }
  return '';
}

function drawInside({ severity, installed, kind }: NodeLook, tone: string, palette: Palette, small: boolean): string {
  const shape = SHAPES[severity];
  if (shape !== '') {
    const scale = small ? 0.72 : 1;
    const low = severity === 'high' ? 7 : 5;
    return `<g transform="scale(${scale})"><path d="${shape}" fill="${tone}" stroke="${tone}" stroke-width="2" stroke-linejoin="round"/>${letter(LETTERS[severity], low, palette.onSeverity, severity === 'high' ? 12 : 13.5)}</g>`;
  }
  const line = (path: string) =>
    `<path d="${path}" fill="none" stroke="${palette.muted}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`;
  if (installed !== 'none') {
    const [scale, low] = [small ? 0.68 : 0.95, installed === 'high' ? 7 : 5];
    const own = palette.severities[installed];
    return `<g transform="scale(${scale})"><path d="${SHAPES[installed]}" fill="none" stroke="${own}" stroke-width="1.75" stroke-dasharray="3 2.5" stroke-linejoin="round"/>${letter('?', low, own, installed === 'high' ? 12 : 13.5)}</g>`;
  }
  if (severity === 'not-known') return letter('…', 2, palette.muted, 18);
  switch (kind) {
    case 'internet':
      return line('M-20 0H20M0 -20C-11 -8 -11 8 0 20M0 -20C11 -8 11 8 0 20M-17 -10H17M-17 10H17');
    case 'outside':
      return line('M-8 0H8M4 -4L8 0L4 4');
    case 'host':
      return line('M-13 -5H13M-13 5H13M9 -10V-10M9 0V0M9 10V10');
    case 'network':
      return line('M-10 7V0H10V7M0 0V-8M-3 -8H3M-13 7H-7M7 7H13');
    case 'image':
      return line('M-20 -9L0 1L20 -9M0 1V20');
    case 'process':
      return `<circle r="4" fill="${palette.muted}"/>`;
    default:
      return line('M-9 -8V8M-3 -8V8M3 -8V8M9 -8V8');
  }
}

function letter(text: string, y: number, colour: string, size: number): string {
  return `<text y="${y}" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="700" font-size="${size}" fill="${colour}">${text}</text>`;
}

/** The shape of its severity, small and hollow: it is there, and nothing uses it. */
function drawLying(severity: Severity, palette: Palette): string {
  const tone = palette.severities[severity];
  return `<g transform="translate(-17 16)"><circle r="8" fill="${palette.surface}"/><path d="${SHAPES[severity]}" transform="scale(0.48)" fill="${palette.surface}" stroke="${tone}" stroke-width="4" stroke-linejoin="round"/></g>`;
}

function drawMark(x: number, y: number, palette: Palette, path: string, colour: string): string {
  return `<g transform="translate(${x} ${y})"><circle r="8" fill="${palette.surface}" stroke="${colour}" stroke-width="1.25"/><path d="${path}" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/></g>`;
}

/** The picture as the address of an image. */
export function addressOfLook(look: NodeLook, palette: Palette): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE * 2}" height="${PICTURE * 2}" viewBox="0 0 ${PICTURE} ${PICTURE}">${drawLook(look, palette)}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
