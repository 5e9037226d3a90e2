import { readUpload } from '../files/index.ts';
import { type Http, languageOf } from '../http/index.ts';
import { visible } from '../rights/index.ts';
import { casesApi } from './api.ts';
import type { Answer, Case, Cases, CaseView, NamedCaseType, StoredProcedure, Task, TaskView } from './index.ts';

const iso = (at: Date): string => at.toISOString();
const maybeIso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function serveCases(http: Http, cases: Cases): void {
  const typeNamed = (name: string): NamedCaseType | undefined => cases.types().find((type) => type.name === name);
  const listed = (one: Case) => ({
    id: one.id,
    number: one.number,
    type: one.type,
    title: one.title,
    severity: one.severity,
    step: one.step,
    stepTitle: typeNamed(one.type)?.steps[one.step]?.title ?? { vi: one.step, en: one.step },
    entityId: one.entityId,
    areaCode: one.areaCode,
    organisationId: one.organisationId,
    location: one.location,
    provenance: one.provenance,
    openedAt: iso(one.openedAt),
    closedAt: maybeIso(one.closedAt),
    dueAt: maybeIso(one.dueAt),
    version: one.version,
    updatedAt: iso(one.updatedAt),
  });
  const whole = (view: CaseView) => ({
    ...listed(view),
    typeTitle: typeNamed(view.type)?.title ?? { vi: view.type, en: view.type },
    form: view.form,
    procedure: view.procedure,
    entityName: view.entityName,
    organisationName: view.organisationName,
    closeReason: view.closeReason,
    steps: view.steps,
    next: view.next,
    alertIds: view.alertIds,
    checklist: view.checklist.map((item) => ({ ...item, doneAt: maybeIso(item.doneAt) })),
    tasks: view.tasks.map((task) => ({ ...taskFields(task), may: task.may })),
    timeline: view.timeline.map(({ who: _who, version: _version, ...entry }) => ({
      ...entry,
      happenedAt: iso(entry.happenedAt),
      knownAt: iso(entry.knownAt),
    })),
    clocks: view.clocks.map((clock) => ({
      ...clock,
      startedAt: iso(clock.startedAt),
      stoppedAt: maybeIso(clock.stoppedAt),
      dueAt: maybeIso(clock.dueAt),
      rungs: clock.rungs.map(({ rung, firedAt }) => ({ rung, firedAt: iso(firedAt) })),
    })),
    may: view.may,
  });

  http.serve('cases', casesApi, {
    'GET /api/case-types': () => ({
      items: cases.types().map((type) => ({
        name: type.name,
        system: type.system,
        title: type.title,
        start: type.start,
        form: type.form,
        steps: Object.entries(type.steps).map(([name, step]) => ({
          name,
          title: step.title,
          to: [...step.to],
          closed: step.closed === true,
        })),
      })),
    }),
    'GET /api/cases': async ({ principal, query }) => {
      const found = await cases.find(visible(principal, 'case:read'), query);
      return { items: found.items.map(listed), total: found.total };
    },
    'GET /api/case-counts': ({ principal }) => cases.counts(visible(principal, 'case:read')),
    'POST /api/cases': async ({ principal, body }) => {
      const { requestId, ...input } = body;
      return whole(await cases.open(principal, input, requestId));
    },
    'GET /api/cases/:id': async ({ principal, params }) => whole(await cases.get(principal, params.id)),
    'POST /api/cases/:id/move': async ({ principal, params, body }) =>
      whole(await cases.move(principal, params.id, body.to, body.note, body.version)),
    'POST /api/cases/:id/note': async ({ principal, params, body }) =>
      whole(await cases.note(principal, params.id, body.text, body.happenedAt ? new Date(body.happenedAt) : undefined)),
    'POST /api/cases/:id/checklist/:itemId': async ({ principal, params, body }) =>
      whole(await cases.tick(principal, params.id, params.itemId, body.done, body.note)),
    'POST /api/cases/:id/alerts': async ({ principal, params, body }) =>
      whole(await cases.link(principal, params.id, body.alertIds)),
    'POST /api/cases/:id/tasks': async ({ principal, params, body }) => {
      const { requestId, ...input } = body;
      return taskAnswer(await cases.assign(principal, params.id, input, requestId));
    },
    'GET /api/cases/:id/export.csv': async ({ principal, params, request, reply }) => {
      const file = await cases.timelineCsv(principal, params.id, languageOf(request));
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', `attachment; filename="${file.name}"`);
      return reply.send(file.text);
    },
    'GET /api/tasks': async ({ principal, query }) => {
      const found = await cases.myTasks(principal, query);
      return { items: found.items.map(taskAnswer), total: found.total };
    },
    'GET /api/tasks/:id': async ({ principal, params }) => taskAnswer(await cases.task(principal, params.id)),
    'POST /api/tasks/:id/accept': async ({ principal, params }) => taskAnswer(await cases.accept(principal, params.id)),
    'POST /api/tasks/:id/photos': async ({ principal, params, request }) => {
      await cases.demandPhotoRight(principal, params.id);
      const { bytes, name } = await readUpload(request);
      return cases.photo(principal, params.id, { bytes, name });
    },
    'POST /api/tasks/:id/answer': async ({ principal, params, body }) => {
      const { requestId, measuredAt, ...input } = body;
      const answer = { ...input, ...(measuredAt ? { measuredAt: new Date(measuredAt) } : {}) };
      return taskAnswer(await cases.answer(principal, params.id, answer, requestId));
    },
    'POST /api/tasks/:id/return': async ({ principal, params, body }) =>
      taskAnswer(await cases.returnTask(principal, params.id, body.reason)),
    'POST /api/tasks/:id/approve': async ({ principal, params, body }) =>
      taskAnswer(await cases.approve(principal, params.id, body.note)),
    'POST /api/tasks/:id/cancel': async ({ principal, params, body }) =>
      taskAnswer(await cases.cancel(principal, params.id, body.reason)),
    'GET /api/procedures': async ({ query }) => ({
      items: (await cases.procedures(query.caseType)).map(procedureAnswer),
    }),
    'PUT /api/procedures/:id': async ({ principal, params, body }) => {
      const { expected, ...edit } = body;
      return procedureAnswer(await cases.editProcedure(principal, params.id, edit, expected));
    },
  });
}

const taskFields = (task: Task & { answers: Answer[] }) => ({
  id: task.id,
  caseId: task.caseId,
  title: task.title,
  text: task.text,
  organisationId: task.organisationId,
  organisationName: task.organisationName,
  userId: task.userId,
  checklistItemId: task.checklistItemId,
  state: task.state,
  assignedAt: iso(task.assignedAt),
  assignedByName: task.assignedByName,
  acceptedAt: maybeIso(task.acceptedAt),
  acceptedByName: task.acceptedByName,
  closedAt: maybeIso(task.closedAt),
  verdict: task.verdict,
  dueAt: maybeIso(task.dueAt),
  answers: task.answers.map((answer) => ({
    ...answer,
    measuredAt: maybeIso(answer.measuredAt),
    answeredAt: iso(answer.answeredAt),
  })),
});

const taskAnswer = (view: TaskView) => ({
  ...taskFields(view),
  may: view.may,
  case: view.case,
  place: view.place,
  photoFileIds: view.photoFileIds,
});

const procedureAnswer = (procedure: StoredProcedure) => ({
  id: procedure.id,
  caseType: procedure.caseType,
  version: procedure.version,
  revision: procedure.revision,
  title: procedure.title,
  ...(procedure.source ? { source: procedure.source } : {}),
  items: [...procedure.items],
});
