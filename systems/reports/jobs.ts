/** Work by the clock. */
import type { Platform } from '../../platform/declaration/index.ts';
import type { Job } from '../../platform/jobs/index.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { partsOf } from './make-parts.ts';
import { fetchMedia } from './media.ts';

export function reportJobs(platform: Platform): readonly Job[] {
  const parts = partsOf(platform);
  const principal = systemPrincipal('reports', []);
  return [
    {
      name: 'reports.media',
      cron: '* * * * *',
      principal,
      run: ({ signal }) => fetchMedia(parts, signal),
    },
  ];
}
