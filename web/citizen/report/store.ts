/** What this phone keeps of reports: drafts with their photos, and the codes of what was sent. Nobody else has it. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Language, Text } from '../../../platform/words/index.ts';

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
  place: DraftPlace | null;
  address: string;
  category: string | null;
  urgency: Urgency;
  fields: Record<string, string | number | boolean>;
  /** why the server did not take it, in its words */
  refusal: string | null;
};

/** How far a photo has come to the server; in a place of its own, so that no piece rewrites a draft or a photo. */
export type Sending = { photoId: string; uploadId: string | null; sent: number; bytes: number; done: boolean };

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

interface Tables extends DBSchema {
  drafts: { key: string; value: Draft };
  photos: { key: string; value: { id: string; name: string; content: Blob } };
  sendings: { key: string; value: Sending };
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

/** Tells the other windows and the service worker of a change; this window is told at once. */
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('dttm-reports');
const listeners = new Set<() => void>();
channel?.addEventListener('message', () => {
  for (const listener of listeners) listener();
});

export function onStored(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  channel?.postMessage('changed');
  for (const listener of listeners) listener();
}

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

/** 128 random bits; `crypto.randomUUID` is missing where a page came without https. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

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
  for (const id of draft.photoIds) {
    await tx.objectStore('photos').delete(id);
    await tx.objectStore('sendings').delete(id);
  }
  await tx.done;
  tell();
}

export async function addPhoto(file: File): Promise<string> {
  const id = randomId();
  await (await database()).put('photos', { id, name: file.name.slice(0, 200), content: file });
  return id;
}

export async function getPhoto(id: string): Promise<File | null> {
  const found = await (await database()).get('photos', id);
  return found ? new File([found.content], found.name, { type: found.content.type }) : null;
}

export async function dropPhoto(id: string): Promise<void> {
  const made = await database();
  await made.delete('photos', id);
  await made.delete('sendings', id);
}

export async function sendingOf(photoId: string): Promise<Sending | null> {
  return (await (await database()).get('sendings', photoId)) ?? null;
}

export async function saveSending(sending: Sending): Promise<void> {
  await (await database()).put('sendings', sending);
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
    for (const id of draft.photoIds) {
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
