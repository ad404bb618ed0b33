import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// The SDK as it is in this repository, not as it is published.
const conditions = ['conference-source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['sdk/tests/**/*.test.ts', 'app/tests/**/*.test.ts'], environment: 'node' },
});
