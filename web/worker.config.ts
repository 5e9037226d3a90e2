import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const built = resolve(root, '..', 'dist', 'web');

type Part = {
  file: string;
  name?: string;
  isEntry?: boolean;
  css?: string[];
  assets?: string[];
  imports?: string[];
  dynamicImports?: string[];
};

const partsOf = (shell: string) =>
  JSON.parse(readFileSync(resolve(built, '.vite', `${shell}.json`), 'utf8')) as Record<string, Part>;

/** All files that the parts of these names need, of those that `wants` takes. */
function filesOf(parts: Record<string, Part>, names: readonly string[], wants: (name: string) => boolean): Set<string> {
  const seen = new Set<string>();
  const files = new Set<string>();
  const walk = (name: string): void => {
    const part = parts[name];
    if (!part || seen.has(name) || !wants(name)) return;
    seen.add(name);
    for (const file of [part.file, ...(part.css ?? []), ...(part.assets ?? [])]) files.add(file);
    for (const next of [...(part.imports ?? []), ...(part.dynamicImports ?? [])]) walk(next);
  };
  for (const name of names) walk(name);
  return files;
}

const addresses = (files: Iterable<string>): string[] => [...files].sort().map((file) => `/${file}`);
const versionOf = (files: readonly string[]): string =>
  createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);

/** What the citizen's app needs without a network: all its pages, without the map, which is loaded when it is opened. */
function appFiles(): string[] {
  const heavy = /maplibre|kit\/map\.ts|echarts|systems\/participation/;
  const files = filesOf(partsOf('citizen'), ['citizen/index.html'], (name) => !heavy.test(name));
  return addresses([...files, 'manifest.webmanifest', 'icon-192.png']);
}

/** What the console's page for the field needs: the shell as its page names it, this one page, and the map. */
function fieldFiles(): string[] {
  const parts = partsOf('console');
  const shell = Object.entries(parts).filter(([, part]) => part.name === 'console' || part.isEntry);
  if (shell.length === 0) throw new Error('the console has no first file');
  const html = readFileSync(resolve(built, 'console', 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].flatMap(([, file]) => file ?? []);
  const own = shell.flatMap(([, part]) => [part.file, ...(part.css ?? []), ...(part.assets ?? [])]);
  const isShell = (name: string) => shell.some(([key]) => key === name);
  // Of what the shell loads later: parts of the kit (notices, menus), no other system's pages.
  const later = shell.flatMap(([, part]) => part.dynamicImports ?? []).filter((name) => name.startsWith('kit/'));
  const page = filesOf(parts, ['../systems/reports/pages/field.tsx', ...later], (name) => !isShell(name));
  if (page.size === 0) throw new Error('the page for the field was not built');
  return addresses(new Set([...named, ...own, ...page]));
}

/** The service worker: one classic script at `/sw.js`, built after the pages, whose files it names. */
export default defineConfig(() => {
  const app = appFiles();
  const field = fieldFiles();
  const given = { APP_FILES: app, APP_VERSION: versionOf(app), FIELD_FILES: field, FIELD_VERSION: versionOf(field) };
  return {
    root,
    define: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)])),
    publicDir: false as const,
    build: {
      outDir: built,
      emptyOutDir: false,
      target: 'es2022',
      lib: {
        entry: resolve(root, 'citizen/worker/service-worker.ts'),
        formats: ['iife' as const],
        name: 'worker',
        fileName: () => 'sw.js',
      },
    },
  };
});
