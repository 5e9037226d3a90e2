import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationFolders } from '../migrations.ts';
import { page } from './markdown.ts';

/** The `create table` statements of a migration, each up to the semicolon that ends it, with the comments above it. */
export function tablesOf(text: string): string[] {
  const lines = text.split('\n');
  const found: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (!/^create table /i.test(lines[index] ?? '')) continue;
    let first = index;
    while (first > 0 && /^--/.test(lines[first - 1] ?? '')) first -= 1;
    let last = index;
    while (last < lines.length - 1 && !/;\s*(--.*)?$/.test(lines[last] ?? '')) last += 1;
    found.push(lines.slice(first, last + 1).join('\n'));
    index = last;
  }
  return found;
}

export async function schemaPage(): Promise<string> {
  const sections: string[] = [];
  for (const { scope, directory } of await migrationFolders()) {
    sections.push(`## ${scope}`);
    for (const file of (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()) {
      sections.push(`### ${file}`);
      const tables = tablesOf(await readFile(join(directory, file), 'utf8'));
      sections.push(tables.length > 0 ? `\`\`\`sql\n${tables.join('\n\n')}\n\`\`\`` : 'No new table.');
    }
  }
  return page(
    '# Database schema',
    'The tables that each room and system makes, in the order in which the migrations run (source: the `migrations` ' +
      'folders). Only `create table` statements are shown; indexes, functions, triggers and later changes of a table ' +
      'stand in the files. `schema_migrations` and `platform_mode` are made by the starter itself, and the schema ' +
      '`pgboss` by the library that runs the jobs. No foreign key leads from one room to another.',
    ...sections,
  );
}
