import type { Environment } from './environment.ts';
import type {
  ApiProblem, ChatPage, CreateMeetingRequest, CreateMeetingResponse, JoinFacts, JoinRequest, JoinResponse, MediaGrant,
} from './protocol.ts';

/** The server answered with a problem document. `reason` is its named reason, as `WrongPasscode`. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number;

  constructor(status: number, reason: string, message: string, retryAfterMs = 0) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: no network, no server, or an answer that is not the API's. */
export class NetworkError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NetworkError';
  }
}

/** How long a request may take before it counts as unanswered. */
const requestTimeoutMs = 10_000;

/** The HTTP API of an installation, as far as a client needs it. */
export class Api {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  createMeeting(request: CreateMeetingRequest, token?: string): Promise<CreateMeetingResponse> {
    return this.#json('POST', '/api/meetings', request, token);
  }

  facts(code: string): Promise<JoinFacts> {
    return this.#json('GET', `/api/join/${encodeURIComponent(code)}`);
  }

  /** A session of nobody's meeting on the pod that one would get, for a few seconds. */
  testGrant(code: string): Promise<MediaGrant> {
    return this.#json('POST', `/api/join/${encodeURIComponent(code)}/test`);
  }

  join(code: string, request: JoinRequest): Promise<JoinResponse> {
    return this.#json('POST', `/api/join/${encodeURIComponent(code)}`, request);
  }

  /** The page of messages before a sequence; with `search`, those that have it in them. */
  chatBefore(meetingId: string, before: number, token: string, search = ''): Promise<ChatPage> {
    const query = search === '' ? '' : `&q=${encodeURIComponent(search)}`;
    return this.#json('GET', `/api/meetings/${encodeURIComponent(meetingId)}/chat?before=${before}${query}`, undefined, token);
  }

  async #json<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const response = await request(this.#env, this.#env.origin + path, {
      method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await problemOf(response);
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new NetworkError(`${method} ${path}: not JSON`, { cause: error });
    }
  }
}

/** `fetch` with a bound on its time; everything that is not an answer is a {@link NetworkError}. */
export async function request(env: Environment, url: string, init: RequestInit): Promise<Response> {
  const abort = new AbortController();
  const cancel = env.clock.after(requestTimeoutMs, () => abort.abort());
  try {
    return await env.fetch(url, { ...init, signal: abort.signal, cache: 'no-store' });
  } catch (error) {
    throw new NetworkError(`${init.method ?? 'GET'} ${url}: no answer`, { cause: error });
  } finally {
    cancel();
  }
}

/** The error that a response stands for. */
export async function problemOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0);
  const retryAfterMs = Number.isFinite(retryAfter) ? Math.max(0, retryAfter * 1000) : 0;
  try {
    const problem = (await response.json()) as Partial<ApiProblem>;
    return new ApiError(response.status, problem.reason ?? '', problem.title ?? response.statusText, retryAfterMs);
  } catch {
    return new ApiError(response.status, '', response.statusText, retryAfterMs);
  }
}
