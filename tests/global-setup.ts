import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase, openToAll, startEmbedded } from '../platform/database/index.ts';
import { migrationFolders } from '../server/migrations.ts';

/** One real embedded PostgreSQL for the whole run; every test file clones the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'dttm-test-'));
  await openToAll(directory);
  const server = await startEmbedded({ directory: join(directory, 'pg'), durable: false });
  const admin = openDatabase(server.url, { max: 1 });
  await admin.pool.query('create database template_dttm');
  await admin.close();
  const template = openDatabase(server.url.replace(/\/postgres$/, '/template_dttm'), { max: 1 });
  await template.migrate(await migrationFolders());
  await template.close();
  // A session that lingers in the template would make every clone wait for seconds.
  const last = openDatabase(server.url, { max: 1 });
  await last.pool.query('alter database template_dttm with allow_connections false');
  await last.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'template_dttm'");
  await last.close();
  project.provide('postgresUrl', server.url);
  project.provide('template', 'template_dttm');
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
