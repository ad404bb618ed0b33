import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const sdk = resolve(import.meta.dirname, '..');
const tsc = resolve(sdk, '../node_modules/.bin/tsc');
let folder = '';

const run = (program: string, args: string[], cwd = folder): { code: number; output: string } => {
  try {
    return { code: 0, output: execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
};

/** What a stranger gets: the tarball, installed into a folder with nothing else in it. */
describe('the package', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'conference-pack-'));
    expect(run('npm', ['pack', '--pack-destination', folder, '--silent'], sdk)).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    expect(run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', './conference-client-0.1.0.tgz'])).toMatchObject({ code: 0 });
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const check = (resolution: 'Bundler' | 'NodeNext', text: string): { code: number; output: string } => {
    const module = resolution === 'Bundler' ? 'ESNext' : 'NodeNext';
    mkdirSync(join(folder, resolution), { recursive: true });
    writeFileSync(join(folder, resolution, 'example.ts'), text);
    const compilerOptions = { module, moduleResolution: resolution, target: 'ES2022', lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], strict: true, noEmit: true, skipLibCheck: false };
    writeFileSync(join(folder, resolution, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    return run(tsc, ['-p', resolution]);
  };

  for (const resolution of ['Bundler', 'NodeNext'] as const) {
    it(`type-checks its example (${resolution})`, () => {
      expect(check(resolution, readFileSync(join(folder, 'node_modules/@conference/client/examples/embed.ts'), 'utf8'))).toEqual({ code: 0, output: '' });
    }, 60_000);
  }

  it('has typed events: what does not exist, or is something else, is an error', () => {
    const wrong = `import { Meeting } from '@conference/client';
      export const use = (meeting: Meeting): void => {
        meeting.events.on('nonsense', () => undefined);
        meeting.events.on('caption', (caption) => caption.nonsense);
        meeting.events.on('muted', ({ by }) => by === 'nobody');
      };`;
    const { code, output } = check('Bundler', wrong);
    expect(code).not.toBe(0);
    expect(output.match(/error TS/g)).toHaveLength(3);
  }, 60_000);

  it('is loaded by Node as it is', () => {
    expect(run('node', ['--input-type=module', '-e', "const sdk = await import('@conference/client'); console.log(typeof sdk.Meeting.join, sdk.ambientEnvironment('https://a.example').origin)"]))
      .toEqual({ code: 0, output: 'function https://a.example\n' });
  });
});
