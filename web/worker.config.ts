import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const built = resolve(root, '..', 'dist', 'web');

type Part = { file: string; css?: string[]; assets?: string[]; imports?: string[]; dynamicImports?: string[] };

/** What the citizen's app needs without a network: all its pages, without the map, which is loaded when it is opened. */
function appFiles(): string[] {
  const manifest = JSON.parse(readFileSync(resolve(built, '.vite', 'citizen.json'), 'utf8')) as Record<string, Part>;
  const seen = new Set<string>();
  const files = new Set<string>(['manifest.webmanifest', 'icon-192.png']);
  const walk = (name: string): void => {
    const part = manifest[name];
    if (!part || seen.has(name) || /maplibre|kit\/map\.ts|echarts|systems\/participation/.test(name)) return;
    seen.add(name);
    for (const file of [part.file, ...(part.css ?? []), ...(part.assets ?? [])]) files.add(file);
    for (const next of [...(part.imports ?? []), ...(part.dynamicImports ?? [])]) walk(next);
  };
  walk('citizen/index.html');
  return [...files].sort().map((file) => `/${file}`);
}

/** The service worker: one classic script at `/sw.js`, built after the pages, whose files it names. */
export default defineConfig(() => {
  const files = appFiles();
  const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
  return {
    root,
    define: { APP_FILES: JSON.stringify(files), APP_VERSION: JSON.stringify(version) },
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
