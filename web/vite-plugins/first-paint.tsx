import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Plugin } from 'vite';
import { Router } from 'wouter';
import { Arriving, Frame } from '../src/shell/frame.tsx';
import { titleOf } from '../src/shell/places.ts';
import { IconButton } from '../src/ui/button.tsx';

/**
 * Draws what is around every view into the page itself, so that it is seen, and its links work, before the script ran; it is
 * drawn as on the overview, and public/start.js sets right what is different at another address. The script is loaded at
 * once, and begins when this was seen: it has the browser to itself for as long as it takes to begin. What needs the script is
 * not seen before it (`unscripted`, in shell.css), and public/start.js says when it does not come.
 */
export function firstPaint(): Plugin {
  return {
    name: 'first-paint',
    enforce: 'post',
    generateBundle(_, bundle) {
      const html = Object.values(bundle).find((file) => file.type === 'asset' && file.fileName === 'index.html');
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      if (html?.type !== 'asset' || entry === undefined) throw new Error('there is no page to draw into');
      const begin = afterFirstFrame(`/${entry.fileName}`);
      const name = `assets/begin-${createHash('sha256').update(begin).digest('base64url').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: name, source: begin });
      html.source = String(html.source)
        .replace(
          /<script type="module" crossorigin src="[^"]*"><\/script>/,
          () =>
            `<script type="module" crossorigin src="/${name}"></script>\n` +
            `  <link rel="modulepreload" crossorigin href="/${entry.fileName}">`,
        )
        .replace('<div id="root"></div>', () => `<div id="root"><div class="unscripted">${frame()}</div></div>`);
    },
  };
}

/** No frame comes in a tab that nobody looks at; elsewhere it may be late, and is waited for no longer than 200 ms. */
const afterFirstFrame = (entry: string): string => `const begin = () => import('${entry}');
if (document.visibilityState !== 'visible') begin();
else {
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, 200);
}
`;

function frame(): string {
  return renderToStaticMarkup(
    <Router ssrPath="/">
      <Frame menus={<IconButton label="Theme" icon="system" />}>
        <Arriving title={titleOf('/')} />
      </Frame>
    </Router>,
  );
}
