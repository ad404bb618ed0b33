import { defaultSettings, type CreateMeetingResponse, type MeetingSchedule, type MeetingSettings, type NewMeeting } from '@conference/client';
import { sendJson } from '../http.ts';

/** Whether people can sign in here, and who has. */
export interface Account {
  readonly signIn?: { readonly name?: string };
  readonly person?: { readonly name: string; readonly email?: string };
}

export interface OwnMeeting {
  readonly id: string; readonly code: string; readonly title: string; readonly joinUrl: string; readonly createdAt: string;
  readonly schedule?: MeetingSchedule; readonly recurring: boolean; readonly encrypted: boolean; readonly ended: boolean;
}

const own = '/api/me/meetings';
const pathOf = (id: string): string => `${own}/${encodeURIComponent(id)}`;

/** Where signing in begins; afterwards the browser is at `to`. */
export function signInPath(to: string): string {
  return `/api/me/login?return=${encodeURIComponent(to)}`;
}

export function readAccount(): Promise<Account> {
  return sendJson('GET', '/api/me');
}

export async function ownMeetings(): Promise<readonly OwnMeeting[]> {
  return (await sendJson<{ readonly meetings: readonly OwnMeeting[] }>('GET', own)).meetings;
}

export function createOwnMeeting({ settings, ...request }: NewMeeting): Promise<CreateMeetingResponse> {
  return sendJson('POST', own, { ...request, ...(settings ? { settings: { ...defaultSettings, ...settings } } : {}) });
}

/** Another name or time. What takes place again can be joined again: a repetition makes a series of it. */
export async function changeOwnMeeting({ id, recurring }: OwnMeeting, change: { readonly title: string; readonly schedule?: MeetingSchedule }): Promise<void> {
  const becomesSeries = change.schedule?.repeats !== undefined && !recurring;
  const settings = becomesSeries ? (await sendJson<{ readonly settings: MeetingSettings }>('GET', pathOf(id))).settings : undefined;
  await sendJson('PATCH', pathOf(id), { ...change, ...(settings ? { settings: { ...settings, recurring: true } } : {}) });
}

export function endOwnMeeting(id: string): Promise<void> {
  return sendJson('DELETE', pathOf(id));
}

/** A token that lets its owner into a meeting as host, once and within two minutes. */
export async function hostPass(id: string): Promise<string> {
  return (await sendJson<{ readonly token: string }>('POST', `${pathOf(id)}/pass`)).token;
}

/** Signs out; the path to go to then, which leads to the provider where that wants to hear of it. */
export async function signOut(): Promise<string> {
  return (await sendJson<{ readonly next: string }>('POST', '/api/me/logout')).next;
}
