// How a foreign client talks to the test that started it (one JSON object a line) and to the stable link (WHIP and WHEP are HTTP).
import { createInterface } from 'node:readline';

export const say = (event, facts = {}) => process.stdout.write(JSON.stringify({ event, ...facts }) + '\n');

/** The command line: `publish|play` and `--name value` pairs. */
export function options() {
  const [mode, ...rest] = process.argv.slice(2), given = { mode };
  for (let i = 0; i < rest.length; i += 2) given[rest[i].replace(/^--/, '')] = rest[i + 1];
  return given;
}

/** Posts the offer and gives the answer's text, with `--over tcp` without its candidates of UDP; null when it was refused. */
export async function post({ url, bearer, over }, offer) {
  say('offer', { sdp: offer });
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${bearer}` }, body: offer });
  const sdp = await response.text(), location = response.headers.get('Location');
  say('answer', { status: response.status, location, etag: response.headers.get('ETag'), type: response.headers.get('Content-Type'), sdp });
  return response.status === 201 ? { sdp: over === 'tcp' ? sdp.replace(/^a=candidate:.* udp .*\r\n/gim, '') : sdp, location: new URL(location, url) } : null;
}

/** Waits until the test says `delete`, ends the session and the process. */
export function endWhenTold({ bearer }, location, close) {
  createInterface({ input: process.stdin }).on('line', async (line) => {
    if (line !== 'delete') return;
    const response = await fetch(location, { method: 'DELETE', headers: { Authorization: `Bearer ${bearer}` } });
    say('deleted', { status: response.status });
    close();
  }).on('close', () => process.exit(0));
}
