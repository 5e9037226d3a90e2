/**
 * Sends what a device kept while there was no network: photos in pieces, each from where the server says it stands.
 * Without the rest of the kit, because the service worker carries it too.
 */

/** The server's no, in its words: sent again as it is, the answer would be the same. */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, detail: string, status = 0) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}
/** No network, or the server has no time: it is tried again. */
export class NotNow extends Error {}

export type Ask = <A>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object | Blob,
  offset?: number,
) => Promise<A>;

/** Asks the server in a language, with whatever headers are added to each question. */
export function asker(language: string, headers: () => Promise<Record<string, string>>): Ask {
  return async <A>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object | Blob, offset?: number) => {
    const isPiece = body instanceof Blob;
    let answer: Response;
    try {
      answer = await fetch(path, {
        method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          'accept-language': language,
          'x-requested-with': 'dttm',
          ...(await headers()),
          ...(body ? { 'content-type': isPiece ? 'application/offset+octet-stream' : 'application/json' } : {}),
          ...(offset === undefined ? {} : { 'upload-offset': String(offset) }),
        },
        ...(body ? { body: isPiece ? body : JSON.stringify(body) } : {}),
      });
    } catch (error) {
      // fetch throws a TypeError when nothing answered.
      if (error instanceof TypeError) throw new NotNow();
      throw error;
    }
    if (answer.ok) return (await answer.json()) as A;
    if (answer.status === 429 || answer.status >= 500) throw new NotNow();
    const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
    throw new Refused(problem.code ?? String(answer.status), problem.detail ?? `HTTP ${answer.status}`, answer.status);
  };
}

/** How far a photo has come to the server; in a place of its own, so that no piece rewrites a draft or a photo. */
export type Sending = { photoId: string; uploadId: string | null; sent: number; bytes: number; done: boolean };

/** Where photos and their progress lie on the device. */
export type PhotoStore = {
  getPhoto(id: string): Promise<File | null>;
  sendingOf(photoId: string): Promise<Sending | null>;
  saveSending(sending: Sending): Promise<void>;
};

type Upload = { id: string; offset: number; bytes: number; done: boolean };

/** What a line of 150 ms and 1.6 Mbit/s carries in about a second. */
const PIECE = 192 * 1024;

/** Brings one photo or video to the server, from wherever it stands; answers the upload's id. */
export async function upload(ask: Ask, store: PhotoStore, photoId: string): Promise<string> {
  const photo = await store.getPhoto(photoId);
  if (!photo) throw new Refused('no-photo', '');
  const known = await store.sendingOf(photoId);
  const keep = async (at: Upload) => {
    await store.saveSending({ photoId, uploadId: at.id, sent: at.offset, bytes: at.bytes, done: at.done });
    return at;
  };
  // A video may be larger than a photo; what it is, the server sees by its content.
  const begun = { name: photo.name, bytes: photo.size, ...(photo.type.startsWith('video/') ? { video: true } : {}) };
  const begin = () => ask<Upload>('POST', '/api/reports/uploads', begun).then(keep);
  const resume = (id: string) =>
    ask<Upload>('GET', `/api/reports/uploads/${id}`)
      .then(keep)
      .catch((error: unknown) => {
        // Swept away in the meantime: from the beginning.
        if (error instanceof Refused && error.code === 'not-found') return begin();
        throw error;
      });
  if (known?.done && known.uploadId) return known.uploadId;
  let at = known?.uploadId ? await resume(known.uploadId) : await begin();
  while (!at.done) {
    const piece = photo.slice(at.offset, at.offset + PIECE);
    try {
      at = await keep(await ask<Upload>('PATCH', `/api/reports/uploads/${at.id}`, piece, at.offset));
    } catch (error) {
      // The piece had arrived and its answer had not, or another request of ours still writes.
      if (!(error instanceof Refused && ['wrong-offset', 'upload-busy'].includes(error.code))) throw error;
      if (error.code === 'upload-busy') await new Promise((resolve) => setTimeout(resolve, 1_000));
      at = await resume(at.id);
    }
  }
  return at.id;
}

/** One at a time in all windows and the service worker; browsers before locks rely on the server's memory alone. */
export const oneAtATime = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  // The library's types know the lock as always there.
  (navigator.locks as LockManager | undefined)?.request(name, work) ?? work();
