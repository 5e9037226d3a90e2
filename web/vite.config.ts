import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/**
 * Two shells out of one tree: `console/` for staff and the wall, `citizen/` for the public. With `--mode stories` the
 * kit's own page is built instead, into `dist/stories/`; it is never part of the product.
 */
function pagesOf(mode: string): Record<string, string> {
  if (mode === 'stories') return { stories: resolve(root, 'kit/stories/index.html') };
  const shells = ['console', 'citizen'].map((name) => [name, resolve(root, name, 'index.html')] as const);
  return Object.fromEntries(shells.filter(([, file]) => existsSync(file)));
}

export default defineConfig(({ mode }) => ({
  root,
  base: '/',
  appType: 'mpa',
  plugins: [react()],
  build: {
    outDir: resolve(root, '..', mode === 'stories' ? 'dist/stories' : 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // MapLibre alone is larger than the default warning; it is loaded only where a map is.
    chunkSizeWarningLimit: 1300,
    manifest: true,
    rolldownOptions: {
      input: pagesOf(mode),
      // A part of the kit that a shell does not use is left out with its style sheet; the sheets that are imported for
      // themselves, and everything outside the kit, stay.
      treeshake: {
        moduleSideEffects: [
          { test: /\/web\/kit\/(?!base\/mantine-styles|stories\/main).*\.tsx?$/, sideEffects: false },
        ],
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: process.env.DTTM_API ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
}));
