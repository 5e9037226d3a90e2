/** Work by the clock. */
import type { Platform } from '../../platform/declaration/index.ts';
import type { Job } from '../../platform/jobs/index.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { closeAnswered, usedPhotos } from './closing.ts';
import { partsOf } from './make-parts.ts';
import { fetchMedia } from './media.ts';
import { workHandovers } from './receivers.ts';
import { terms } from './terms.ts';

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
    {
      name: 'reports.receivers',
      cron: '* * * * *',
      principal,
      run: ({ signal }) => workHandovers(parts, signal),
    },
    {
      name: 'reports.close',
      cron: '7 * * * *',
      principal,
      async run({ signal }) {
        await closeAnswered(parts, signal);
      },
    },
    {
      name: 'reports.photos',
      cron: '40 3 * * *',
      principal,
      async run() {
        const before = new Date(parts.now().getTime() - terms.unsentPhotoDays * 86_400_000);
        await parts.files.uploads.sweepUnused(before, (ids) => usedPhotos(parts, ids));
      },
    },
  ];
}
