/**
 * Sends what waits on this phone: photos in pieces, each from where the server says it stands, then the report. Runs in
 * the page and in the service worker; a lock of the browser lets one of them send at a time, and the draft's id makes
 * it one report for the server whatever happens. Without the kit, because the service worker carries it too.
 */
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { reportsApi } from '../../../systems/reports/api.ts';
import { type Ask, asker, NotNow, oneAtATime, Refused, upload } from '../../kit/offline/sending.ts';
import {
  allDrafts,
  allMine,
  type Draft,
  deviceName,
  filesOf,
  getDraft,
  getPhoto,
  keepSent,
  type Mine,
  saveDraft,
  saveSending,
  sendingOf,
} from './store.ts';

type Sent = AnswerOf<(typeof reportsApi)['POST /api/reports']>;

export type Outcome =
  | { kind: 'sent'; mine: Mine }
  /** no network, or the server has no time: it is tried again by itself */
  | { kind: 'waiting' }
  | { kind: 'refused'; why: string };

const LOCK = 'dttm-reports';
const askFor = ({ language }: Draft): Ask => asker(language, async () => ({ 'x-report-device': await deviceName() }));
const photoStore = { getPhoto, sendingOf, saveSending };

async function deliver(draft: Draft): Promise<Mine> {
  const ask = askFor(draft);
  const uploads: string[] = [];
  for (const id of filesOf(draft)) uploads.push(await upload(ask, photoStore, id));
  if (!draft.place || !draft.category) throw new Refused('unfinished', '');
  const sent = await ask<Sent>('POST', '/api/reports', {
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

/** Sends one draft; what another window has sent meanwhile is answered as sent. */
export function sendDraft(id: string): Promise<Outcome> {
  return oneAtATime(LOCK, async () => {
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
  return oneAtATime(LOCK, async () => {
    const draft = await getDraft(id);
    try {
      for (const id of draft ? filesOf(draft) : []) if (draft) await upload(askFor(draft), photoStore, id);
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
