/** The kit's own page: every part in every state, on sample data that are called so. `?part=`, `?theme=`. */
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { KitProvider, LoadingState, type ScaleName, type ThemeName } from '../index.ts';

const parts = {
  parts: lazy(() => import('./parts.tsx')),
  table: lazy(() => import('./table-story.tsx')),
  forms: lazy(() => import('./forms-story.tsx')),
  charts: lazy(() => import('./charts-story.tsx')),
  console: lazy(() => import('./console-story.tsx')),
  citizen: lazy(() => import('./citizen-story.tsx')),
  leader: lazy(() => import('./leader-story.tsx')),
  wall: lazy(() => import('./wall-story.tsx')),
} as const;

type Part = keyof typeof parts;

const query = new URLSearchParams(window.location.search);
const part: Part = Object.keys(parts).find((name): name is Part => name === query.get('part')) ?? 'parts';
const theme: ThemeName = query.get('theme') === 'dark' ? 'dark' : 'light';
const scale: ScaleName = part === 'wall' ? 'wall' : part === 'citizen' || part === 'leader' ? 'citizen' : 'staff';
const Story = parts[part];

function go(href: string): void {
  window.history.replaceState(null, '', href.startsWith('/?') ? href.slice(1) : `?part=${part}&theme=${theme}#${href}`);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <KitProvider scale={scale} live={false} navigate={go} {...(query.has('theme') ? { theme } : {})}>
      <Suspense fallback={<LoadingState />}>
        <Story />
      </Suspense>
    </KitProvider>
  </StrictMode>,
);
