import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const time = Type.String({ format: 'date-time' });
const maybe = Type.Union([Type.String(), Type.Null()]);
const maybeTime = Type.Union([time, Type.Null()]);
const place = Type.Object({
  lon: Type.Number({ minimum: -180, maximum: 180 }),
  lat: Type.Number({ minimum: -90, maximum: 90 }),
});
const maybePlace = Type.Union([place, Type.Null()]);
const provenance = Type.Union([Type.Literal('measured'), Type.Literal('simulated'), Type.Literal('replayed')]);
const taskState = Type.Union([
  Type.Literal('assigned'),
  Type.Literal('accepted'),
  Type.Literal('answered'),
  Type.Literal('approved'),
  Type.Literal('returned'),
  Type.Literal('cancelled'),
]);
const uuid = Type.String({ format: 'uuid' });
const ofOne = Type.Object({ id: uuid });
const severity = Type.Integer({ minimum: 1, maximum: 5, description: '1 thông tin … 5 đặc biệt nghiêm trọng' });
const duration = Type.String({ maxLength: 30, description: 'ISO 8601: PT2H, P1D' });
const note = Type.String({ maxLength: 4000 });
/** Sent again with the same id, a request is carried out once. */
const requestId = Type.Optional(Type.String({ minLength: 8, maxLength: 100 }));

const caseFields = {
  id: Type.String(),
  number: Type.String(),
  type: Type.String(),
  title: Type.String(),
  severity: Type.Integer(),
  step: Type.String(),
  stepTitle: text,
  entityId: maybe,
  areaCode: maybe,
  organisationId: maybe,
  location: maybePlace,
  provenance,
  openedAt: time,
  closedAt: maybeTime,
  dueAt: maybeTime,
  version: Type.Integer(),
  updatedAt: time,
};

export const caseListItemSchema = Type.Object(caseFields);

const answerSchema = Type.Object({
  id: Type.String(),
  text: Type.String(),
  location: maybePlace,
  measuredAt: maybeTime,
  photoFileIds: Type.Array(Type.String()),
  answeredAt: time,
  answeredByName: Type.String(),
});

const taskFields = {
  id: Type.String(),
  caseId: Type.String(),
  title: Type.String(),
  text: Type.String(),
  organisationId: Type.String(),
  organisationName: text,
  userId: maybe,
  checklistItemId: maybe,
  state: taskState,
  assignedAt: time,
  assignedByName: Type.String(),
  acceptedAt: maybeTime,
  acceptedByName: maybe,
  closedAt: maybeTime,
  verdict: maybe,
  dueAt: maybeTime,
  answers: Type.Array(answerSchema),
  may: Type.Array(Type.String()),
};

/** A task as the one who does it sees it: with the part of the case that is needed, and no more. */
export const taskSchema = Type.Object({
  ...taskFields,
  case: Type.Object({
    id: Type.String(),
    number: Type.String(),
    type: Type.String(),
    title: Type.String(),
    severity: Type.Integer(),
    provenance,
  }),
  place: Type.Object({ areaCode: maybe, entityId: maybe, entityName: maybe, location: maybePlace }),
  photoFileIds: Type.Array(Type.String()),
});

export const caseSchema = Type.Object({
  ...caseFields,
  typeTitle: text,
  form: Type.Record(Type.String(), Type.Unknown()),
  procedure: Type.Union([
    Type.Object({ id: Type.String(), version: Type.Integer(), revision: Type.Integer() }),
    Type.Null(),
  ]),
  entityName: maybe,
  organisationName: Type.Union([text, Type.Null()]),
  closeReason: maybe,
  steps: Type.Array(Type.Object({ name: Type.String(), title: text, closed: Type.Boolean() })),
  next: Type.Array(Type.String(), { description: 'các bước mà người xem được chuyển tới' }),
  alertIds: Type.Array(Type.String()),
  checklist: Type.Array(
    Type.Object({
      id: Type.String(),
      text,
      required: Type.Boolean(),
      task: Type.Union([
        Type.Object({
          title: text,
          text: Type.Union([text, Type.Null()]),
          organisationId: maybe,
          within: Type.String(),
        }),
        Type.Null(),
      ]),
      done: Type.Boolean(),
      note: maybe,
      doneAt: maybeTime,
      doneByName: maybe,
    }),
  ),
  tasks: Type.Array(Type.Object(taskFields)),
  timeline: Type.Array(
    Type.Object({
      id: Type.Integer(),
      taskId: maybe,
      happenedAt: time,
      knownAt: time,
      whoName: Type.String(),
      what: Type.String(),
      text,
      fileIds: Type.Array(Type.String()),
    }),
  ),
  clocks: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      taskId: maybe,
      kind: Type.String(),
      budget: Type.String(),
      startedAt: time,
      stoppedAt: maybeTime,
      dueAt: maybeTime,
      suspensions: Type.Array(Type.Object({ from: time, to: maybeTime, reason: text })),
      rungs: Type.Array(Type.Object({ rung: Type.Integer(), firedAt: time })),
    }),
  ),
  may: Type.Array(Type.String()),
});

const proposal = Type.Object(
  {
    title: text,
    text: Type.Optional(text),
    to: Type.String({ maxLength: 100, description: 'commune-of-entity hoặc mã đơn vị' }),
    within: duration,
  },
  { additionalProperties: false },
);

const procedureContent = {
  title: text,
  source: Type.Optional(text),
  items: Type.Array(
    Type.Object(
      {
        id: Type.String({ pattern: '^[a-z0-9-]{1,60}$' }),
        text,
        required: Type.Boolean(),
        task: Type.Optional(proposal),
      },
      { additionalProperties: false },
    ),
    { maxItems: 100 },
  ),
};

const procedureSchema = Type.Object({
  id: Type.String(),
  caseType: Type.String(),
  version: Type.Integer(),
  revision: Type.Integer(),
  ...procedureContent,
});

const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  offset: Type.Integer({ minimum: 0, default: 0 }),
};

export const casesApi = endpoints({
  'GET /api/case-types': {
    access: 'signed-in',
    summary: { vi: 'Các loại hồ sơ, các bước và biểu mẫu', en: 'Case types with steps and forms' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          name: Type.String(),
          system: Type.String(),
          title: text,
          start: Type.String(),
          form: Type.Unknown(),
          steps: Type.Array(
            Type.Object({
              name: Type.String(),
              title: text,
              to: Type.Array(Type.String()),
              closed: Type.Boolean(),
            }),
          ),
        }),
      ),
    }),
  },
  'GET /api/cases': {
    access: 'case:read',
    summary: { vi: 'Danh sách hồ sơ, sự cố', en: 'Find cases' },
    query: Type.Object({
      type: Type.Optional(Type.String({ maxLength: 60 })),
      step: Type.Optional(Type.String({ maxLength: 60 })),
      open: Type.Optional(Type.Boolean()),
      severity: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      organisationId: Type.Optional(Type.String({ maxLength: 100 })),
      entityId: Type.Optional(Type.String({ maxLength: 200 })),
      alertId: Type.Optional(Type.String({ maxLength: 100 })),
      q: Type.Optional(Type.String({ maxLength: 100 })),
      sort: Type.Union([Type.Literal('due'), Type.Literal('newest')], { default: 'newest' }),
      ...paging,
    }),
    answer: Type.Object({ items: Type.Array(caseListItemSchema), total: Type.Integer() }),
  },
  'GET /api/case-counts': {
    access: 'case:read',
    summary: { vi: 'Số hồ sơ đang mở theo mức và bước', en: 'Open cases by severity and step' },
    answer: Type.Object({
      open: Type.Integer(),
      late: Type.Integer(),
      bySeverity: Type.Record(Type.String(), Type.Integer()),
      bySteps: Type.Array(Type.Object({ type: Type.String(), step: Type.String(), n: Type.Integer() })),
    }),
  },
  'POST /api/cases': {
    access: 'case:act',
    summary: { vi: 'Mở hồ sơ, sự cố', en: 'Open a case' },
    body: Type.Object(
      {
        type: Type.String({ maxLength: 60 }),
        title: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
        severity,
        entityId: Type.Optional(Type.String({ maxLength: 200 })),
        areaCode: Type.Optional(Type.String({ maxLength: 20 })),
        organisationId: Type.Optional(Type.String({ maxLength: 100 })),
        location: Type.Optional(place),
        alertIds: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 1000 })),
        form: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        procedureId: Type.Optional(Type.String({ maxLength: 100 })),
        provenance: Type.Optional(provenance),
        requestId,
      },
      { additionalProperties: false },
    ),
    answer: caseSchema,
  },
  'GET /api/cases/:id': {
    access: 'case:read',
    summary: { vi: 'Một hồ sơ với mọi chi tiết', en: 'One case with all that belongs to it' },
    params: ofOne,
    answer: caseSchema,
  },
  'POST /api/cases/:id/move': {
    access: 'case:act',
    summary: { vi: 'Chuyển bước', en: 'Move to another step' },
    params: ofOne,
    body: Type.Object(
      { to: Type.String({ maxLength: 60 }), note: Type.Optional(note), version: Type.Integer() },
      { additionalProperties: false },
    ),
    answer: caseSchema,
  },
  'POST /api/cases/:id/note': {
    access: 'case:act',
    summary: { vi: 'Ghi chú nội bộ', en: 'Internal note' },
    params: ofOne,
    body: Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
        happenedAt: Type.Optional(time),
      },
      { additionalProperties: false },
    ),
    answer: caseSchema,
  },
  'POST /api/cases/:id/checklist/:itemId': {
    access: 'case:act',
    summary: { vi: 'Đánh dấu một bước của quy trình', en: 'Mark an item of the checklist' },
    params: Type.Object({ id: uuid, itemId: Type.String({ maxLength: 60 }) }),
    body: Type.Object({ done: Type.Boolean(), note: Type.Optional(note) }, { additionalProperties: false }),
    answer: caseSchema,
  },
  'POST /api/cases/:id/alerts': {
    access: 'case:act',
    summary: { vi: 'Gắn thêm cảnh báo', en: 'Link further alerts' },
    params: ofOne,
    body: Type.Object(
      { alertIds: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 1000 }) },
      { additionalProperties: false },
    ),
    answer: caseSchema,
  },
  'POST /api/cases/:id/tasks': {
    access: 'case:act',
    summary: { vi: 'Giao nhiệm vụ', en: 'Assign a task' },
    params: ofOne,
    body: Type.Object(
      {
        title: Type.Optional(Type.String({ maxLength: 300 })),
        text: Type.Optional(note),
        organisationId: Type.Optional(Type.String({ maxLength: 100 })),
        userId: Type.Optional(Type.String({ maxLength: 100 })),
        dueWithin: Type.Optional(duration),
        checklistItemId: Type.Optional(Type.String({ maxLength: 60 })),
        requestId,
      },
      { additionalProperties: false },
    ),
    answer: taskSchema,
  },
  'GET /api/cases/:id/export.csv': {
    access: 'case:read',
    summary: { vi: 'Diễn biến của hồ sơ, tệp CSV', en: "The case's timeline as CSV" },
    params: ofOne,
    answer: 'file',
  },
  'GET /api/tasks': {
    access: 'task:act',
    summary: { vi: 'Nhiệm vụ giao cho đơn vị của tôi', en: 'Tasks given to my organisation' },
    query: Type.Object({
      state: Type.Optional(Type.Union([taskState, Type.Literal('open')])),
      organisationId: Type.Optional(Type.String({ maxLength: 100 })),
      ...paging,
    }),
    answer: Type.Object({ items: Type.Array(taskSchema), total: Type.Integer() }),
  },
  'GET /api/tasks/:id': {
    access: 'signed-in',
    summary: { vi: 'Một nhiệm vụ', en: 'One task' },
    params: ofOne,
    answer: taskSchema,
  },
  'POST /api/tasks/:id/accept': {
    access: 'task:act',
    summary: { vi: 'Nhận nhiệm vụ', en: 'Accept a task' },
    params: ofOne,
    answer: taskSchema,
  },
  'POST /api/tasks/:id/photos': {
    access: 'task:act',
    summary: { vi: 'Gửi ảnh hiện trường của nhiệm vụ', en: 'Send a photo for a task' },
    params: ofOne,
    takes: 'multipart',
    answer: Type.Object({ fileId: Type.String() }),
  },
  'POST /api/tasks/:id/answer': {
    access: 'task:act',
    summary: { vi: 'Trả lời nhiệm vụ', en: 'Answer a task' },
    params: ofOne,
    body: Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
        photoFileIds: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 }),
        location: Type.Optional(place),
        measuredAt: Type.Optional(time),
        requestId,
      },
      { additionalProperties: false },
    ),
    answer: taskSchema,
  },
  'POST /api/tasks/:id/return': {
    access: 'case:act',
    summary: { vi: 'Trả lại nhiệm vụ để làm tiếp', en: 'Return a task' },
    params: ofOne,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }) },
      { additionalProperties: false },
    ),
    answer: taskSchema,
  },
  'POST /api/tasks/:id/approve': {
    access: 'case:act',
    summary: { vi: 'Duyệt trả lời', en: 'Approve an answer' },
    params: ofOne,
    body: Type.Object({ note: Type.Optional(note) }, { additionalProperties: false }),
    answer: taskSchema,
  },
  'POST /api/tasks/:id/cancel': {
    access: 'case:act',
    summary: { vi: 'Hủy nhiệm vụ', en: 'Cancel a task' },
    params: ofOne,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }) },
      { additionalProperties: false },
    ),
    answer: taskSchema,
  },
  'GET /api/procedures': {
    access: 'case:read',
    summary: { vi: 'Quy trình xử lý đang dùng', en: 'Procedures in use' },
    query: Type.Object({ caseType: Type.Optional(Type.String({ maxLength: 60 })) }),
    answer: Type.Object({ items: Type.Array(procedureSchema) }),
  },
  'PUT /api/procedures/:id': {
    access: 'rule:manage',
    summary: { vi: 'Sửa quy trình xử lý', en: 'Edit a procedure' },
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    body: Type.Object(
      { ...procedureContent, expected: Type.Object({ version: Type.Integer(), revision: Type.Integer() }) },
      { additionalProperties: false },
    ),
    answer: procedureSchema,
  },
});
