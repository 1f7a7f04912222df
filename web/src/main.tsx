// biome-ignore lint/correctness/noUnresolvedImports: React has StrictMode; the linter reads its types only in part
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeAddressToken } from './api/address-token.ts';
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

if (window.drydockTooOld !== true) {
  takeAddressToken();
  // An address that is opened where the page is already shown changes this part alone.
  addEventListener('hashchange', takeAddressToken);
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
