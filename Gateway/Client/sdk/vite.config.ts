import { defineConfig } from 'vite';

// The SDK on its own, for pages that are not ours: /sdk/conference-client.js of every installation.
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../wwwroot/sdk',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'conference-client.js' },
  },
});
