/** What a system declares about its cases, and what a case, a task and a clock are. Browser-safe. */
import type { TObject } from 'typebox';
import type { Permission } from '../rights/index.ts';
import type { Text } from '../words/index.ts';

export type ClockKind = 'working' | 'calendar';

export type Step = {
  title: Text;
  /** the steps that may follow */
  to: readonly string[];
  /** who may bring a case into this step (for `start`: who may open one) */
  may: Permission;
  /** how long a case may stay in this step: ISO 8601 duration (`PT4H`, `P2D`), of the kind of the type's clock */
  within?: string;
  /** the case ends here: its clocks stop */
  closed?: boolean;
};

export type CaseType = {
  title: Text;
  /** two or three capital letters before the number: `SC` gives SC-2026-000123 */
  prefix: string;
  form: TObject;
  start: string;
  steps: Record<string, Step>;
  /** the clock of the whole case: ISO 8601 duration, in working or calendar time */
  clock?: { budget: string; kind: ClockKind };
  /** Why this move is refused; null lets it pass. Pure. */
  refuse?(from: string, to: string, form: unknown): Text | null;
  /**
   * Opened and moved only by its own system, whose rows must change with it (`work`): the general routes refuse. An
   * act on its cases (note, task, link) asks for `act` instead of `case:act`.
   */
  own?: { act: Permission };
};

export type NamedCaseType = CaseType & { name: string; system: string };

/** The task that a procedure proposes at an item; `commune-of-entity`: the commune in whose area the case lies. */
export type TaskProposal = { title: Text; text?: Text; to: string; within: string };

export type ProcedureItem = { id: string; text: Text; required: boolean; task?: TaskProposal };

/** A standing procedure (quy trình xử lý, SOP). `source` names the regulation or decision that it follows. */
export type Procedure = {
  id: string;
  caseType: string;
  title: Text;
  version: number;
  source?: Text;
  items: readonly ProcedureItem[];
};

export type StoredProcedure = Procedure & { revision: number; source: Text | undefined };

export type TaskState = 'assigned' | 'accepted' | 'answered' | 'approved' | 'returned' | 'cancelled';

export type Place = { lon: number; lat: number };

export type Suspension = { from: string; to: string | null; reason: Text };

export type Clock = {
  id: string;
  name: string;
  taskId: string | null;
  kind: ClockKind;
  budget: string;
  startedAt: Date;
  stoppedAt: Date | null;
  dueAt: Date | null;
  suspensions: Suspension[];
  rungs: { rung: number; firedAt: Date }[];
};

export type Case = {
  id: string;
  number: string;
  type: string;
  title: string;
  severity: number;
  step: string;
  entityId: string | null;
  areaCode: string | null;
  organisationId: string | null;
  location: Place | null;
  form: Record<string, unknown>;
  procedure: { id: string; version: number; revision: number } | null;
  provenance: 'measured' | 'simulated' | 'replayed';
  openedAt: Date;
  openedBy: string;
  closedAt: Date | null;
  closeReason: string | null;
  dueAt: Date | null;
  version: number;
  updatedAt: Date;
};

export type ChecklistItem = {
  id: string;
  text: Text;
  required: boolean;
  /** the proposed task, with the organisation found for this case (null where none is known) */
  task: { title: Text; text: Text | null; organisationId: string | null; within: string } | null;
  done: boolean;
  note: string | null;
  doneAt: Date | null;
  doneByName: string | null;
};

export type Answer = {
  id: string;
  text: string;
  location: Place | null;
  measuredAt: Date | null;
  photoFileIds: string[];
  answeredAt: Date;
  answeredByName: string;
};

export type Task = {
  id: string;
  caseId: string;
  title: string;
  text: string;
  organisationId: string;
  organisationName: Text;
  userId: string | null;
  checklistItemId: string | null;
  state: TaskState;
  assignedAt: Date;
  assignedBy: string;
  assignedByName: string;
  acceptedAt: Date | null;
  acceptedByName: string | null;
  closedAt: Date | null;
  verdict: string | null;
  dueAt: Date | null;
};

/** A task as the one who is to do it sees it: with the part of the case that is needed, and no more. */
export type TaskView = Task & {
  case: { id: string; number: string; type: string; title: string; severity: number; provenance: Case['provenance'] };
  place: { areaCode: string | null; entityId: string | null; entityName: string | null; location: Place | null };
  answers: Answer[];
  photoFileIds: string[];
  may: string[];
};

export type TimelineEntry = {
  id: number;
  taskId: string | null;
  happenedAt: Date;
  knownAt: Date;
  who: string;
  whoName: string;
  what: string;
  text: Text;
  fileIds: string[];
  version: number;
};

export type CaseView = Case & {
  organisationName: Text | null;
  entityName: string | null;
  steps: { name: string; title: Text; closed: boolean }[];
  /** the steps that this reader may move it to now */
  next: string[];
  alertIds: string[];
  checklist: ChecklistItem[];
  tasks: (Task & { answers: Answer[]; may: string[] })[];
  timeline: TimelineEntry[];
  clocks: Clock[];
  may: string[];
};
