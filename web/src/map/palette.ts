import type { Palette } from './node-look.ts';
import type { Severity } from './shapes.ts';

const TOKENS = {
  ground: '--ground',
  surface: '--surface',
  ink: '--ink',
  muted: '--ink-faint',
  line: '--line',
  accent: '--accent',
  attention: '--warn',
} as const;

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

/** Reads the colours of the tokens as they are in the present theme, of which a canvas and a picture understand nothing. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const pixel = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    if (pixel === null) return '#808080';
    pixel.fillStyle = getComputedStyle(probe).color;
    pixel.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = pixel.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((each) => each.toString(16).padStart(2, '0')).join('')}`;
  };
  try {
    return {
      ground: read(TOKENS.ground),
      surface: read(TOKENS.surface),
      ink: read(TOKENS.ink),
      muted: read(TOKENS.muted),
      line: read(TOKENS.line),
      accent: read(TOKENS.accent),
      attention: read(TOKENS.attention),
      severities: Object.fromEntries(SEVERITIES.map((each) => [each, read(`--${each}-fill`)])) as Palette['severities'],
      onSeverity: read('--surface'),
    };
  } finally {
    probe.remove();
  }
}

/** Calls back whenever the theme may have changed. */
export function watchTheme(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', changed);
  const watcher = new MutationObserver(changed);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme', 'style'] });
  return () => {
    dark.removeEventListener('change', changed);
    watcher.disconnect();
  };
}
