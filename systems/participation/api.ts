import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const closed = { additionalProperties: false } as const;
const id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const instant = Type.String({ format: 'date-time' });
const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([Type.Null(), schema]);
const counts = Type.Record(Type.String({ maxLength: 60 }), Type.Integer({ minimum: 0, maximum: 10_000_000 }));
const base64url = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]+$' });

const question = Type.Object(
  {
    kind: Type.Union([Type.Literal('choice'), Type.Literal('approval'), Type.Literal('budget')]),
    options: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,59}$' }),
          title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
          text: Type.Optional(Type.String({ maxLength: 4000 })),
          costVnd: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e15 })),
        },
        closed,
      ),
      { minItems: 2, maxItems: 100 },
    ),
    mostChoices: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    budgetVnd: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e15 })),
  },
  closed,
);

export const ballotSchema = Type.Object(
  {
    key: base64url(120),
    credential: base64url(400),
    choices: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 100 }),
    signature: base64url(120),
  },
  closed,
);

const list = Type.Union([Type.Literal('national-id'), Type.Literal('code')]);
const byList = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Object({ 'national-id': schema, code: schema });
const byAssurance = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Object({ 'national-id': schema, paper: schema, code: schema });

const resultSchema = Type.Object({
  counts: byAssurance(counts),
  voters: byAssurance(Type.Integer()),
  binding: counts,
  bindingVoters: Type.Integer(),
  winners: Type.Array(Type.String()),
  stands: Type.Boolean(),
  why: text,
  digest: Type.String(),
});

export const consultationSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  body: Type.String(),
  organisationId: Type.String(),
  areaCode: nullable(Type.String()),
  question,
  binding: Type.Boolean(),
  quorum: Type.Integer(),
  stage: Type.Union([
    Type.Literal('draft'),
    Type.Literal('announced'),
    Type.Literal('open'),
    Type.Literal('over'),
    Type.Literal('counted'),
    Type.Literal('cancelled'),
  ]),
  opensAt: instant,
  closesAt: instant,
  publicKeys: byList(Type.String()),
  receiptPublicKey: Type.String(),
  turnout: byAssurance(Type.Integer()),
  result: nullable(resultSchema),
  countedAt: nullable(instant),
  cancelReason: nullable(Type.String()),
  provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated')]),
  version: Type.Integer(),
  may: Type.Array(Type.String()),
});

const batchSchema = Type.Object({
  id: Type.String(),
  areaCode: Type.String(),
  place: Type.String(),
  /** hidden from who is to count again */
  counts: nullable(counts),
  spoiled: nullable(Type.Integer()),
  voters: Type.Integer(),
  enteredByName: Type.String(),
  enteredAt: instant,
  checkedByName: nullable(Type.String()),
  checkedAt: nullable(instant),
  may: Type.Array(Type.String()),
});

const input = Type.Object(
  {
    title: Type.String({ minLength: 5, maxLength: 200, pattern: '\\S' }),
    body: Type.String({ minLength: 20, maxLength: 20_000 }),
    organisationId: Type.String({ minLength: 1, maxLength: 100 }),
    areaCode: nullable(Type.String({ maxLength: 20 })),
    question,
    binding: Type.Boolean(),
    quorum: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
    opensAt: instant,
    closesAt: instant,
  },
  closed,
);

export const participationApi = endpoints({
  'GET /api/participation/consultations': {
    access: 'public',
    summary: { vi: 'Các lần lấy ý kiến', en: 'Consultations' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 100 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      /** own drafts instead */
      drafts: Type.Optional(Type.Boolean()),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(consultationSchema), total: Type.Integer() }),
  },
  'POST /api/participation/consultations': {
    access: 'consultation:manage',
    summary: { vi: 'Soạn một lần lấy ý kiến', en: 'Prepare a consultation' },
    body: input,
    answer: consultationSchema,
  },
  'GET /api/participation/consultations/:id': {
    access: 'public',
    summary: { vi: 'Một lần lấy ý kiến', en: 'One consultation' },
    params: id,
    answer: consultationSchema,
  },
  'PUT /api/participation/consultations/:id': {
    access: 'consultation:manage',
    summary: { vi: 'Sửa bản đang soạn', en: 'Edit a draft' },
    params: id,
    body: Type.Object({ ...input.properties, expectedVersion: Type.Integer() }, closed),
    answer: consultationSchema,
  },
  'POST /api/participation/consultations/:id/publish': {
    access: 'consultation:manage',
    summary: { vi: 'Công bố', en: 'Publish' },
    params: id,
    body: Type.Object({ expectedVersion: Type.Integer() }, closed),
    answer: consultationSchema,
  },
  'POST /api/participation/consultations/:id/cancel': {
    access: 'consultation:manage',
    summary: { vi: 'Hủy, nêu rõ lý do', en: 'Cancel, with the reason' },
    params: id,
    body: Type.Object({ reason: Type.String({ minLength: 5, maxLength: 2000, pattern: '\\S' }) }, closed),
    answer: consultationSchema,
  },
  'POST /api/participation/consultations/:id/count': {
    access: 'consultation:manage',
    summary: { vi: 'Kiểm phiếu và công bố kết quả', en: 'Count and publish the result' },
    params: id,
    answer: consultationSchema,
  },
  'POST /api/participation/consultations/:id/ballot': {
    access: 'public',
    summary: {
      vi: 'Nhận phiếu: xác nhận quyền bỏ phiếu mà không biết phiếu',
      en: 'Take a ballot: the right to vote is signed without seeing the ballot',
    },
    params: id,
    body: Type.Object({ blinded: base64url(400) }, closed),
    answer: Type.Object({ list, signature: Type.String() }),
  },
  'POST /api/participation/consultations/:id/ballots': {
    access: 'public',
    summary: { vi: 'Bỏ phiếu, không kèm tên', en: 'Cast a ballot, without a name' },
    params: id,
    body: Type.Object({ list, ballot: ballotSchema }, closed),
    answer: Type.Object({ receipt: Type.String(), proof: Type.String() }),
  },
  'GET /api/participation/consultations/:id/board': {
    access: 'public',
    summary: { vi: 'Toàn bộ phiếu sau khi kiểm, để ai cũng kiểm lại được', en: 'All ballots after the count' },
    params: id,
    answer: Type.Object({
      provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated')]),
      consultationId: Type.String(),
      question,
      publicKeys: byList(Type.String()),
      given: byList(Type.Integer()),
      ballots: byList(Type.Array(ballotSchema)),
      paper: Type.Array(
        Type.Object({
          id: Type.String(),
          place: Type.String(),
          counts,
          spoiled: Type.Integer(),
          voters: Type.Integer(),
          checked: Type.Boolean(),
        }),
      ),
    }),
  },
  'GET /api/participation/consultations/:id/paper': {
    access: 'signed-in',
    summary: { vi: 'Các tập phiếu giấy', en: 'Paper batches' },
    params: id,
    answer: Type.Object({ items: Type.Array(batchSchema) }),
  },
  'POST /api/participation/consultations/:id/paper': {
    access: 'consultation:paper',
    summary: { vi: 'Nhập một tập phiếu giấy cùng danh sách người bỏ phiếu', en: 'Enter a paper batch with its roll' },
    params: id,
    bodyLimit: 4 * 1024 * 1024,
    body: Type.Object(
      {
        areaCode: Type.String({ minLength: 1, maxLength: 20 }),
        place: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
        counts,
        spoiled: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
        citizens: Type.Array(Type.String({ maxLength: 30 }), { minItems: 1, maxItems: 20_000 }),
      },
      closed,
    ),
    answer: Type.Object({ id: Type.String() }),
  },
  'POST /api/participation/paper/:id/check': {
    access: 'consultation:paper',
    summary: { vi: 'Kiểm lại một tập phiếu giấy', en: 'Count a paper batch again' },
    params: id,
    body: Type.Object({ counts, spoiled: Type.Integer({ minimum: 0, maximum: 1_000_000 }) }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
  'POST /api/participation/paper/:id/remove': {
    access: 'consultation:paper',
    summary: { vi: 'Xóa một tập phiếu giấy để nhập lại', en: 'Take a paper batch out, to enter it anew' },
    params: id,
    body: Type.Object({ reason: Type.String({ minLength: 5, maxLength: 2000, pattern: '\\S' }) }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
});
