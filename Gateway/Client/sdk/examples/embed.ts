// A meeting in a page of one's own: hear and see everybody, be heard and seen. For another origin than the installation's, start that with --allow-origin.
import { Meeting, ambientEnvironment } from '@conference/client';

export async function embed(into: HTMLElement, origin: string, code: string, displayName: string): Promise<Meeting> {
  const meeting = await Meeting.join({ code, displayName, env: ambientEnvironment(origin) });
  const players = new Map<string, HTMLMediaElement>();
  meeting.events.on('state', ({ meeting: view, slots, you, phase, over }) => {
    for (const { mid, kind, track } of slots) {
      if (players.has(mid)) continue;
      const player = Object.assign(document.createElement(kind), { autoplay: true, srcObject: new MediaStream([track]) });
      players.set(mid, into.appendChild(player));
    }
    for (const [mid, player] of players) player.hidden = !slots.some((slot) => slot.mid === mid && slot.participantId !== undefined);
    const others = (view?.participants ?? []).filter(({ id }) => id !== you);
    meeting.show(others.map(({ id }) => ({ participantId: id, source: 'Camera', height: 360 })), devicePixelRatio);
    if (phase === 'over') into.replaceChildren(`The meeting is over: ${over}`);
  });
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  await meeting.publish('Microphone', own.getAudioTracks()[0] ?? null);
  await meeting.publish('Camera', own.getVideoTracks()[0] ?? null);
  return meeting;
}
