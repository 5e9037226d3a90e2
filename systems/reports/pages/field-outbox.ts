/**
 * Sends what an officer wrote in the field: inspections and answers, each once. Runs in the page and in the service
 * worker, without the kit. It is sent in the name of the one who wrote it: while another is signed in it waits.
 */
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { sessionApi } from '../../../platform/identity/api.ts';
import { dropLetter, type Letter, letterPhotos, lettersOf, saveLetter } from '../../../web/kit/offline/device-day.ts';
import { asker, NotNow, oneAtATime, Refused, upload } from '../../../web/kit/offline/sending.ts';

type Session = AnswerOf<(typeof sessionApi)['GET /api/session']>;

export type FieldLetter = Letter & {
  kind: 'inspect' | 'answer';
  content: { text: string; seenAt: string; lon?: number; lat?: number };
};

export type FieldOutcome = { left: number; signedIn: boolean };

const ask = asker('vi', async () => ({}));

async function deliver(letter: FieldLetter): Promise<void> {
  const { text, seenAt, lon, lat } = letter.content;
  if (letter.kind === 'inspect') {
    const where = lon === undefined || lat === undefined ? {} : { lon, lat };
    await ask('POST', `/api/reports/desk/${letter.about}/inspect`, {
      text,
      at: letter.at,
      ...where,
      requestId: letter.id,
    });
    return;
  }
  const uploads: string[] = [];
  for (const id of letter.photoIds) uploads.push(await upload(ask, letterPhotos, id));
  await ask('POST', `/api/reports/field/${letter.about}/answer`, { seenAt, text, uploads, requestId: letter.id });
}

/** Sends all that waits of the person who is signed in, oldest first; says how many still wait. */
export function sendLetters(): Promise<FieldOutcome> {
  return oneAtATime('dttm-device', async () => {
    let signedIn = true;
    let left = 0;
    try {
      const { principal } = await ask<Session>('GET', '/api/session');
      if (!principal) return { left: 0, signedIn: false };
      const waiting = (await lettersOf(principal.id)).filter((one) => one.state === 'waiting') as FieldLetter[];
      left = waiting.length;
      for (const letter of waiting) {
        try {
          await deliver(letter);
          await dropLetter(letter);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          if (error.status === 401) {
            signedIn = false;
            break;
          }
          // Nothing is lost: it stands with its reason until the officer has decided.
          await saveLetter({ ...letter, state: 'refused', why: error.message, code: error.code });
        }
        left -= 1;
      }
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
    }
    return { left, signedIn };
  });
}
