/**
 * Cases: what we do about it. Declared types of cases with form, steps, clocks, checklist, tasks and timeline.
 * Promise: a case moves only as its type declares, and nothing required is left open silently; a request with an id
 * is carried out once; two people do not overwrite each other, and the second is told who did what; each rung of a
 * clock is told once; who does a task sees what it needs and no more; nobody counts what they may not see.
 */
import { inTransaction, type Tx } from '../database/index.ts';
import type { Principal, Visible } from '../rights/index.ts';
import type { Language } from '../words/index.ts';
import { addNote, linkAlertsTo, tickItem } from './checklist.ts';
import { collect } from './declared.ts';
import { timelineCsv } from './export-csv.ts';
import { type CaseCounts, type CaseQuery, countCases, findCases } from './find.ts';
import { moveCase } from './move.ts';
import { type NewCase, openCase, type PreparedCase, prepareCase } from './open.ts';
import type { CasesOptions, Parts } from './parts.ts';
import { demandPhotoRight, takePhoto } from './photos.ts';
import { editProcedure, listProcedures, seedProcedures } from './procedures.ts';
import { readCase, readTask, seenTask, type TaskQuery, tasksOf } from './read.ts';
import { deadlineFollower, ringClocks } from './ring.ts';
import {
  acceptTask,
  answerTask,
  approveTask,
  assignTask,
  dropTask,
  type NewAnswer,
  type NewTask,
  returnTask,
} from './tasks.ts';
import type { Case, CaseView, NamedCaseType, Procedure, StoredProcedure, TaskView } from './types.ts';
import { type CaseWork, demandGeneral, workOn } from './work.ts';

export type { CaseSystem } from './declared.ts';
export type { CaseCounts, CaseQuery } from './find.ts';
export type { NewCase, PreparedCase } from './open.ts';
export type { CasesOptions } from './parts.ts';
export type { TaskQuery } from './read.ts';
export { serveCases } from './routes.ts';
export type { NewAnswer, NewTask } from './tasks.ts';
export type {
  Answer,
  Case,
  CaseType,
  CaseView,
  ChecklistItem,
  Clock,
  NamedCaseType,
  Place,
  Procedure,
  ProcedureItem,
  Step,
  StoredProcedure,
  Task,
  TaskProposal,
  TaskState,
  TaskView,
  TimelineEntry,
} from './types.ts';
export type { CaseWork, Opening, Worked } from './work.ts';

export type Cases = {
  types(): NamedCaseType[];
  /** Puts the declared procedures into the database; call once at start. */
  seed(): Promise<void>;
  find(rights: Visible, query: CaseQuery): Promise<{ items: Case[]; total: number }>;
  counts(rights: Visible): Promise<CaseCounts>;
  /** Refuses with 404 where it does not exist or may not be seen; so do all below. */
  get(principal: Principal, id: string): Promise<CaseView>;
  open(principal: Principal, input: NewCase, requestId?: string): Promise<CaseView>;
  move(
    principal: Principal,
    id: string,
    to: string,
    note: string | undefined,
    expectedVersion: number,
  ): Promise<CaseView>;
  note(principal: Principal, id: string, text: string, happenedAt?: Date): Promise<CaseView>;
  tick(principal: Principal, id: string, itemId: string, done: boolean, note?: string): Promise<CaseView>;
  link(principal: Principal, id: string, alertIds: readonly string[]): Promise<CaseView>;
  assign(principal: Principal, caseId: string, input: NewTask, requestId?: string): Promise<TaskView>;
  accept(principal: Principal, taskId: string): Promise<TaskView>;
  answer(principal: Principal, taskId: string, input: NewAnswer, requestId?: string): Promise<TaskView>;
  returnTask(principal: Principal, taskId: string, reason: string): Promise<TaskView>;
  approve(principal: Principal, taskId: string, note?: string): Promise<TaskView>;
  cancel(principal: Principal, taskId: string, reason: string): Promise<TaskView>;
  task(principal: Principal, taskId: string): Promise<TaskView>;
  myTasks(principal: Principal, query?: TaskQuery): Promise<{ items: TaskView[]; total: number }>;
  demandPhotoRight(principal: Principal, taskId: string): Promise<void>;
  photo(principal: Principal, taskId: string, photo: { bytes: Buffer; name: string }): Promise<{ fileId: string }>;
  /** For the system that declared the type: checks a case and takes its number, before the transaction. */
  prepare(principal: Principal, input: NewCase): Promise<PreparedCase>;
  /** The verbs of a case inside that system's own transaction. */
  work(tx: Tx): CaseWork;
  procedures(caseType?: string): Promise<StoredProcedure[]>;
  editProcedure(
    principal: Principal,
    id: string,
    edit: Pick<Procedure, 'title' | 'source' | 'items'>,
    expected: { version: number; revision: number },
  ): Promise<StoredProcedure>;
  /** Tells of the rungs that clocks have passed; call every few seconds. */
  ring(now: Date): Promise<number>;
  /** The timeline as CSV; the export itself is audited. */
  timelineCsv(principal: Principal, id: string, language: Language): Promise<{ name: string; text: string }>;
};

export function createCases(options: CasesOptions): Cases {
  const { systems, ...rest } = options;
  const parts: Parts = { ...rest, declared: collect(systems) };
  const { db, files, now } = parts;
  parts.log.follow(deadlineFollower(parts));
  files.registerSubject('task', async (principal, id) => (await seenTask(parts, principal, id)) !== null);

  return {
    types: () => [...parts.declared.types.values()],
    seed: () => seedProcedures(parts),
    find: (rights, query) => findCases(db, rights, query),
    counts: (rights) => countCases(db, rights, now()),
    get: (principal, id) => readCase(parts, principal, id),
    async open(principal, input, requestId) {
      demandGeneral(parts, input.type);
      return readCase(parts, principal, await openCase(parts, principal, input, requestId));
    },
    async move(principal, id, to, note, expectedVersion) {
      demandGeneral(parts, (await readCase(parts, principal, id)).type);
      await moveCase(parts, principal, id, to, { note, expectedVersion });
      return readCase(parts, principal, id);
    },
    async note(principal, id, text, happenedAt) {
      await addNote(parts, principal, id, text, happenedAt);
      return readCase(parts, principal, id);
    },
    async tick(principal, id, itemId, done, note) {
      await tickItem(parts, principal, id, itemId, done, note);
      return readCase(parts, principal, id);
    },
    async link(principal, id, alertIds) {
      await linkAlertsTo(parts, principal, id, alertIds);
      return readCase(parts, principal, id);
    },
    async assign(principal, caseId, input, requestId) {
      return readTask(parts, principal, await assignTask(parts, principal, caseId, input, requestId));
    },
    async accept(principal, taskId) {
      await acceptTask(parts, principal, taskId);
      return readTask(parts, principal, taskId);
    },
    async answer(principal, taskId, input, requestId) {
      await answerTask(parts, principal, taskId, input, requestId);
      return readTask(parts, principal, taskId);
    },
    async returnTask(principal, taskId, reason) {
      await returnTask(parts, principal, taskId, reason);
      return readTask(parts, principal, taskId);
    },
    async approve(principal, taskId, note) {
      await approveTask(parts, principal, taskId, note);
      return readTask(parts, principal, taskId);
    },
    async cancel(principal, taskId, reason) {
      await dropTask(parts, principal, taskId, reason);
      return readTask(parts, principal, taskId);
    },
    task: (principal, taskId) => readTask(parts, principal, taskId),
    myTasks: (principal, query = {}) => tasksOf(parts, principal, query),
    demandPhotoRight: (principal, taskId) => demandPhotoRight(parts, principal, taskId),
    photo: (principal, taskId, photo) => takePhoto(parts, principal, taskId, photo),
    prepare: (principal, input) => prepareCase(parts, principal, input),
    work: (tx) => workOn(tx, parts),
    procedures: (caseType) => listProcedures(db, caseType),
    editProcedure: (principal, id, edit, expected) => editProcedure(parts, principal, id, edit, expected),
    ring: (at) => ringClocks(parts, at),
    async timelineCsv(principal, id, language) {
      const view = await readCase(parts, principal, id);
      await inTransaction(db, (tx) =>
        parts.audit.record(tx, {
          principal,
          action: 'case.export',
          subject: `case:${id}`,
          areaCode: view.areaCode,
          organisationId: view.organisationId,
          detail: { number: view.number, lines: view.timeline.length },
        }),
      );
      return { name: `${view.number}.csv`, text: timelineCsv(view, language) };
    },
  };
}
