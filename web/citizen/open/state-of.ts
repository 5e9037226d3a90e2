import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { publicReportsApi } from '../../../systems/reports/api.ts';

export type PublicItem = AnswerOf<(typeof publicReportsApi)['GET /api/reports/public']>['items'][number];

/** How a report stands, for a list and for the map. */
export function stateOf(one: Pick<PublicItem, 'step' | 'late' | 'answeredAt'>) {
  if (one.step === 'refused') return 'refused';
  if (one.answeredAt !== null) return 'answered';
  return one.late ? 'late' : 'open';
}
