// Pictures of the page on a running installation, with real participants: npm run screenshots -- [--url http://localhost:8080] [--out folder] [--only regexp] [--admin-token TOKEN]
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8080' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string', default: '' },
    'admin-token': { type: 'string', default: process.env.CONFERENCE_ADMIN_TOKEN ?? '' },
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
  page.on('console', (message) => message.type() === 'error' && !/status of 40[134]/.test(message.text()) && problems.push(`${names[number]}: ${message.text()}`));
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

async function post(path, body, bearer) {
  const headers = { 'Content-Type': 'application/json', ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}) };
  const response = await fetch(`${values.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${path}: ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

const createMeeting = (title, more = {}) => post('/api/meetings', { title, ...more });

const joined = (page) => page.locator('[data-testid=meeting][data-phase=joined]').waitFor();

async function join(page, { code, hostKey, key }, asHost = false) {
  const secrets = [...(asHost ? [`host=${encodeURIComponent(hostKey)}`] : []), ...(key ? [`key=${key}`] : [])].join('&');
  await page.goto(`${values.url}/j/${code}${secrets ? `#${secrets}` : ''}`);
  await page.getByTestId('join-button').click();
  await joined(page);
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
  if (wanted('created')) {
    await page.getByTestId('title-input').fill('Workshop');
    await page.getByTestId('start-input').fill('2031-05-06T09:30');
    await page.getByTestId('encrypted-input').check();
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('enter-button').waitFor();
    await shoot(page, `created-${device}`);
  }
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

/** Behind a passcode and a lobby; captions; what a host leaves behind; somebody who is sent away. */
async function door() {
  const meeting = await createMeeting('Interview', { passcode: 'open-sesame', settings: { lobby: true } });
  const [host, guest] = [await open(0, desktop), await open(1, phone)];
  await join(host, meeting, true);
  await shoot(host, 'alone-desktop');
  await guest.goto(`${values.url}/j/${meeting.code}`);
  await guest.getByTestId('passcode-input').fill('a wrong one');
  await guest.getByTestId('join-button').click();
  await guest.getByTestId('problem').waitFor();
  await shoot(guest, 'passcode-phone');
  await guest.getByTestId('passcode-input').fill('open-sesame');
  await guest.getByTestId('join-button').click();
  await guest.getByTestId('lobby').waitFor();
  await shoot(guest, 'lobby-phone');
  await host.getByTestId('participants-button').click();
  await host.getByTestId('lobby-row').waitFor();
  await shoot(host, 'lobby-desktop');
  await host.getByTestId('admit').click();
  await joined(guest);
  await guest.getByTestId('more-button').click();
  await guest.getByTestId('more-menu').getByLabel('React with 👏').click();
  const speaker = await guest.getByTestId('meeting').getAttribute('data-you');
  await post(`/api/meetings/${meeting.id}/captions`, { text: 'Thank you for having me. I have looked at the figures of the last quarter', final: false, speaker, language: 'en' }, meeting.hostKey);
  await host.getByTestId('captions').waitFor();
  await shoot(host, 'captions-desktop');
  await host.getByTestId('leave-button').click();
  await host.getByTestId('leave-confirm').click();
  await shoot(host, 'handover-desktop');
  await host.getByTestId('dialog-close').click();
  await host.getByTestId('participant-menu').last().click();
  await host.getByTestId('host-remove').click();
  await guest.getByTestId('over').waitFor();
  await shoot(guest, 'removed-phone');
  for (const page of [host, guest]) await page.context().close();
}

/** Two who have the key, and one who has not. */
async function sealed() {
  const meeting = { ...(await createMeeting('Board', { settings: { encrypted: true } })), key: randomBytes(32).toString('base64url') };
  const [host, guest, stranger] = [await open(0, desktop), await open(1, phone), await open(2, desktop)];
  await join(host, meeting, true);
  await join(guest, meeting);
  await host.locator('[data-testid=encryption-button][data-phase=on]').click();
  await host.getByTestId('encryption-code').waitFor();
  await shoot(host, 'sealed-desktop');
  await guest.waitForTimeout(2000);
  await shoot(guest, 'sealed-phone');
  await join(stranger, { code: meeting.code });
  await stranger.getByTestId('encryption-enter').waitFor();
  await shoot(stranger, 'no-key-desktop');
  for (const page of [host, guest, stranger]) await page.context().close();
}

/** Somebody speaks, somebody watches and wants to say something. */
async function webinar() {
  const meeting = await createMeeting('Town hall', { settings: { webinar: true } });
  const [host, viewer] = [await open(0, desktop), await open(1, phone)];
  await join(host, meeting, true);
  await join(viewer, meeting);
  await viewer.getByTestId('more-button').click();
  await viewer.getByTestId('more-menu').getByText('Raise hand').click();
  await host.getByTestId('participants-button').click();
  await host.getByTestId('viewer-row').waitFor();
  await viewer.waitForTimeout(2000);
  await shoot(host, 'webinar-desktop');
  await shoot(viewer, 'webinar-phone');
  for (const page of [host, viewer]) await page.context().close();
}

/** The operator's page, with a meeting under way. */
async function admin() {
  const [host, desk] = [await open(0, desktop), await open(1, desktop)];
  await join(host, await createMeeting('Weekly design review'), true);
  await desk.goto(`${values.url}/admin`);
  await desk.getByTestId('admin-token').waitFor();
  await shoot(desk, 'admin-door-desktop');
  await desk.getByTestId('admin-token').fill(values['admin-token']);
  await desk.getByTestId('admin-sign-in').click();
  await desk.getByTestId('meeting-row').first().waitFor();
  await shoot(desk, 'admin-desktop');
  for (const tab of ['tenants', 'pods']) {
    await desk.getByTestId(`tab-${tab}`).click();
    await shoot(desk, `admin-${tab}-desktop`);
  }
  await desk.getByTestId('tab-meetings').click();
  await desk.getByTestId('meeting-row').filter({ hasText: 'Weekly design review' }).first().getByTestId('show-meeting').click();
  await desk.getByTestId('admin-media').first().getByText('VP8').waitFor();
  await shoot(desk, 'admin-meeting-desktop');
  for (const page of [host, desk]) await page.context().close();
}

if (wanted('door')) await door();
if (wanted('sealed')) await sealed();
if (wanted('webinar')) await webinar();
if (values['admin-token'] && wanted('admin')) await admin();

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
  await large.locator('participant-tile').nth(2).getByTestId('pin-button').click();
  await large.mouse.move(0, 0);
  await large.waitForTimeout(1500);
  await shoot(large, 'view-pinned-desktop');
  await large.locator('participant-tile').first().hover();
  await large.locator('[data-testid=pin-button][aria-pressed=true]').click();
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
