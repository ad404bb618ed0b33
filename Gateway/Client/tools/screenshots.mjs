// Pictures of the page on a running installation, with real participants: npm run screenshots -- [--url http://localhost:8080] [--out folder] [--only regexp]
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8080' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string', default: '' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
});

const names = ['Ada Lovelace', 'Grace Hopper', 'Katherine Johnson', 'Alan Turing', 'Barbara Liskov', 'Edsger Dijkstra', 'Radia Perlman', 'Ken Thompson', 'Margaret Hamilton'];
const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const problems = [];

mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required'],
});

/** A page of somebody with a painted portrait instead of the browser's test picture, sent at 180 lines. */
async function open(number, options) {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.on('pageerror', (error) => problems.push(`${names[number]}: ${error.message}`));
  // A refused request is what some of these pages are about.
  page.on('console', (message) => message.type() === 'error' && !/status of 404/.test(message.text()) && problems.push(`${names[number]}: ${message.text()}`));
  await page.addInitScript(
    ({ name }) => localStorage.setItem('conference:preferences', JSON.stringify({ name, quality: 180 })),
    { name: names[number] },
  );
  await page.addInitScript(paintCamera, number);
  return page;
}

/** Runs in the page. */
function paintCamera(number) {
  const skin = ['#e8b88f', '#c98d63', '#8d5a3a', '#f1cfae', '#6b4630'][number % 5];
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 180;
  const g = canvas.getContext('2d');
  const ellipse = (color, ...shape) => {
    g.fillStyle = color;
    g.beginPath();
    g.ellipse(...shape, 0, 0, 2 * Math.PI);
    g.fill();
  };
  let time = number;
  setInterval(() => {
    time += 0.15;
    const hue = (number * 67) % 360;
    const sky = g.createLinearGradient(0, 0, 320, 180);
    sky.addColorStop(0, `hsl(${hue} 28% 62%)`);
    sky.addColorStop(1, `hsl(${hue + 50} 30% 34%)`);
    g.fillStyle = sky;
    g.fillRect(0, 0, 320, 180);
    ellipse(`hsl(${hue + 180} 30% 30%)`, 160, 200, 85, 75);
    const x = 160 + Math.sin(time) * 4;
    ellipse('#2b1d14', x, 68, 36, 34);
    ellipse(skin, x, 88, 33, 42);
  }, 200);
  const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await native(constraints);
    const [test] = stream.getVideoTracks();
    if (!test) return stream;
    test.stop();
    return new MediaStream([...stream.getAudioTracks(), ...canvas.captureStream(5).getVideoTracks()]);
  };
}

async function createMeeting(title) {
  const response = await fetch(`${values.url}/api/meetings`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ title }) });
  if (!response.ok) throw new Error(`POST /api/meetings: ${response.status}`);
  return response.json();
}

async function join(page, { code, hostKey }, asHost = false) {
  await page.goto(`${values.url}/j/${code}${asHost ? `#host=${hostKey}` : ''}`);
  await page.getByTestId('join-button').click();
  await page.locator('[data-testid=meeting][data-phase=joined]').waitFor();
  await page.mouse.move(0, 0);
}

async function shoot(page, name) {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${values.out}/${name}-${scheme}.png` });
  }
}

const wanted = (name) => new RegExp(values.only).test(name);

for (const [device, options] of [['desktop', desktop], ['phone', phone]]) {
  const page = await open(0, options);
  await page.goto(values.url);
  if (wanted('start')) await shoot(page, `start-${device}`);
  await page.getByText('Options').click();
  if (wanted('options')) await shoot(page, `options-${device}`);
  const meeting = await createMeeting('Weekly design review');
  await page.goto(`${values.url}/j/${meeting.code}`);
  await page.getByTestId('preview').waitFor();
  if (wanted('join')) await shoot(page, `join-${device}`);
  if (wanted('test')) {
    await page.getByTestId('connection-test-button').click();
    await page.getByTestId('connection-verdict').waitFor();
    await page.getByTestId('connection-verdict').scrollIntoViewIfNeeded();
    await shoot(page, `test-${device}`);
  }
  if (wanted('german')) {
    await page.goto(values.url);
    await page.getByTestId('language-select').selectOption('de');
    await page.getByText('Optionen').click();
    await shoot(page, `german-start-${device}`);
    await page.getByTestId('language-select').selectOption('en');
  }
  await page.context().close();

  const denied = await open(0, options);
  await denied.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await denied.goto(`${values.url}/j/${meeting.code}`);
  await denied.getByTestId('device-problem').first().waitFor();
  if (wanted('denied')) await shoot(denied, `denied-${device}`);
  await denied.goto(`${values.url}/j/babab-babab-babab-babab`);
  await denied.getByTestId('problem').waitFor();
  if (wanted('unknown')) await shoot(denied, `unknown-${device}`);
  await denied.context().close();
}

// The same people stay while the meeting grows; a desktop and a phone look at it.
const meeting = await createMeeting('Weekly design review');
const large = await open(0, desktop);
await join(large, meeting, true);
if (wanted('meeting-1')) await shoot(large, 'meeting-1-desktop');
const small = await open(1, phone);
let people = 2;
await join(small, meeting);
for (const size of [2, 4, 9]) {
  for (; people < size; people++) await join(await open(people, { viewport: { width: 320, height: 240 } }), meeting);
  for (const [device, page] of [['desktop', large], ['phone', small]]) {
    await page.waitForFunction((count) => document.querySelector('conference-app').shadowRoot.querySelector('meeting-page').shadowRoot.querySelector('stage-view').shadowRoot
      .querySelectorAll('participant-tile').length === count, size);
    await page.waitForTimeout(3000);
    if (wanted(`meeting-${size}`)) await shoot(page, `meeting-${size}-${device}`);
  }
}
if (wanted('view')) {
  await large.getByTestId('view-button').click();
  await shoot(large, 'view-menu-desktop');
  await large.getByTestId('view-speaker').click();
  await large.mouse.move(0, 0);
  await large.waitForTimeout(2500);
  await shoot(large, 'view-speaker-desktop');
  await large.locator('participant-tile').nth(2).hover();
  await shoot(large, 'view-hover-desktop');
  await large.keyboard.press('g');
  await small.setViewportSize({ width: 844, height: 390 });
  await small.waitForTimeout(1500);
  await shoot(small, 'rotated-phone');
  await small.getByTestId('more-button').click();
  await shoot(small, 'rotated-more-phone');
  await small.keyboard.press('Escape');
  await small.setViewportSize(phone.viewport);
}
for (const [item, name] of [['devices-button', 'settings'], ['shortcuts-button', 'shortcuts'], ['mute-all-button', 'mute-all']]) {
  if (!wanted(name)) continue;
  await large.getByTestId('more-button').click();
  await large.getByTestId(item).click();
  await shoot(large, `${name}-desktop`);
  await large.getByTestId('dialog-close').click();
}
if (wanted('settings')) {
  await small.getByTestId('more-button').click();
  await small.getByTestId('devices-button').click();
  await shoot(small, 'settings-phone');
  await small.getByTestId('dialog-close').click();
}
await small.getByTestId('chat-button-compact').click();
await small.getByTestId('chat-input').fill('Shall we start?');
await small.getByTestId('chat-input').press('Enter');
await large.getByTestId('chat-badge').waitFor();
await large.getByTestId('chat-button').click();
if (wanted('chat')) {
  await shoot(large, 'chat-desktop');
  await shoot(small, 'chat-phone');
}
await large.getByTestId('participants-button').click();
await large.getByTestId('hand-button').click();
await small.getByTestId('chat-button-compact').click();
await small.getByTestId('more-button').click();
if (wanted('more')) await shoot(small, 'more-phone');
await small.getByTestId('participants-button-compact').click();
await small.getByTestId('rename-button').click();
await large.getByTestId('participant-menu').first().click();
await large.mouse.move(0, 0);
if (wanted('people')) {
  await shoot(large, 'people-desktop');
  await shoot(small, 'people-phone');
}
await small.getByTestId('people-panel').getByLabel('Close participants').click();
await large.getByTestId('polls-button').click();
await large.getByTestId('new-poll').click();
await large.getByTestId('poll-question').fill('Which day suits you for the workshop?');
await large.getByTestId('poll-answer').nth(0).fill('Tuesday');
await large.getByTestId('poll-answer').nth(1).fill('Thursday');
if (wanted('poll-form')) await shoot(large, 'poll-form-desktop');
await large.getByTestId('poll-start').click();
await small.getByTestId('toast-action').last().click();
await small.getByTestId('poll-option').nth(1).check();
await large.getByTestId('poll-option').nth(0).check();
await small.getByTestId('tab-questions').click();
await small.getByTestId('question-input').fill('Will there be a recording?');
await small.getByTestId('question-ask').click();
if (wanted('polls')) {
  await shoot(large, 'polls-desktop');
  await large.getByTestId('tab-questions').click();
  await shoot(large, 'questions-desktop');
  await shoot(small, 'questions-phone');
}
await small.getByTestId('polls-panel').getByLabel('Close polls and questions').click();
await large.getByTestId('more-button').click();
await large.getByTestId('host-controls-button').click();
if (wanted('host')) {
  await shoot(large, 'host-controls-desktop');
  await large.getByTestId('host-schedule').locator('summary').click();
  await large.getByTestId('host-removed').scrollIntoViewIfNeeded();
  await shoot(large, 'host-schedule-desktop');
}
await large.getByTestId('dialog-close').click();
await large.getByTestId('polls-button').click();
await large.getByTestId('more-button').click();
await large.getByTestId('rooms-button').click();
if (wanted('rooms')) await shoot(large, 'rooms-desktop');
await large.getByTestId('breakout-start').click();
await small.getByTestId('room-banner').waitFor();
if (wanted('rooms')) {
  await shoot(large, 'rooms-open-desktop');
  await shoot(small, 'rooms-phone');
}
await large.getByTestId('breakout-close-now').click();
await large.getByTestId('dialog-close').click();
await large.getByTestId('share-button').click();
await large.getByTestId('sharing-banner').waitFor();
await small.waitForTimeout(4000);
if (wanted('screen')) {
  await shoot(large, 'screen-desktop');
  await shoot(small, 'screen-phone');
  // Somebody who watches the screen beside a gallery.
  const third = await open(2, desktop);
  await join(third, meeting);
  await third.getByTestId('stage-edge').waitFor();
  await third.waitForTimeout(3000);
  await shoot(third, 'side-strip-desktop');
  await third.getByTestId('stage-edge').focus();
  for (let i = 0; i < 9; i++) await third.keyboard.press('ArrowLeft');
  await third.waitForTimeout(1500);
  await shoot(third, 'side-wide-desktop');
}
await small.getByTestId('leave-button').click();
await small.getByTestId('over').waitFor();
if (wanted('over')) await shoot(small, 'over-phone');
await browser.close();
for (const problem of new Set(problems)) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
