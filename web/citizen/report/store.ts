/** What this phone keeps of reports: drafts with their photos, and the codes of what was sent. Nobody else has it. */
import { type IDBPDatabase, openDB } from 'idb';
import type { Language, Text } from '../../../platform/words/index.ts';
import { type PhotoTables, photosIn, randomId, signal } from '../../kit/offline/stored.ts';

export type Urgency = 'normal' | 'urgent' | 'emergency';

export type DraftPlace = {
  lon: number;
  lat: number;
  /** how sure the device is, metres; null where a person set it */
  metres: number | null;
  /** the commune; null while there was no network to ask */
  areaName: string | null;
};

export type Draft = {
  /** at random; sent along, so that a draft is one report however often it is sent */
  id: string;
  state: 'editing' | 'waiting' | 'refused';
  language: Language;
  updatedAt: string;
  text: string;
  photoIds: string[];
  /** where a photo was taken, as its camera wrote; offered as the place, sent only if it is taken */
  photoPlace?: { lon: number; lat: number };
  /** kept among the photos; drafts of before have none */
  videoId?: string | null;
  place: DraftPlace | null;
  address: string;
  category: string | null;
  urgency: Urgency;
  fields: Record<string, string | number | boolean>;
  /** why the server did not take it, in its words */
  refusal: string | null;
};

export type Mine = {
  code: string;
  number: string;
  /** of the draft that it was; a report that was joined has none */
  draftId: string | null;
  role: 'sender' | 'me-too';
  text: string;
  sentAt: string;
  organisationName: Text | null;
  dueAt: string | null;
};

interface Tables extends PhotoTables {
  drafts: { key: string; value: Draft };
  mine: { key: string; value: Mine };
  names: { key: 'device'; value: string };
}

let opened: Promise<IDBPDatabase<Tables>> | null = null;

const database = (): Promise<IDBPDatabase<Tables>> => {
  opened ??= openDB<Tables>('dttm-reports', 1, {
    upgrade(made) {
      made.createObjectStore('drafts', { keyPath: 'id' });
      made.createObjectStore('photos', { keyPath: 'id' });
      made.createObjectStore('sendings', { keyPath: 'photoId' });
      made.createObjectStore('mine', { keyPath: 'code' });
      made.createObjectStore('names');
    },
  });
  return opened;
};

const { tell, onStored } = signal('dttm-reports');

export { onStored, randomId };

export const { addPhoto, getPhoto, dropPhoto, sendingOf, saveSending } = photosIn(
  database as unknown as () => Promise<IDBPDatabase<PhotoTables>>,
  tell,
);

export function newDraft(language: Language): Draft {
  return {
    id: randomId(),
    state: 'editing',
    language,
    updatedAt: new Date().toISOString(),
    text: '',
    photoIds: [],
    place: null,
    address: '',
    category: null,
    urgency: 'normal',
    fields: {},
    refusal: null,
  };
}

/** All that is sent before the report: photos, then the video, which takes longest. */
export const filesOf = ({ photoIds, videoId }: Draft): string[] => (videoId ? [...photoIds, videoId] : photoIds);

export async function getDraft(id: string): Promise<Draft | null> {
  return (await (await database()).get('drafts', id)) ?? null;
}

/** Newest first. */
export async function allDrafts(): Promise<Draft[]> {
  const found = await (await database()).getAll('drafts');
  return found.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
}

export async function saveDraft(draft: Draft): Promise<void> {
  await (await database()).put('drafts', { ...draft, updatedAt: new Date().toISOString() });
  tell();
}

export async function dropDraft(draft: Draft): Promise<void> {
  const tx = (await database()).transaction(['drafts', 'photos', 'sendings'], 'readwrite');
  await tx.objectStore('drafts').delete(draft.id);
  for (const id of filesOf(draft)) {
    await tx.objectStore('photos').delete(id);
    await tx.objectStore('sendings').delete(id);
  }
  await tx.done;
  tell();
}

/** Newest first. */
export async function allMine(): Promise<Mine[]> {
  const found = await (await database()).getAll('mine');
  return found.sort((a, b) => (a.sentAt < b.sentAt ? 1 : -1));
}

/** A report that was sent takes the place of its draft, in one step. */
export async function keepSent(mine: Mine, draft: Draft | null): Promise<void> {
  const tx = (await database()).transaction(['drafts', 'photos', 'sendings', 'mine'], 'readwrite');
  await tx.objectStore('mine').put(mine);
  if (draft) {
    await tx.objectStore('drafts').delete(draft.id);
    for (const id of filesOf(draft)) {
      await tx.objectStore('photos').delete(id);
      await tx.objectStore('sendings').delete(id);
    }
  }
  await tx.done;
  tell();
}

export async function forgetMine(code: string): Promise<void> {
  await (await database()).delete('mine', code);
  tell();
}

/** A name at random that this phone gives itself, so that who abuses it can be kept out and a neighbour cannot be. */
export async function deviceName(): Promise<string> {
  const tx = (await database()).transaction('names', 'readwrite');
  const known = await tx.store.get('device');
  const name = known ?? randomId();
  if (!known) await tx.store.put(name, 'device');
  await tx.done;
  return name;
}
