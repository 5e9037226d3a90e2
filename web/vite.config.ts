import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/**
 * Each shell is built by itself (`--mode console`, then `--mode citizen`): built as one, what both use falls into some
 * fifty small files, and a phone far from the server waits for each half dozen of them in turn. With `--mode stories`
 * the kit's own page is built instead, into `dist/stories/`; it is never part of the product.
 */
export default defineConfig(({ mode }) => ({
  root,
  base: '/',
  appType: 'mpa',
  plugins: [react()],
  build: {
    outDir: resolve(root, '..', mode === 'stories' ? 'dist/stories' : 'dist/web'),
    emptyOutDir: mode !== 'citizen',
    target: 'es2022',
    // MapLibre alone is larger than the default warning; it is loaded only where a map is.
    chunkSizeWarningLimit: 1300,
    manifest: `.vite/${mode}.json`,
    rolldownOptions: {
      input: { [mode]: resolve(root, mode === 'stories' ? 'kit/stories/index.html' : `${mode}/index.html`) },
      // A part of the kit that a shell does not use is left out with its style sheet; the sheets that are imported for
      // themselves, and everything outside the kit, stay.
      treeshake: {
        moduleSideEffects: [
          { test: /\/web\/kit\/(?!base\/mantine-styles|stories\/main).*\.tsx?$/, sideEffects: false },
        ],
      },
      // All that the first page needs in one file.
      output: { codeSplitting: { groups: [{ name: mode, tags: ['$initial'] }] } },
    },
  },
  optimizeDeps: { entries: ['console/index.html', 'citizen/index.html'] },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: process.env.DTTM_API ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
}));
