import { ApiError, NetworkError } from '@conference/client';

/** Asks the server that served the page; what it refuses is an {@link ApiError} with its named reason, no answer a {@link NetworkError}. */
export async function sendJson<T>(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}): Promise<T> {
  const headers: Record<string, string> = { ...more };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch((cause: unknown) => {
    throw new NetworkError(path, { cause });
  });
  if (response.ok) return (response.status === 204 || response.status === 202 ? undefined : await response.json()) as T;
  const problem = await (response.json() as Promise<{ readonly reason?: string; readonly title?: string }>).catch(() => ({ reason: '', title: '' }));
  throw new ApiError(response.status, problem.reason ?? '', problem.title ?? '');
}
