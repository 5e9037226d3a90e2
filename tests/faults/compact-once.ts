/** For the test of chosen kills: one run of compaction on the database named by its address, as a process of its own. */
import { openDatabase } from '../../platform/database/index.ts';
import { createCompaction } from '../../platform/events/index.ts';

const { db, pool, close } = openDatabase(process.argv[2] ?? '');
await createCompaction({ db, pool, now: () => new Date() }).run();
await close();
