/**
 * What a signed-in person's device keeps to work without a network: one day's work of one person, and the letters that
 * wait to be sent. The day goes at sign-out, with another person, and at midnight; letters are the person's own words
 * and photos, stay until they are sent or thrown away, and are shown and sent in their name only.
 */
import { type IDBPDatabase, openDB } from 'idb';
import { type PhotoTables, photosIn, signal } from './stored.ts';

/** Whose day it is, with what the console needs to open. */
export type Holder = { userId: string; day: string; session: unknown; systems: unknown };

export type Letter = {
  /** at random; sent along, so that a letter arrives once however often it is sent */
  id: string;
  userId: string;
  /** where it goes, and what it is about in words */
  about: string;
  title: string;
  kind: string;
  /** when it was written, at the place */
  at: string;
  content: Record<string, unknown>;
  photoIds: string[];
  state: 'waiting' | 'refused';
  /** the server's words where it did not take it */
  why: string | null;
  code: string | null;
};

interface Tables extends PhotoTables {
  day: { key: string; value: unknown };
  pictures: { key: string; value: Blob };
  letters: { key: string; value: Letter };
}

let opened: Promise<IDBPDatabase<Tables>> | null = null;

const database = (): Promise<IDBPDatabase<Tables>> => {
  opened ??= openDB<Tables>('dttm-device', 1, {
    upgrade(made) {
      made.createObjectStore('day');
      made.createObjectStore('pictures');
      made.createObjectStore('letters', { keyPath: 'id' });
      made.createObjectStore('photos', { keyPath: 'id' });
      made.createObjectStore('sendings', { keyPath: 'photoId' });
    },
  });
  return opened;
};

const { tell, onStored } = signal('dttm-device');
export const onDevice = onStored;
export const letterPhotos = photosIn(database as unknown as () => Promise<IDBPDatabase<PhotoTables>>, tell);

const HOLDER = 'holder';
/** The day in Vietnam. */
const dayOf = (at: Date): string => new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);

/** Keeps a piece of today's work; another person's or another day's is gone before. */
export async function keepDay(
  holder: Omit<Holder, 'day'>,
  name: string,
  value: unknown,
  now = new Date(),
): Promise<void> {
  const day = dayOf(now);
  const known = (await (await database()).get('day', HOLDER)) as Holder | undefined;
  if (known && (known.userId !== holder.userId || known.day !== day)) await forgetDay();
  const tx = (await database()).transaction('day', 'readwrite');
  await tx.store.put({ ...holder, day }, HOLDER);
  await tx.store.put(value, name);
  await tx.done;
  tell();
}

/** Whose work of today is here; what is of another day is forgotten when it is asked for. */
export async function dayHolder(now = new Date()): Promise<Holder | null> {
  const known = (await (await database()).get('day', HOLDER)) as Holder | undefined;
  if (!known) return null;
  if (known.day === dayOf(now)) return known;
  await forgetDay();
  return null;
}

/** A piece of today's work. */
export async function keptOfDay<T>(name: string): Promise<T | null> {
  if (!(await dayHolder())) return null;
  return ((await (await database()).get('day', name)) as T | undefined) ?? null;
}

/** Everything of the day, with all pictures of others. Letters stay. */
export async function forgetDay(): Promise<void> {
  const tx = (await database()).transaction(['day', 'pictures'], 'readwrite');
  await tx.objectStore('day').clear();
  await tx.objectStore('pictures').clear();
  await tx.done;
  tell();
}

/** Forgets the day where it is not this person's; null: nobody is signed in. */
export async function demandHolder(userId: string | null): Promise<void> {
  const known = await dayHolder();
  if (known && known.userId !== userId) await forgetDay();
}

export async function picture(name: string): Promise<Blob | null> {
  return (await (await database()).get('pictures', name)) ?? null;
}

/** Keeps a picture of the day; not where the day was forgotten while it came. */
export async function keepPicture(userId: string, name: string, content: Blob): Promise<void> {
  const tx = (await database()).transaction(['day', 'pictures'], 'readwrite');
  const holder = (await tx.objectStore('day').get(HOLDER)) as Holder | undefined;
  if (holder?.userId === userId) await tx.objectStore('pictures').put(content, name);
  await tx.done;
}

/** Names of the pictures that are here. */
export async function pictureNames(): Promise<string[]> {
  return (await database()).getAllKeys('pictures');
}

/** Letters of a person, oldest first. */
export async function lettersOf(userId: string): Promise<Letter[]> {
  const found = await (await database()).getAll('letters');
  return found.filter((one) => one.userId === userId).sort((a, b) => (a.at < b.at ? -1 : 1));
}

export async function saveLetter(letter: Letter): Promise<void> {
  await (await database()).put('letters', letter);
  tell();
}

/** It was sent, or thrown away by the one who wrote it: with its photos. */
export async function dropLetter(letter: Letter): Promise<void> {
  const tx = (await database()).transaction(['letters', 'photos', 'sendings'], 'readwrite');
  await tx.objectStore('letters').delete(letter.id);
  for (const id of letter.photoIds) {
    await tx.objectStore('photos').delete(id);
    await tx.objectStore('sendings').delete(id);
  }
  await tx.done;
  tell();
}
