/**
 * The little that this client does to session descriptions. A description is split into its session part and its media sections;
 * every line keeps its CRLF.
 */

/** Marks the m-lines with these mids as presentation content (RFC 4796), so that the pod can tell a screen from a camera. */
export function markSlides(sdp: string, mids: ReadonlySet<string>): string {
  return sections(sdp)
    .map((section) => {
      const mid = attribute(section, 'mid');
      if (mid === undefined || !mids.has(mid)) return section;
      return section.replace(/^a=mid:.*\r?\n/m, (line) => `${line}a=content:slides\r\n`);
    })
    .join('');
}

/**
 * Offers to repair lost sound by sending it again (RFC 4585): browsers can, but do not offer it. A browser does what the answer says, so only the copy for the pod says it; browsers that cannot ignore the
 * line in the answer.
 */
export function offerSoundRepair(sdp: string): string {
  return sections(sdp)
    .map((section) => {
      const format = section.startsWith('m=audio') ? /^a=rtpmap:(\d+) opus\/48000\/2\r?\n/im.exec(section) : null;
      if (!format || new RegExp(`^a=rtcp-fb:(${format[1]}|\\*) nack\r?$`, 'm').test(section)) return section;
      return section.replace(format[0], `${format[0]}a=rtcp-fb:${format[1]} nack\r\n`);
    })
    .join('');
}

/** The fragment (RFC 8840) that asks for an ICE restart with the credentials of `offer`. */
export function restartFragment(offer: string): string {
  const [session = '', ...media] = sections(offer);
  const first = media[0] ?? '';
  const lines = [
    'a=ice-options:trickle',
    ...session.split(/\r?\n/).filter((line) => line.startsWith('a=group:BUNDLE')),
    first.split(/\r?\n/)[0] ?? '',
    `a=mid:${attribute(first, 'mid') ?? '0'}`,
    `a=ice-ufrag:${attribute(first, 'ice-ufrag') ?? attribute(session, 'ice-ufrag') ?? ''}`,
    `a=ice-pwd:${attribute(first, 'ice-pwd') ?? attribute(session, 'ice-pwd') ?? ''}`,
    ...first.split(/\r?\n/).filter((line) => line.startsWith('a=candidate:')),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** The earlier answer with the ICE credentials and candidates of the pod's fragment: the answer to the restart's offer. */
export function restartAnswer(answer: string, fragment: string): string {
  const ufrag = attribute(fragment, 'ice-ufrag');
  const pwd = attribute(fragment, 'ice-pwd');
  if (ufrag === undefined || pwd === undefined) throw new Error('the answer to an ICE restart has no credentials');
  const candidates = fragment.split(/\r?\n/).filter((line) => line.startsWith('a=candidate:') || line === 'a=end-of-candidates');
  const replaced = answer
    .replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${ufrag}`)
    .replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${pwd}`);
  if (candidates.length === 0) return replaced;
  const [session = '', first, ...rest] = sections(replaced);
  const strip = (text: string): string => text.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
  const withCandidates = first === undefined ? [] : [strip(first) + candidates.map((line) => `${line}\r\n`).join('')];
  return [strip(session), ...withCandidates, ...rest.map(strip)].join('');
}

/** The value of the first `a=name:` line. */
export function attribute(text: string, name: string): string | undefined {
  return new RegExp(`^a=${name}:([^\\r\\n]*)`, 'm').exec(text)?.[1];
}

function sections(sdp: string): string[] {
  return sdp.split(/^(?=m=)/m);
}
