/**
 * The live stream: one EventSource for the page, shared by all that listen. Resumes after the last event seen, waits
 * longer between attempts while the server is away, and tells the shell how it stands.
 */
export type LiveEvent = { id: string; topic: string; data: unknown };

/** Of which things a listener wants states: those in a box (of these types), and single ones beside. */
export type LiveScope = { box?: string; types?: readonly string[]; ids?: readonly string[] };

/** `idle` nobody listens; `waiting` between two attempts. */
export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting';

/** The part of EventSource that is used; tests give their own. */
export type Source = {
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  close(): void;
};

export type LiveOptions = {
  open: (address: string) => Source;
  address?: string;
  setTimer: (act: () => void, milliseconds: number) => number;
  clearTimer: (timer: number) => void;
  /** 0 to 1; spreads the reconnects of many screens after an outage. */
  random: () => number;
};

export type Live = {
  /** `scope` says of which things states are wanted; without it, of all. Other topics are not narrowed. */
  listen(topics: readonly string[], onEvent: (event: LiveEvent) => void, scope?: LiveScope): () => void;
  state(): LiveState;
  onState(onChange: () => void): () => void;
  /** Tries at once, for the 'try again' button and for `online` events. */
  retry(): void;
  close(): void;
};

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

type Listener = { topics: readonly string[]; onEvent: (event: LiveEvent) => void; scope: LiveScope | undefined };

function parse(event: MessageEvent<string>): LiveEvent | null {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof data !== 'object' || data === null || !('topic' in data) || typeof data.topic !== 'string') return null;
  return { id: event.lastEventId, topic: data.topic, data };
}

const isBeginning = ({ topic, data }: LiveEvent): boolean =>
  topic === '' &&
  (data as { kind?: string; resumed?: boolean }).kind === 'hello' &&
  !(data as { resumed?: boolean }).resumed;

export function createLive(options: LiveOptions): Live {
  const listeners = new Set<Listener>();
  const watchers = new Set<() => void>();
  let source: Source | null = null;
  let opened = '';
  let lastId = '';
  let attempt = 0;
  let timer: number | null = null;
  let state: LiveState = 'idle';

  const become = (next: LiveState) => {
    if (state === next) return;
    state = next;
    for (const watcher of watchers) watcher();
  };

  /** The one stream that serves everybody who listens, as its query; empty where nobody does. */
  const wantedNow = (): string => {
    const topics = [...new Set([...listeners].flatMap((listener) => [...listener.topics]))].sort();
    if (topics.length === 0) return '';
    const query = new URLSearchParams({ topics: topics.join(',') });
    const scopes = [...listeners].filter((one) => one.topics.includes('states')).map((one) => one.scope);
    if (scopes.length === 0 || scopes.includes(undefined)) return query.toString();
    const join = (values: readonly (string | undefined)[], by: string): string =>
      [...new Set(values.filter((one) => one !== undefined))].sort().join(by);
    const boxed = scopes.filter((one) => one?.box !== undefined);
    if (boxed.length > 0) {
      query.set(
        'box',
        join(
          boxed.map((one) => one?.box),
          ';',
        ),
      );
      if (boxed.every((one) => one?.types))
        query.set(
          'types',
          join(
            boxed.flatMap((one) => one?.types ?? []),
            ',',
          ),
        );
    }
    query.set(
      'ids',
      join(
        scopes.flatMap((one) => one?.ids ?? []),
        ',',
      ),
    );
    return query.toString();
  };

  const stop = () => {
    source?.close();
    source = null;
    if (timer !== null) options.clearTimer(timer);
    timer = null;
  };

  const start = () => {
    stop();
    opened = wantedNow();
    if (opened === '') {
      become('idle');
      return;
    }
    // A try after a loss is no news: it is lost until something is heard.
    if (attempt === 0) become('connecting');
    const query = new URLSearchParams(opened);
    // A new EventSource cannot send the header Last-Event-ID, so the server takes it from the query as well.
    if (lastId !== '') query.set('lastEventId', lastId);
    const fresh = options.open(`${options.address ?? '/api/live'}?${query}`);
    source = fresh;
    fresh.onopen = () => {
      attempt = 0;
      become('open');
    };
    fresh.onmessage = (message) => {
      if (message.lastEventId !== '') lastId = message.lastEventId;
      const event = parse(message);
      if (!event) return;
      // A stream that begins now knows nothing of what happened since its page was asked for: everybody asks again.
      if (isBeginning(event)) {
        for (const { topics, onEvent } of listeners) onEvent({ ...event, topic: topics[0] ?? '' });
        return;
      }
      for (const listener of listeners) if (listener.topics.includes(event.topic)) listener.onEvent(event);
    };
    fresh.onerror = () => {
      // The browser's own reconnect has a fixed pace; ours backs off.
      fresh.close();
      if (source !== fresh) return;
      source = null;
      const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + options.random() / 2);
      attempt += 1;
      become('waiting');
      timer = options.setTimer(start, wait);
    };
  };

  // Pages that mount together ask for their topics one by one; one connection is opened for them all.
  let planned: number | null = null;
  const plan = () => {
    if (planned !== null) return;
    planned = options.setTimer(() => {
      planned = null;
      if (wantedNow() !== opened || (source === null && timer === null)) start();
    }, 20);
  };

  return {
    listen(topics, onEvent, scope) {
      const listener = { topics, onEvent, scope };
      listeners.add(listener);
      plan();
      return () => {
        listeners.delete(listener);
        plan();
      };
    },
    state: () => state,
    onState(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    retry() {
      attempt = 0;
      if (state !== 'open' && listeners.size > 0) start();
    },
    close() {
      if (planned !== null) options.clearTimer(planned);
      planned = null;
      stop();
      become('idle');
    },
  };
}
