import { ApiError, type Api } from './api.ts';
import type { Environment } from './environment.ts';
import type { JoinRequest, JoinResponse } from './protocol.ts';

/** Who asks to join, and with what right. */
export interface JoinOptions {
  readonly code: string;
  readonly displayName: string;
  readonly passcode?: string;
  readonly hostKey?: string;
  readonly region?: string;
  /** A JWT that the meeting's tenant signed: takes the place of passcode and host key. */
  readonly token?: string;
  /** The key of an encrypted meeting, from its link's fragment; no server gets it. With it nothing is ever sent in the clear. */
  readonly encryptionKey?: string;
}

interface StoredPlace {
  readonly resumeToken: string;
  readonly displayName: string;
}

/** A place in one meeting: takes it, and takes the same one again after a reload or a lost connection. */
export class Place {
  readonly #env: Environment;
  readonly #api: Api;
  readonly #options: JoinOptions;
  #displayName: string;
  #resumeToken: string | undefined;
  /** The last {@link take} resumed somebody who was in the meeting before. */
  isResumed = false;

  constructor(env: Environment, api: Api, options: JoinOptions) {
    this.#env = env;
    this.#api = api;
    this.#options = options;
    this.#displayName = options.displayName.trim().normalize('NFC');
    this.#resumeToken = storedPlace(env, options.code)?.resumeToken;
  }

  /** R2 and R3: resumes the participant; joins anew where that is over. */
  async take(): Promise<JoinResponse> {
    const { passcode, hostKey, region, token } = this.#options;
    if (this.#resumeToken !== undefined) {
      try {
        const response = this.#keep(await this.#post({ resumeToken: this.#resumeToken }));
        this.isResumed = true;
        return response;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'ResumeExpired') throw error;
        this.forget();
      }
    }
    this.isResumed = false;
    return this.#keep(await this.#post({ displayName: this.#displayName, ...defined({ passcode, hostKey, region, token, deviceToken: deviceToken(this.#env) }) }));
  }

  /** The participant has another name now: it goes along when the place has to be taken anew. */
  renamed(displayName: string): void {
    if (displayName === this.#displayName) return;
    this.#displayName = displayName;
    if (this.#resumeToken !== undefined) this.#store(this.#resumeToken);
  }

  /** The token that opens what only this participant may read. */
  get token(): string | undefined {
    return this.#resumeToken;
  }

  forget(): void {
    this.#resumeToken = undefined;
    this.#env.storage.remove(keyOf(this.#options.code));
  }

  #post(request: JoinRequest): Promise<JoinResponse> {
    return this.#api.join(this.#options.code, request);
  }

  #keep(response: JoinResponse): JoinResponse {
    this.#resumeToken = response.resumeToken;
    this.#store(response.resumeToken);
    return response;
  }

  #store(resumeToken: string): void {
    const stored: StoredPlace = { resumeToken, displayName: this.#displayName };
    this.#env.storage.set(keyOf(this.#options.code), JSON.stringify(stored));
  }
}

/** The place that this tab had in the meeting before it was reloaded. */
export function storedPlace(env: Environment, code: string): StoredPlace | undefined {
  try {
    const stored = JSON.parse(env.storage.get(keyOf(code)) ?? 'null') as Partial<StoredPlace> | null;
    return stored?.resumeToken ? { resumeToken: stored.resumeToken, displayName: stored.displayName ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

/** The same for every meeting of this browser, until its storage is cleared. */
function deviceToken(env: Environment): string | undefined {
  const { lasting } = env;
  if (!lasting) return undefined;
  const key = 'conference:device';
  const token = lasting.get(key) ?? env.newId();
  lasting.set(key, token);
  return token;
}

function keyOf(code: string): string {
  return `conference:place:${code}`;
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as Partial<T>;
}
