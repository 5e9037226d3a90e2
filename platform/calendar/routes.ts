import type { Http } from '../http/index.ts';
import { scopeOf } from '../rights/index.ts';
import { calendarApi } from './api.ts';
import { dayOf, yearOf } from './days.ts';
import type { Calendar } from './index.ts';
import type { DayView } from './working.ts';

export function serveCalendar(http: Http, calendar: Calendar): void {
  const done = () => ({ warnings: calendar.warnings() });
  http.serve('calendar', calendarApi, {
    'GET /api/calendar': ({ principal, query }) => {
      const year = query.year ?? yearOf(dayOf(calendar.now()));
      const { data } = calendar.working();
      const found = calendar.year(year);
      return {
        year,
        hours: data.hours.map((one) => ({
          ...one,
          weekdays: [...one.weekdays],
          spans: one.spans.map(([a, b]): [number, number] => [a, b]),
        })),
        rules: data.rules.map((one) => ({ ...one })),
        days: found.days.map(shown),
        warnings: found.warnings,
        may: scopeOf(principal, 'calendar:manage')?.all ? ['edit'] : [],
      };
    },
    'GET /api/calendar/deadline': ({ query }) => {
      const start = new Date(query.start);
      const due = calendar.addWorking(start, query.minutes);
      return { dueAt: due.toISOString(), guessedYears: calendar.guessedYears(start, due) };
    },
    'GET /api/calendar/proposal': ({ query }) => {
      const items = calendar.proposal(query.year);
      return { items, total: items.length };
    },
    'POST /api/calendar/days': async ({ principal, body }) => {
      await calendar.setDays(principal, body.days, body.why);
      return done();
    },
    'DELETE /api/calendar/days/:day': async ({ principal, params, query }) => {
      await calendar.removeDay(principal, params.day, query.why);
      return done();
    },
    'PUT /api/calendar/rules/:code': async ({ principal, params, body }) => {
      const { why, ...rule } = body;
      await calendar.setRule(principal, { ...rule, code: params.code }, why);
      return done();
    },
    'PUT /api/calendar/hours/:id': async ({ principal, params, body }) => {
      const { why, ...hours } = body;
      await calendar.setHours(principal, { ...hours, id: params.id }, why);
      return done();
    },
  });
}

function shown(view: DayView) {
  const by = view.set ?? view.holiday;
  return {
    day: view.day,
    off: view.off,
    title: by?.title ?? { vi: '', en: '' },
    source: by?.source ?? '',
    by: view.set ? ('decision' as const) : ('rule' as const),
    confirmedBy: by?.confirmedBy ?? null,
  };
}
