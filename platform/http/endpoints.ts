/** Endpoints as data: browser-safe, so that the web client takes its types from the same source as the server. */
import type { Static, TObject, TSchema } from 'typebox';
import type { Permission } from '../rights/index.ts';
import type { Text } from '../words/index.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: a permission; `public` (anyone, no log-in); `signed-in` (any user); `device` (a device's key).
 * Nothing is open by omission: an endpoint without `access` does not compile.
 */
export type Access = Permission | 'public' | 'signed-in' | 'device';

export type Endpoint = {
  access: Access;
  summary: Text;
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  /** The answer's schema; `stream` and `file` answers are written by the handler itself. */
  answer: TSchema | 'stream' | 'file';
  /**
   * `multipart` hands the raw request to the handler, `lines` an `application/x-ndjson` body as it comes in, `bytes`
   * one of `application/offset+octet-stream`, `form` an `application/x-www-form-urlencoded` body as the text that came.
   */
  takes?: 'json' | 'multipart' | 'lines' | 'bytes' | 'form';
  /** Largest body in bytes, where it differs from the server's default of 1 MiB. */
  bodyLimit?: number;
};

export type Endpoints = Record<`${Method} /${string}`, Endpoint>;

/** Declares a room's endpoints; the constant's type is what server and browser share. */
export function endpoints<const A extends Endpoints>(api: A): A {
  return api;
}

export type ParamsOf<E extends Endpoint> = E extends { params: infer S extends TObject }
  ? Static<S>
  : Record<never, never>;
export type QueryOf<E extends Endpoint> = E extends { query: infer S extends TObject }
  ? Static<S>
  : Record<never, never>;
export type BodyOf<E extends Endpoint> = E extends { body: infer S extends TSchema } ? Static<S> : undefined;
export type AnswerOf<E extends Endpoint> = E['answer'] extends TSchema ? Static<E['answer']> : unknown;
