import { defineConfig } from 'vite';
import { firstPaint } from './vite-plugins/first-paint.tsx';
import { oneFile } from './vite-plugins/one-file.ts';

/**
 * `vite build` makes the page of the service (dist/web), `vite build --mode report` the frame of the HTML report
 * (dist/web/report.html), which is one file. tools/prepare.sh calls both.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  // Its addresses are its own, wherever it is served: `/images/ID` asks for `/assets/...`.
  base: '/',
  publicDir: mode === 'report' ? false : 'public',
  build: {
    target: 'es2022',
    // Each file costs a request; a data: address would need an exception in the policy of the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: false,
    // The map is a chunk of its own already, and most of it is Cytoscape.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: mode === 'report' ? 'report.html' : 'index.html',
      // The time goes into building the worker of the map.
      checks: { bundlerTimings: false },
    },
  },
  plugins: mode === 'report' ? [oneFile()] : [firstPaint()],
  // `npm run dev --workspace web`: the page from its source, beside a service that runs.
  server: {
    proxy: {
      '/api': { target: 'http://127.0.0.1:6060', changeOrigin: true, headers: { Origin: 'http://127.0.0.1:6060' } },
    },
  },
}));
