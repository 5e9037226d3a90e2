import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const instant = Type.String({ format: 'date-time' });
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

const stateSchema = Type.Union([Type.Literal('open'), Type.Literal('acknowledged'), Type.Literal('closed')]);
const conditionSchema = Type.Union([Type.Literal('on'), Type.Literal('over')]);

export const alertSchema = Type.Object({
  id: Type.String(),
  key: Type.String(),
  source: Type.String(),
  entityId: Type.String(),
  entityName: Type.String(),
  title: text,
  text: text,
  severity: Type.Integer({ minimum: 1, maximum: 5 }),
  value: orNull(Type.Number()),
  unit: orNull(Type.String()),
  peak: orNull(Type.Number()),
  count: Type.Integer(),
  happenedAt: instant,
  knownAt: instant,
  lastAt: instant,
  state: stateSchema,
  condition: conditionSchema,
  overAt: orNull(instant),
  acknowledged: orNull(Type.Object({ id: Type.String(), name: Type.String(), at: instant })),
  closed: orNull(Type.Object({ id: Type.String(), name: Type.String(), at: instant, reason: Type.String() })),
  reopened: Type.Integer(),
  caseId: orNull(Type.String()),
  /** the case type offered to whoever handles it */
  opens: orNull(Type.String()),
  areaCode: orNull(Type.String()),
  organisationId: orNull(Type.String()),
  provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated'), Type.Literal('replayed')]),
  isPublic: Type.Boolean(),
  snoozed: orNull(Type.Object({ id: Type.String(), name: Type.String(), until: instant, reason: Type.String() })),
  remindAt: orNull(instant),
  reminders: Type.Integer({ description: 'số lần đã nhắc vì chưa ai tiếp nhận' }),
  flapping: orNull(Type.Object({ since: instant, times: Type.Integer(), quietMs: Type.Integer() })),
  groupId: orNull(Type.String({ description: 'đợt cảnh báo mà cảnh báo này thuộc về' })),
  may: Type.Array(Type.String()),
});

const severityCounts = Type.Array(Type.Object({ severity: Type.Integer(), count: Type.Integer() }));

export const alertGroupSchema = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('site'), Type.Literal('rule-area'), Type.Literal('rule')]),
  title: text,
  /** why they are one group */
  why: text,
  openedAt: instant,
  joinedAt: instant,
  count: Type.Integer({ description: 'chưa đóng' }),
  total: Type.Integer(),
  severity: Type.Integer(),
  bySeverity: severityCounts,
  open: Type.Integer(),
  snoozed: Type.Integer(),
  over: Type.Integer(),
  areas: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), count: Type.Integer() })),
  holders: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() })),
  caseIds: Type.Array(Type.String()),
  happenedAt: orNull(instant),
  lastAt: orNull(instant),
  provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated'), Type.Literal('replayed')]),
});

const reason = Type.String({ minLength: 3, maxLength: 2000 });
const closedObject = { additionalProperties: false };
const which = {
  ids: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 1000 })),
  groups: Type.Optional(
    Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100, description: 'mọi cảnh báo chưa đóng của các đợt' }),
  ),
};

const periods = Type.Array(
  Type.Object(
    {
      from: Type.String({ maxLength: 5 }),
      to: Type.String({ maxLength: 5 }),
      days: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 })),
    },
    closedObject,
  ),
  { minItems: 1, maxItems: 10 },
);
const scopeId = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
const scopeSchema = Type.Object(
  { entity: scopeId, site: scopeId, source: scopeId, type: scopeId, area: scopeId, organisation: scopeId },
  closedObject,
);
const whoWhen = Type.Object({ id: Type.String(), name: Type.String(), at: instant });

const pauseSchema = Type.Object({
  id: Type.String(),
  scope: scopeSchema,
  words: text,
  from: instant,
  until: instant,
  weekly: orNull(periods),
  reason: Type.String(),
  made: whoWhen,
  ended: orNull(whoWhen),
  state: Type.Union([Type.Literal('on'), Type.Literal('coming'), Type.Literal('between'), Type.Literal('over')]),
  held: Type.Integer({ description: 'số cảnh báo bị giữ lại' }),
  waiting: Type.Integer({ description: 'còn điều kiện, chờ hết thời gian tạm dừng' }),
  may: Type.Array(Type.String()),
});

const heldSchema = Type.Object({
  id: Type.String(),
  entityId: Type.String(),
  entityName: Type.String(),
  title: text,
  severity: Type.Integer(),
  times: Type.Integer(),
  since: instant,
  lastAt: instant,
  overAt: orNull(instant),
  releasedAt: orNull(instant),
  pauseId: Type.String(),
  until: instant,
  reason: Type.String(),
});

const alertStepSchema = Type.Object({
  kind: Type.String(),
  happenedAt: instant,
  knownAt: instant,
  by: Type.Object({ id: Type.String(), name: Type.String() }),
  value: orNull(Type.Number()),
  note: orNull(Type.String()),
});

const explanationSchema = Type.Object({
  words: text,
  rule: orNull(Type.Object({ id: Type.String(), version: Type.Integer(), title: text, law: orNull(text) })),
  formula: orNull(Type.String()),
  rows: Type.Array(
    Type.Object({
      property: Type.String(),
      title: text,
      at: instant,
      value: Type.Number(),
      unit: Type.String(),
      quality: Type.Integer(),
    }),
  ),
  cut: Type.Boolean(),
});

const evidenceSchema = Type.Object({
  seriesId: Type.Optional(Type.Integer()),
  property: Type.String(),
  from: instant,
  to: instant,
  ruleId: Type.String(),
  ruleVersion: Type.Integer(),
  formula: Type.String(),
});

const id = Type.Object({ id: Type.String({ maxLength: 100 }) });

export const alertsApi = endpoints({
  'GET /api/alerts': {
    access: 'alert:read',
    summary: { vi: 'Hàng đợi và sổ cảnh báo', en: 'The queue and register of alerts' },
    query: Type.Object({
      state: Type.Optional(Type.Union([Type.Literal('active'), stateSchema])),
      condition: Type.Optional(conditionSchema),
      severity: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'từ mức này trở lên' })),
      area: Type.Optional(Type.String({ maxLength: 20 })),
      entity: Type.Optional(Type.String({ maxLength: 200 })),
      source: Type.Optional(Type.String({ maxLength: 200 })),
      caseId: Type.Optional(Type.String({ maxLength: 100 })),
      group: Type.Optional(Type.String({ format: 'uuid' })),
      organisation: Type.Optional(Type.String({ maxLength: 100 })),
      type: Type.Optional(Type.String({ maxLength: 100 })),
      only: Type.Optional(Type.Union([Type.Literal('without-action'), Type.Literal('flapping')])),
      knownFrom: Type.Optional(instant),
      knownTo: Type.Optional(instant),
      q: Type.Optional(Type.String({ maxLength: 100 })),
      from: Type.Optional(instant),
      to: Type.Optional(instant),
      sort: Type.Optional(Type.Union([Type.Literal('urgent'), Type.Literal('newest'), Type.Literal('oldest')])),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(alertSchema), total: Type.Integer() }),
  },
  'GET /api/alerts/counts': {
    access: 'alert:read',
    summary: { vi: 'Đếm cảnh báo chưa đóng', en: 'Counts of alerts that are not closed' },
    answer: Type.Object({
      open: Type.Integer(),
      snoozed: Type.Integer(),
      unseenOver: Type.Integer(),
      acknowledged: Type.Integer(),
      bySeverity: severityCounts,
    }),
  },
  'GET /api/alert-queue': {
    access: 'alert:read',
    summary: {
      vi: 'Hàng đợi cảnh báo chưa đóng: mỗi đợt một dòng, còn lại từng cảnh báo',
      en: 'The queue of what is not closed: storms as one line, the rest alert by alert',
    },
    query: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1000, default: 1000 }) }),
    answer: Type.Object({
      lines: Type.Array(Type.Union([Type.Object({ alert: alertSchema }), Type.Object({ group: alertGroupSchema })])),
      total: Type.Integer({ description: 'số cảnh báo chưa đóng, kể cả trong các đợt' }),
    }),
  },
  'GET /api/alert-groups/:id': {
    access: 'alert:read',
    summary: { vi: 'Một đợt cảnh báo', en: 'One storm of alerts' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    answer: alertGroupSchema,
  },
  'GET /api/alert-statistics': {
    access: 'alert:read',
    summary: {
      vi: 'Thống kê cảnh báo theo luật, đơn vị hoặc loại: số lượng, thời gian nhận, đóng không cần xử lý, chập chờn',
      en: 'Alerts by rule, unit or type: number, time to acknowledge, closed without action, flapping',
    },
    query: Type.Object({
      from: instant,
      to: instant,
      by: Type.Union([Type.Literal('source'), Type.Literal('organisation'), Type.Literal('type')]),
    }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          of: orNull(Type.String()),
          count: Type.Integer(),
          open: Type.Integer(),
          acknowledged: Type.Object({
            count: Type.Integer(),
            median: orNull(Type.Number({ description: 'phút' })),
            p90: orNull(Type.Number({ description: 'phút' })),
          }),
          closed: Type.Integer(),
          withoutAction: Type.Integer(),
          flapping: Type.Integer(),
          reopened: Type.Integer(),
          entities: Type.Integer(),
        }),
      ),
    }),
  },
  'GET /api/alert-pauses': {
    access: 'alert:read',
    summary: { vi: 'Các đợt tạm dừng cảnh báo và số cảnh báo bị giữ lại', en: 'Pauses and how much they hold back' },
    query: Type.Object({ state: Type.Optional(Type.Union([Type.Literal('now'), Type.Literal('all')])) }),
    answer: Type.Object({ items: Type.Array(pauseSchema), may: Type.Array(Type.String()) }),
  },
  'POST /api/alert-pauses': {
    access: 'alert:act',
    summary: { vi: 'Tạm dừng cảnh báo trong một thời gian, ghi lý do', en: 'Pause alerts for a time, with a reason' },
    body: Type.Object(
      { scope: scopeSchema, from: instant, until: instant, weekly: Type.Optional(periods), reason },
      closedObject,
    ),
    answer: pauseSchema,
  },
  'POST /api/alert-pauses/:id/end': {
    access: 'alert:act',
    summary: { vi: 'Kết thúc sớm một đợt tạm dừng', en: 'End a pause before its time' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    answer: pauseSchema,
  },
  'GET /api/alert-held': {
    access: 'alert:read',
    summary: { vi: 'Cảnh báo bị giữ lại vì tạm dừng', en: 'Alerts that pauses held back' },
    query: Type.Object({
      pause: Type.Optional(Type.String({ format: 'uuid' })),
      entity: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    answer: Type.Object({ items: Type.Array(heldSchema) }),
  },
  'POST /api/alert-acts/handlers': {
    access: 'alert:act',
    summary: { vi: 'Những người có thể được giao các cảnh báo này', en: 'Who may be given these alerts' },
    body: Type.Object(which, closedObject),
    answer: Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) }),
  },
  'POST /api/alert-acts': {
    access: 'alert:act',
    summary: {
      vi: 'Tiếp nhận, giao, tạm hoãn hoặc đóng nhiều cảnh báo một lần; mỗi cảnh báo một kết quả',
      en: 'Acknowledge, give, put off or close many alerts at once; each has its own result',
    },
    body: Type.Union([
      Type.Object(
        { ...which, act: Type.Literal('acknowledge'), note: Type.Optional(Type.String({ maxLength: 2000 })) },
        closedObject,
      ),
      Type.Object({ ...which, act: Type.Literal('assign'), to: Type.String({ maxLength: 100 }) }, closedObject),
      Type.Object({ ...which, act: Type.Literal('snooze'), until: instant, reason }, closedObject),
      Type.Object({ ...which, act: Type.Literal('close'), reason }, closedObject),
    ]),
    answer: Type.Object({
      results: Type.Array(
        Type.Object({
          id: Type.String(),
          title: text,
          entityName: Type.String(),
          done: Type.Boolean(),
          reason: orNull(text),
        }),
      ),
    }),
  },
  'GET /api/alerts/:id': {
    access: 'alert:read',
    summary: { vi: 'Một cảnh báo, diễn biến và “Vì sao?”', en: 'One alert, its timeline and why' },
    params: id,
    answer: Type.Object({
      ...alertSchema.properties,
      evidence: orNull(evidenceSchema),
      timeline: Type.Array(alertStepSchema),
      why: orNull(explanationSchema),
    }),
  },
  'POST /api/alerts/:id/acknowledge': {
    access: 'alert:act',
    summary: { vi: 'Tiếp nhận cảnh báo', en: 'Acknowledge an alert' },
    params: id,
    body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 2000 })) }, { additionalProperties: false }),
    answer: alertSchema,
  },
  'POST /api/alerts/:id/snooze': {
    access: 'alert:act',
    summary: { vi: 'Tạm hoãn cảnh báo đến một lúc, ghi lý do', en: 'Put an alert off until a time, with a reason' },
    params: id,
    body: Type.Object(
      { until: instant, reason: Type.String({ minLength: 3, maxLength: 2000 }) },
      { additionalProperties: false },
    ),
    answer: alertSchema,
  },
  'POST /api/alerts/:id/close': {
    access: 'alert:act',
    summary: { vi: 'Đóng cảnh báo, ghi lý do', en: 'Close an alert with a reason' },
    params: id,
    body: Type.Object({ reason: Type.String({ minLength: 3, maxLength: 2000 }) }, { additionalProperties: false }),
    answer: alertSchema,
  },
});
