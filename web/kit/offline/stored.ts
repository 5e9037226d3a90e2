/** What the device's stores share: photos with their progress, and word of a change to every window and the worker. */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { PhotoStore, Sending } from './sending.ts';

export type PhotoTables = DBSchema & {
  photos: { key: string; value: { id: string; name: string; content: Blob } };
  sendings: { key: string; value: Sending };
};

/** 128 random bits; `crypto.randomUUID` is missing where a page came without https. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export type Signal = { tell(): void; onStored(listener: () => void): () => void };

/** Tells the other windows and the service worker of a change; this window is told at once. */
export function signal(name: string): Signal {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  const listeners = new Set<() => void>();
  channel?.addEventListener('message', () => {
    for (const listener of listeners) listener();
  });
  return {
    tell() {
      channel?.postMessage('changed');
      for (const listener of listeners) listener();
    },
    onStored(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Photos = PhotoStore & { addPhoto(file: File): Promise<string>; dropPhoto(id: string): Promise<void> };

/** Photos that wait, in the stores `photos` and `sendings` of a database. */
export function photosIn(database: () => Promise<IDBPDatabase<PhotoTables>>, tell: () => void): Photos {
  return {
    async addPhoto(file) {
      const id = randomId();
      await (await database()).put('photos', { id, name: file.name.slice(0, 200), content: file });
      return id;
    },
    async getPhoto(id) {
      const found = await (await database()).get('photos', id);
      return found ? new File([found.content], found.name, { type: found.content.type }) : null;
    },
    async dropPhoto(id) {
      const made = await database();
      await made.delete('photos', id);
      await made.delete('sendings', id);
    },
    async sendingOf(photoId) {
      return (await (await database()).get('sendings', photoId)) ?? null;
    },
    async saveSending(sending) {
      await (await database()).put('sendings', sending);
      tell();
    },
  };
}
