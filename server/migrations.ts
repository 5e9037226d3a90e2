import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationFolder } from '../platform/database/index.ts';
import { rooms } from '../platform/rooms.ts';
import { systems } from './systems.ts';

const root = join(import.meta.dirname, '..');

/** All folders of migrations in the order of the rooms, then of the systems. */
export async function migrationFolders(): Promise<MigrationFolder[]> {
  const all = [
    ...rooms.map((room) => ({ scope: room, directory: join(root, 'platform', room, 'migrations') })),
    ...systems.map(({ name }) => ({ scope: name, directory: join(root, 'systems', name, 'migrations') })),
  ];
  const present = await Promise.all(
    all.map((folder) =>
      access(folder.directory).then(
        () => true,
        () => false,
      ),
    ),
  );
  return all.filter((_, index) => present[index]);
}
