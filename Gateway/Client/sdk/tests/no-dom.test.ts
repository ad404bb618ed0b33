import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the SDK touches no page: no document, no window, no element', () => {
  const root = join(import.meta.dirname, '../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(15);
  const offenders = files.filter((name) => /\b(document|window|HTMLElement|HTMLVideoElement|customElements|localStorage)\b\.\w/.test(readFileSync(join(root, name), 'utf8')));
  expect(offenders).toEqual([]);
});
