import type { Http } from '../http/index.ts';
import { may, type Principal } from '../rights/index.ts';
import { declarationApi } from './api.ts';
import type { Page, System } from './index.ts';

function mayOpen(principal: Principal, page: Page): boolean {
  if (page.access === 'public') return true;
  return page.access === 'signed-in' ? principal.kind === 'user' : may(principal, page.access);
}

/** What the shells need to know of the systems; pages that the asker may not open are left out. */
export function serveDeclarations(http: Http, systems: readonly System[], mode: 'demo' | 'clean'): void {
  http.serve('systems', declarationApi, {
    'GET /api/systems': ({ principal }) => ({
      mode,
      systems: systems.map((system) => ({
        name: system.name,
        title: system.title,
        entities: Object.keys(system.entities),
        pages: (system.pages ?? []).filter((page) => mayOpen(principal, page)).map((page) => ({ ...page })),
      })),
    }),
  });
}
