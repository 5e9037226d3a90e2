/**
 * Sends what waits on this phone: photos in pieces, each from where the server says it stands, then the report. Runs in
 * the page and in the service worker; a lock of the browser lets one of them send at a time, and the draft's id makes
 * it one report for the server whatever happens. Without the kit, because the service worker carries it too.
 */
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { reportPhotosApi, reportsApi } from '../../../systems/reports/api.ts';
import {
  allDrafts,
  allMine,
  type Draft,
  deviceName,
  getDraft,
  getPhoto,
  keepSent,
  type Mine,
  saveDraft,
  saveSending,
  sendingOf,
} from './store.ts';

type Upload = AnswerOf<(typeof reportPhotosApi)['POST /api/reports/uploads']>;
type Sent = AnswerOf<(typeof reportsApi)['POST /api/reports']>;

export type Outcome =
  | { kind: 'sent'; mine: Mine }
  /** no network, or the server has no time: it is tried again by itself */
  | { kind: 'waiting' }
  | { kind: 'refused'; why: string };

/** What a line of 150 ms and 1.6 Mbit/s carries in about a second. */
const PIECE = 192 * 1024;

class Refused extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}
class NotNow extends Error {}

async function ask<A>(
  draft: Draft,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object | Blob,
  offset?: number,
): Promise<A> {
  const isPiece = body instanceof Blob;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': draft.language,
        'x-requested-with': 'dttm',
        'x-report-device': await deviceName(),
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
  throw new Refused(problem.code ?? String(answer.status), problem.detail ?? `HTTP ${answer.status}`);
}

/** Brings one photo to the server, from wherever it stands. */
async function upload(draft: Draft, photoId: string): Promise<string> {
  const photo = await getPhoto(photoId);
  if (!photo) throw new Refused('no-photo', '');
  const known = await sendingOf(photoId);
  const keep = async (at: Upload) => {
    await saveSending({ photoId, uploadId: at.id, sent: at.offset, bytes: at.bytes, done: at.done });
    return at;
  };
  const begin = () =>
    ask<Upload>(draft, 'POST', '/api/reports/uploads', { name: photo.name, bytes: photo.size }).then(keep);
  const resume = (id: string) =>
    ask<Upload>(draft, 'GET', `/api/reports/uploads/${id}`)
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
      at = await keep(await ask<Upload>(draft, 'PATCH', `/api/reports/uploads/${at.id}`, piece, at.offset));
    } catch (error) {
      // The piece had arrived and its answer had not, or another request of ours still writes.
      if (!(error instanceof Refused && ['wrong-offset', 'upload-busy'].includes(error.code))) throw error;
      if (error.code === 'upload-busy') await new Promise((resolve) => setTimeout(resolve, 1_000));
      at = await resume(at.id);
    }
  }
  return at.id;
}

async function deliver(draft: Draft): Promise<Mine> {
  const uploads: string[] = [];
  for (const id of draft.photoIds) uploads.push(await upload(draft, id));
  if (!draft.place || !draft.category) throw new Refused('unfinished', '');
  const sent = await ask<Sent>(draft, 'POST', '/api/reports', {
    requestId: draft.id,
    text: draft.text,
    category: draft.category,
    location: { lon: draft.place.lon, lat: draft.place.lat },
    ...(draft.address.trim() ? { address: draft.address.trim() } : {}),
    urgency: draft.urgency,
    uploads,
    fields: draft.fields,
    channel: location.pathname.startsWith('/widgets/') ? 'widget' : 'app',
  });
  const mine: Mine = {
    code: sent.code,
    number: sent.number,
    draftId: draft.id,
    role: 'sender',
    text: draft.text,
    sentAt: new Date().toISOString(),
    organisationName: sent.organisationName,
    dueAt: sent.dueAt,
  };
  await keepSent(mine, draft);
  return mine;
}

/** One at a time in all windows and the service worker; browsers before locks rely on the server's memory alone. */
const oneAtATime = <T>(work: () => Promise<T>): Promise<T> =>
  // The library's types know the lock as always there.
  (navigator.locks as LockManager | undefined)?.request('dttm-reports', work) ?? work();

/** Sends one draft; what another window has sent meanwhile is answered as sent. */
export function sendDraft(id: string): Promise<Outcome> {
  return oneAtATime(async () => {
    const draft = await getDraft(id);
    if (!draft) {
      const mine = (await allMine()).find((one) => one.draftId === id);
      return mine ? { kind: 'sent', mine } : { kind: 'refused', why: '' };
    }
    try {
      return { kind: 'sent', mine: await deliver(draft) };
    } catch (error) {
      if (error instanceof NotNow) return { kind: 'waiting' };
      if (!(error instanceof Refused)) throw error;
      await saveDraft({ ...draft, state: 'refused', refusal: error.message });
      return { kind: 'refused', why: error.message };
    }
  });
}

/** Brings photos on their way while the person still writes; what fails now is tried again when the report is sent. */
export function sendPhotos(id: string): Promise<void> {
  return oneAtATime(async () => {
    const draft = await getDraft(id);
    try {
      for (const photoId of draft?.photoIds ?? []) if (draft) await upload(draft, photoId);
    } catch (error) {
      if (!(error instanceof NotNow) && !(error instanceof Refused)) throw error;
    }
  });
}

/** Sends all that waits, oldest first; says how many still wait. */
export async function sendWaiting(): Promise<number> {
  const waiting = (await allDrafts()).filter((draft) => draft.state === 'waiting').reverse();
  let left = waiting.length;
  for (const draft of waiting) {
    const outcome = await sendDraft(draft.id);
    if (outcome.kind === 'waiting') break;
    left -= 1;
  }
  return left;
}
