/**
 * The one way from the browser to the server. Types come from the rooms' endpoint constants; nothing is written twice:
 *
 *     import type { alertsApi } from '.../platform/alerts/api.ts';
 *     const client = createClient<typeof alertsApi & typeof casesApi>();
 *     const page = await client.call('GET /api/alerts', { query: { limit: 50 } });
 *     const alerts = useQuery(client.ask('GET /api/alerts', { query: { limit: 50 } }));
 */
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '../../../platform/http/endpoints.ts';
import { currentLanguage } from '../words/language.ts';
import { offlineProblem, ProblemError, problemOf } from './problem.ts';

type KeysOf<Api> = keyof Api & string;
type EndpointAt<Api, K extends KeysOf<Api>> = Extract<Api[K], Endpoint>;

type Needed<Name extends string, T> = Record<never, never> extends T ? { [N in Name]?: T } : { [N in Name]: T };

type BodyPart<E extends Endpoint> = E extends { takes: 'multipart' }
  ? { body: FormData }
  : E extends { takes: 'bytes' }
    ? { body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> }
    : undefined extends BodyOf<E>
      ? { body?: undefined }
      : { body: BodyOf<E> };

/**
 * What one call takes. Query fields with a default on the server may be left out, so every query field is optional
 * here unless its schema demands it and has no default; the server says so if one is missing.
 */
export type InputOf<E extends Endpoint> = Needed<'params', ParamsOf<E>> & {
  query?: Partial<QueryOf<E>>;
} & BodyPart<E> & {
    signal?: AbortSignal;
  };

type Arguments<E extends Endpoint> =
  Record<never, never> extends Omit<InputOf<E>, never> ? [input?: InputOf<E>] : [input: InputOf<E>];

export type Asked<E extends Endpoint> = {
  queryKey: readonly [string, unknown, unknown];
  queryFn: (context: { signal: AbortSignal }) => Promise<AnswerOf<E>>;
};

export type Client<Api> = {
  /** Calls an endpoint; throws `ProblemError`. */
  call<K extends KeysOf<Api>>(key: K, ...input: Arguments<EndpointAt<Api, K>>): Promise<AnswerOf<EndpointAt<Api, K>>>;
  /** The same call as TanStack Query wants it: `useQuery(client.ask(...))`. */
  ask<K extends KeysOf<Api>>(key: K, ...input: Arguments<EndpointAt<Api, K>>): Asked<EndpointAt<Api, K>>;
  /** The address of a GET, for links to files and downloads. */
  address<K extends KeysOf<Api>>(key: K, ...input: Arguments<EndpointAt<Api, K>>): string;
  /** A `file` answer: its bytes and, where the server gives one, its name. */
  download<K extends KeysOf<Api>>(
    key: K,
    ...input: Arguments<EndpointAt<Api, K>>
  ): Promise<{ blob: Blob; name: string | null }>;
};

export type ClientOptions = {
  /** Before every path; empty for the page's own origin. */
  base?: string;
  fetch?: typeof globalThis.fetch;
};

type AnyInput = {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
};

/** Fills `:id` places and writes the query; a list becomes a repeated name. Throws where a place stays empty. */
export function pathOf(url: string, input: AnyInput): string {
  const path = url.replace(/:([A-Za-z][A-Za-z0-9]*)/g, (_whole, name: string) => {
    const value = input.params?.[name];
    if (value === undefined || value === null || value === '') throw new Error(`${url}: parameter ${name} is missing`);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

function isRaw(body: unknown): body is FormData | Blob | ArrayBuffer | Uint8Array<ArrayBuffer> {
  return body instanceof FormData || body instanceof Blob || body instanceof ArrayBuffer || body instanceof Uint8Array;
}

export function createClient<Api>(options: ClientOptions = {}): Client<Api> {
  const base = options.base ?? '';

  const send = async (key: string, input: AnyInput): Promise<Response> => {
    const [method = 'GET', url = '/'] = key.split(' ');
    const language = currentLanguage();
    const headers: Record<string, string> = { accept: 'application/json', 'accept-language': language };
    if (method !== 'GET') headers['x-requested-with'] = 'dttm';
    let body: BodyInit | undefined;
    if (isRaw(input.body)) body = input.body;
    else if (input.body !== undefined) {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(input.body);
    }
    const ask = options.fetch ?? globalThis.fetch;
    let response: Response;
    try {
      response = await ask(base + pathOf(url, input), {
        method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body }),
        ...(input.signal ? { signal: input.signal } : {}),
      });
    } catch (error) {
      // fetch throws a TypeError when nothing answered; an abort is the caller's own and passes through.
      if (error instanceof TypeError) throw new ProblemError(offlineProblem(language));
      throw error;
    }
    if (!response.ok) throw new ProblemError(await problemOf(response, language));
    return response;
  };

  return {
    async call(key, ...rest) {
      const response = await send(key, rest[0] ?? {});
      const type = response.headers.get('content-type') ?? '';
      if (response.status === 204 || !type.includes('json')) return undefined as never;
      return (await response.json()) as never;
    },
    ask(key, ...rest) {
      const input: AnyInput = rest[0] ?? {};
      return {
        queryKey: [key, input.params ?? null, input.query ?? null],
        queryFn: async ({ signal }) => {
          const response = await send(key, { ...input, signal });
          return (await response.json()) as never;
        },
      };
    },
    address(key, ...rest) {
      return base + pathOf(key.split(' ')[1] ?? '/', rest[0] ?? {});
    },
    async download(key, ...rest) {
      const response = await send(key, rest[0] ?? {});
      const disposition = response.headers.get('content-disposition') ?? '';
      const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
      const plainName = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
      return { blob: await response.blob(), name: encoded ? decodeURIComponent(encoded) : (plainName ?? null) };
    },
  };
}

/** Hands a file to the reader's downloads. */
export function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
