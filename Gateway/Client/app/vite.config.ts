import { defaultClientConditions, defineConfig } from 'vite';

const backend = process.env['CONFERENCE_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // The SDK as it is in this repository, not as it is published.
  resolve: { conditions: ['conference-source', ...defaultClientConditions] },
  build: {
    outDir: '../../wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // Nothing inline: the Content-Security-Policy is `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': backend,
      '/signal': { target: backend, ws: true },
      '/media': { target: backend, ws: true },
      '/sdk': backend,
    },
  },
});
