/**
 * Kill -9 of the server and of its database while two senders deliver: what was acknowledged is there exactly once,
 * sums and indexes are those of the values, one alert is raised and none is doubled or missed, and the audit chain
 * holds. Nothing here depends on how fast the machine is: senders and readers wait for what must come true.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asking, badAir, setUp } from './bad-air.ts';
import { type Killable, startKillable } from './killable-server.ts';

let server: Killable;

beforeAll(async () => {
  server = await startKillable();
}, 120_000);

afterAll(async () => {
  await server?.end();
}, 60_000);

it('keeps every acknowledged value once, its sums, its one alert and the audit chain', async () => {
  const ask = asking(() => server.url());
  const { admin, keys } = await setUp(server.url(), ask);
  const { batches, check } = badAir();

  // Both senders send everything, in the same order: what one has delivered the other resends, killed or not.
  const acknowledged = [0, 0];
  let running = true;
  const sender = async (which: number): Promise<void> => {
    for (const observations of batches) {
      const answer = await ask<{ accepted: number; refused: unknown[] }>(
        'POST',
        '/api/ingest/observations',
        { authorization: `Bearer ${keys[which]}` },
        { observations },
      );
      expect(answer).toEqual({ accepted: observations.length, refused: [] });
      acknowledged[which] = (acknowledged[which] ?? 0) + 1;
      // Leaves time for what follows the log (sums, indexes, rules), so that kills hit that work too.
      await sleep(60);
    }
  };
  const reached = async (batch: number): Promise<void> => {
    while (running && Math.max(...acknowledged) < batch) await sleep(20);
  };
  const kills: string[] = [];
  const killer = async (): Promise<void> => {
    // At a fifth, two fifths, … of the way: while clean air, while bad air, and about where it ends.
    for (const [index, what] of (['server', 'database', 'server', 'database'] as const).entries()) {
      await reached(Math.floor((batches.length * (index + 1)) / 5));
      expect(running, 'the senders were done before the kill').toBe(true);
      const midst = Math.max(...acknowledged);
      expect(midst).toBeLessThan(batches.length);
      kills.push(what);
      if (what === 'server') await server.killServer();
      else await server.killDatabase();
    }
  };
  await Promise.all([
    Promise.all([sender(0), sender(1)]).finally(() => {
      running = false;
    }),
    killer(),
  ]);
  expect(kills).toEqual(['server', 'database', 'server', 'database']);
  expect(acknowledged).toEqual([batches.length, batches.length]);

  await check(ask, admin);

  const verified = await ask<{ ok: boolean; rows: number }>('GET', '/api/audit/verify', admin);
  expect(verified).toMatchObject({ ok: true });
  expect(verified.rows).toBeGreaterThan(3);
}, 240_000);
