/** For tests only: a database of one's own, cloned from the migrated template that the global set-up made. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from './index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    template: string;
  }
}

export type TestDatabase = Database & { url: string };

/** Clones the template; `close()` drops it again. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = inject('postgresUrl');
  const source = options.empty ? 'template0' : inject('template');
  for (let attempt = 0; ; attempt++) {
    try {
      await execute(admin, `create database ${name} template ${source}`);
      break;
    } catch (error) {
      // 55006: another test file (or autovacuum) is in the template at this moment.
      if ((error as { code?: string }).code !== '55006' || attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const url = admin.replace(/\/postgres$/, `/${name}`);
  const lost: Error[] = [];
  const database = openDatabase(url, { max: 10, onError: (error) => lost.push(error) });
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await execute(admin, `drop database if exists ${name} with (force)`);
    },
  };
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
