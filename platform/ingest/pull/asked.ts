import type { Definition } from './api.ts';
import type { Asked } from './fetch.ts';

/** What is asked for, its key in its place. */
export function askedOf(
  definition: Pick<Definition, 'url' | 'headers' | 'key' | 'timeoutSeconds' | 'maxBytes'>,
  key: string | null,
): Asked {
  const headers = { ...definition.headers };
  let { url } = definition;
  if (definition.key && key !== null) {
    if (definition.key.place === 'header') headers[definition.key.name] = key;
    else {
      const withKey = new URL(url);
      withKey.searchParams.set(definition.key.name, key);
      url = withKey.href;
    }
  }
  return { url, headers, timeoutMs: definition.timeoutSeconds * 1000, maxBytes: definition.maxBytes };
}
