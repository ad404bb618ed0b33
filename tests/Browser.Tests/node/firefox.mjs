// One Firefox with one page. Reads requests from standard input and answers on standard output, one JSON object a line: {id, do, ...} and {id, value} or {id, error}.
// What the page says by itself goes out as {said}.
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';

const { executable, prefs, script } = JSON.parse(process.argv[2]);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
// The parts of the page are open shadow roots.
const inside = (testId) => `pierce/[data-testid=${testId}]`;

const browser = await puppeteer.launch({ browser: 'firefox', executablePath: executable, headless: true, extraPrefsFirefox: prefs, defaultViewport: { width: 1280, height: 720 } });
const [page = await browser.newPage()] = await browser.pages();
page.setDefaultTimeout(20_000);
page.on('console', (message) => message.type() === 'error' && say({ said: message.text() }));
page.on('pageerror', (error) => say({ said: String(error?.message ?? error) }));
await page.evaluateOnNewDocument(script);

const actions = {
  version: () => browser.version(),
  url: () => page.url(),
  goto: ({ url }) => page.goto(url, { waitUntil: 'domcontentloaded' }).then(() => null),
  fill: ({ testId, text }) => page.locator(inside(testId)).fill(text),
  click: ({ testId }) => page.locator(inside(testId)).click(),
  wait: ({ testId }) => page.waitForSelector(inside(testId)).then(() => null),
  attribute: async ({ testId, name }) => (await page.$(inside(testId)))?.evaluate((e, key) => e.getAttribute(key), name),
  text: async ({ testId }) => (await page.$(inside(testId)))?.evaluate((e) => e.textContent.trim()),
  // Another tab stays: the browser itself goes on.
  close: () => browser.newPage().then(() => page.close()),
  evaluate: ({ expression }) => page.evaluate(expression),
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, do: action, ...parameters } = JSON.parse(line);
  try {
    say({ id, value: (await actions[action](parameters)) ?? null });
  } catch (error) {
    say({ id, error: String(error?.message ?? error) });
  }
}).on('close', async () => {
  await browser.close();
  process.exit(0);
});
