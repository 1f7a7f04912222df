import { type ReactNode, StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { takeAddressToken } from './api/address-token.ts';
import { firstAnswers } from './api/first-answers.ts';
import { App } from './shell/app.tsx';
import './styles/index.css';
import './shell/shell.css';
import './pages/pages.css';

declare global {
  interface Window {
    /** Set by start.js where the browser is too old; it said so. */
    readonly drydockTooOld?: boolean;
  }
}

async function drawPage(): Promise<void> {
  takeAddressToken();
  // An address that is opened where the page is already shown changes this part alone.
  addEventListener('hashchange', takeAddressToken);
  await firstAnswers();
  const root = document.getElementById('root')!;
  const focused = document.activeElement;
  createRoot(root).render(
    <StrictMode>
      <App />
      {focused instanceof HTMLAnchorElement && root.contains(focused) && <FocusBack to={focused} />}
    </StrictMode>,
  );
}

/** Gives the focus to the link that took the place of one that had it: what is built into the page can be walked before this. */
function FocusBack({ to }: { readonly to: HTMLAnchorElement }): ReactNode {
  useEffect(() => {
    const same = [...document.querySelectorAll('a')].find(
      (link) => link.getAttribute('href') === to.getAttribute('href') && link.className === to.className,
    );
    same?.focus({ preventScroll: true });
  }, [to]);
  return null;
}

if (window.drydockTooOld !== true) void drawPage();
