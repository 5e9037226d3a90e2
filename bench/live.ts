/** A thousand screens on one stream, a hundred events a second: everything delivered, and how late. */
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { entityOf, startPlatform } from './platform.ts';
import { atMost, type Measure, percentile } from './run.ts';

const CLIENTS = 1000;
const SECONDS = 10;
const PER_SECOND = 100;
const GOAL_MS = 500;

export const live: Measure = {
  names: ['live-1000'],
  async run(run) {
    const platform = await startPlatform(run);
    const late: number[] = [];
    const sent = new Map<number, number>();
    const counts = new Array<number>(CLIENTS).fill(0);
    const streams: IncomingMessage[] = [];
    for (let index = 0; index < CLIENTS; index++) {
      const stream = await new Promise<IncomingMessage>((resolve, reject) => {
        get(
          `${platform.url}/api/live?topics=states`,
          { headers: { cookie: platform.cookie }, agent: false },
          resolve,
        ).on('error', reject);
      });
      if (stream.statusCode !== 200) throw new Error(`a screen was refused: ${stream.statusCode}`);
      streams.push(stream);
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const at = performance.now();
        const messages = (rest + text).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) {
          for (const [, value] of message.matchAll(/"property":"pm25","at":\d+,"value":(\d+\.?\d*)/g)) {
            const begun = sent.get(Math.round(Number(value) * 100));
            if (begun === undefined) continue;
            counts[index] = (counts[index] ?? 0) + 1;
            late.push(at - begun);
          }
        }
      });
    }
    const before = await platform.cpu();
    const began = performance.now();
    const posts: Promise<Response>[] = [];
    for (let n = 0; n < SECONDS * PER_SECOND; n++) {
      await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
      sent.set(n + 1, performance.now());
      posts.push(
        fetch(`${platform.url}/api/ingest/observations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            observations: [
              {
                entity: entityOf(n % 500),
                property: 'pm25',
                observedAt: new Date(Date.now() - n).toISOString(),
                // Its number, by which it is known again on the screens.
                value: (n + 1) / 100,
              },
            ],
          }),
        }),
      );
    }
    for (const answer of await Promise.all(posts)) if (!answer.ok) throw new Error(`a post failed: ${answer.status}`);
    const wanted = SECONDS * PER_SECOND;
    for (let tries = 0; tries < 200 && counts.some((n) => n < wanted); tries++) await sleep(100);
    const seconds = (performance.now() - began) / 1000;
    const cpu = ((await platform.cpu()) - before) / seconds;
    for (const stream of streams) stream.destroy();
    await platform.stop();
    const delivered = counts.reduce((sum, n) => sum + n, 0);
    const result = atMost(
      'live-1000',
      'ms (p99)',
      percentile(late, 0.99),
      GOAL_MS,
      `${delivered} of ${CLIENTS * wanted} delivered; median ${percentile(late, 0.5).toFixed(0)} ms; the platform used ${cpu.toFixed(2)} cores; load generator and screens share the machine`,
    );
    return [{ ...result, met: result.met && delivered === CLIENTS * wanted }];
  },
};
