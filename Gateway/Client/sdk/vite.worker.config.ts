import { defineConfig } from 'vite';

// The worker that encrypts frames, in one file that needs no other: /sdk/conference-frames.js.
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../wwwroot/sdk',
    emptyOutDir: false,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: 'src/e2ee/worker.ts', formats: ['es'], fileName: () => 'conference-frames.js' },
  },
});
