import { sendJson } from '../http.ts';

export interface AdminMeeting {
  readonly id: string; readonly tenantId: string; readonly code: string; readonly title: string;
  readonly participants: number; readonly lobby: number; readonly since: string; readonly locked: boolean;
}

export interface Pod {
  readonly podId: string; readonly role: string; readonly region: string; readonly participants: number; readonly meetings: number;
  readonly egressMbps: number; readonly load: number; readonly draining: boolean; readonly capacity: { readonly participants: number };
}

export interface Overview {
  readonly version: string; readonly now: string; readonly meetings: readonly AdminMeeting[]; readonly meetingCount: number; readonly participants: number;
  readonly regions: readonly { readonly region: string; readonly egressMbps: number; readonly pods: readonly Pod[] }[];
}

export interface Person {
  readonly id: string; readonly displayName: string; readonly role: string; readonly presence: string; readonly sending: readonly string[]; readonly joinedAt: string;
}

export interface MeetingDetails { readonly id: string; readonly title: string; readonly code: string; readonly participants: readonly Person[] }

export interface LayerQuality { readonly rid?: string; readonly width: number; readonly height: number; readonly kbps: number; readonly lossPercent: number; readonly jitterMs: number; readonly off: boolean }
export interface SentQuality { readonly source: string; readonly codec?: string; readonly muted: boolean; readonly layers: readonly LayerQuality[] }
export interface SeenQuality { readonly from?: string; readonly source: string; readonly height: number; readonly framesPerSecond: number; readonly kbps: number; readonly limit: string }
export interface PersonQuality {
  readonly id: string; readonly podId: string; readonly connected: boolean; readonly roundTripMs?: number; readonly lossPercent: number; readonly sentKbps: number;
  readonly estimateKbps?: number; readonly wantedKbps: number; readonly sends: readonly SentQuality[]; readonly sees: readonly SeenQuality[];
}
export interface MeetingQuality { readonly participants: readonly PersonQuality[]; readonly silentPods: readonly string[] }

export type Bitrate = 'Full' | 'Standard' | 'Basic';
export interface Quotas { readonly meetings?: number; readonly participants?: number; readonly minutesPerMonth?: number; readonly bitrate: Bitrate }

export interface Tenant {
  readonly id: string; readonly name: string; readonly createdAt: string; readonly quotas: Quotas; readonly tokensOnly?: boolean; readonly deleting?: boolean;
  readonly usage: { readonly meetings: number; readonly participants: number; readonly month: string; readonly minutes: number };
}

/** What the operator of the installation may ask and do; every request shows the admin token. */
export class AdminApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  overview(): Promise<Overview> {
    return this.#send('GET', '/api/admin/overview');
  }

  async tenants(): Promise<readonly Tenant[]> {
    return (await this.#send<{ readonly tenants: readonly Tenant[] }>('GET', '/api/tenants')).tenants;
  }

  meeting(id: string): Promise<MeetingDetails> {
    return this.#send('GET', `/api/admin/meetings/${encodeURIComponent(id)}`);
  }

  quality(id: string): Promise<MeetingQuality> {
    return this.#send('GET', `/api/admin/meetings/${encodeURIComponent(id)}/quality`);
  }

  end(id: string): Promise<void> {
    return this.#send('DELETE', `/api/admin/meetings/${encodeURIComponent(id)}`);
  }

  remove(id: string, participant: string): Promise<void> {
    return this.#send('DELETE', `/api/admin/meetings/${encodeURIComponent(id)}/participants/${encodeURIComponent(participant)}`);
  }

  createTenant(id: string, name?: string): Promise<{ readonly name: string; readonly key: string }> {
    return this.#send('POST', '/api/tenants', name === undefined ? { id } : { id, name });
  }

  setQuotas(tenant: string, quotas: Quotas): Promise<Tenant> {
    return this.#send('PUT', `/api/tenants/${encodeURIComponent(tenant)}/quotas`, quotas);
  }

  setJoining(tenant: string, tokensOnly: boolean): Promise<Tenant> {
    return this.#send('PUT', `/api/tenants/${encodeURIComponent(tenant)}/joining`, { tokensOnly });
  }

  deleteTenant(tenant: string, force: boolean): Promise<void> {
    return this.#send('DELETE', `/api/tenants/${encodeURIComponent(tenant)}${force ? '?force=true' : ''}`);
  }

  #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return sendJson(method, path, body, { Authorization: `Bearer ${this.#token}` });
  }
}
