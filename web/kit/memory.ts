/** What this browser remembers between visits. Private windows may refuse storage: then nothing is remembered. */

export function recall(key: string): string | null {
  try {
    return globalThis.localStorage?.getItem(key) ?? null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Answers whether it was kept; a full or refused storage is not an error of the page. */
export function remember(key: string, value: string | null): boolean {
  try {
    if (!globalThis.localStorage) return false;
    if (value === null) globalThis.localStorage.removeItem(key);
    else globalThis.localStorage.setItem(key, value);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
