/**
 * Writes the reference pages in `docs/generated/` from the sources that they describe. `--check` writes nothing and
 * ends with 1 where a page in the tree is not what the sources give. Same sources, same bytes: no times, no machine.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configurationPage } from './generate/configuration.ts';
import { performancePage } from './generate/performance.ts';
import { permissionsPage } from './generate/permissions.ts';
import { reliabilityPage } from './generate/reliability.ts';
import { routesPage } from './generate/routes.ts';
import { schemaPage } from './generate/schema.ts';

const directory = join(import.meta.dirname, '..', 'docs', 'generated');
const pages: Record<string, string> = {
  'configuration.md': configurationPage(),
  'performance.md': performancePage(),
  'permissions.md': permissionsPage(),
  'routes.md': await routesPage(),
  'schema.md': await schemaPage(),
};

/** Beside the folder, under the name that people look for. */
const reliability = join('..', 'reliability.md');
pages[reliability] = reliabilityPage();

async function present(name: string): Promise<string | null> {
  return readFile(join(directory, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

await mkdir(directory, { recursive: true });
const stale: string[] = [];
for (const [name, text] of Object.entries(pages)) if ((await present(name)) !== text) stale.push(name);
const extra = (await readdir(directory)).filter((name) => !(name in pages));

if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`docs/generated/${name} is not up to date: npm run generate`);
  for (const name of extra) console.error(`docs/generated/${name} is made by nothing: npm run generate`);
  process.exitCode = stale.length + extra.length > 0 ? 1 : 0;
} else {
  for (const name of stale) await writeFile(join(directory, name), pages[name] ?? '');
  for (const name of extra) await rm(join(directory, name));
  console.log(`${stale.length} written, ${extra.length} removed, of ${Object.keys(pages).length} pages`);
}
