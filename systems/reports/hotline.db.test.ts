import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { type Person, placeA, type Stage, stage } from '../../tests/reports-stage.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

type Former = {
  number: string;
  role: string;
  text: string;
  step: string;
  may: string[];
  said: { text: string } | null;
};
type Call = {
  id: string;
  phone: string | null;
  isMobile: boolean;
  reports: Former[];
  calls: { kinds: string[]; asked: string | null }[];
};
type Article = { id: string; question: string; version: number; isOver: boolean; may: string[] };

let asked = 0;
const requestId = () => `cuoc-goi-thu-${String(++asked).padStart(6, '0')}`;
const desk = <A>(path: string, body?: object, as: Person = 'tong-dai') =>
  on.ask<A>(body ? 'POST' : 'GET', `/api/reports/hotline${path}`, body, { as });
const call = async (phone?: string, name?: string): Promise<Call> =>
  (await desk<Call>('/calls', { requestId: requestId(), ...(phone ? { phone } : {}), ...(name ? { name } : {}) })).body;
const report = (id: string, more: object = {}) =>
  desk<{ number: string; code: string; sms: string }>(`/calls/${id}/report`, {
    requestId: requestId(),
    text: 'Cột điện bên đường bị nghiêng sau cơn dông đêm qua',
    category: 'roads.pothole',
    location: placeA,
    urgency: 'normal',
    ...more,
  });
const messages = async (): Promise<{ address: string; body: string }[]> =>
  (await database.pool.query(`select address, body from messages where channel = 'sms' order by created_at, id`)).rows;
const follow = async (code: string) => (await on.ask('POST', '/api/reports/follow', { code })).body;

describe('the desk of the hotline', () => {
  it('is for operators who serve the whole province: nobody else takes a call or reads of a caller', async () => {
    for (const as of ['canbo-a', 'truc', 'so-xd'] as const) {
      expect((await desk('/calls', { requestId: requestId(), phone: '0912345678' }, as)).status).toBe(403);
    }
    expect((await on.ask('POST', '/api/reports/hotline/calls', { requestId: requestId() })).status).toBe(401);
    // And the operator has no list of reports, only what belongs to a call.
    expect((await on.ask('GET', '/api/reports/desk', undefined, { as: 'tong-dai' })).status).toBe(403);
  });

  it('knows a mobile number however it is typed, a fixed line and a hidden number, and refuses what is none', async () => {
    expect(await call('84 912.345.600')).toMatchObject({ phone: '+84912345600', isMobile: true });
    expect(await call('0227 3831 234')).toMatchObject({ phone: '+842273831234', isMobile: false });
    expect(await call()).toMatchObject({ phone: null, isMobile: false, reports: [], calls: [] });
    const wrong = await desk('/calls', { requestId: requestId(), phone: '12' });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'wrong-number']);
  });

  it('takes a report, reads out its code and posts it by text message; sent again it is one report and one message', async () => {
    const first = await call('0912 345 678', 'Bà Nguyễn Thị Hoa');
    const draft = { requestId: requestId() };
    const sent = await report(first.id, draft);
    expect(sent.status).toBe(200);
    // No carrier is configured in this test: the desk is told that no message goes out.
    expect(sent.body).toMatchObject({ number: expect.stringMatching(/^PA-2026-/), sms: 'no-carrier' });
    const again = await report(first.id, draft);
    expect(again.body.number).toBe(sent.body.number);
    expect(await follow(again.body.code ?? '')).toMatchObject({ number: sent.body.number, role: 'sender' });
    const posted = (await messages()).filter((one) => one.body.includes(String(sent.body.number)));
    expect(posted).toEqual([
      {
        address: '+84912345678',
        body: `Phản ánh ${sent.body.number} đã được Tổng đài 1022 tiếp nhận. Mã theo dõi: ${sent.body.code}. Gọi 1022 để hỏi kết quả.`,
      },
    ]);
    const { rows } = await database.pool.query(
      `select channel, network_digest, device_digest from reports join report_senders using (case_id) where number = $1`,
      [sent.body.number],
    );
    // The desk's own address is nobody's mark: a block of a caller must not silence the desk.
    expect(rows).toEqual([{ channel: 'hotline', network_digest: null, device_digest: null }]);
    const audit = await database.pool.query(
      `select actor_name, action from audit_entries where action in ('report.submit', 'hotline.call')
       and actor_name = 'Người tong-dai' order by id desc limit 1`,
    );
    expect(audit.rows).toEqual([{ actor_name: 'Người tong-dai', action: 'report.submit' }]);
  });

  it('shows the next call of the number what it reported, kept sealed, and every look is in the audit log', async () => {
    const before = await database.pool.query(
      `select count(*)::int as n from audit_entries where action = 'hotline.call'`,
    );
    const second = await call('+84912345678');
    expect(second.reports.map((one) => [one.role, one.text, one.step, one.may])).toEqual([
      ['sender', 'Cột điện bên đường bị nghiêng sau cơn dông đêm qua', 'received', ['code']],
    ]);
    expect(second.calls).toEqual([{ at: expect.any(String), kinds: ['reported'], asked: null }]);
    expect((await call('0912345679')).reports).toEqual([]);
    const after = await database.pool.query(
      `select count(*)::int as n from audit_entries where action = 'hotline.call'`,
    );
    expect(after.rows[0].n - before.rows[0].n).toBe(2);
    const dump = await database.pool.query<{ line: string }>(
      `select c::text as line from hotline_calls c union all select m::text from hotline_matters m
       union all select a::text from audit_entries a union all select e::text from events e
       union all select s::text from report_senders s`,
    );
    const stored = dump.rows.map((row) => row.line).join('\n');
    for (const personal of ['912345678', '912 345 678', 'Nguyễn Thị Hoa']) expect(stored).not.toContain(personal);
    // The officer who handles it reads who called, for a purpose.
    const { rows } = await database.pool.query('select case_id from reports where number = $1', [
      second.reports[0]?.number,
    ]);
    const personal = await on.ask(
      'POST',
      `/api/reports/desk/${rows[0].case_id}/personal`,
      { purpose: 'Hỏi vị trí cột điện' },
      {
        as: 'canbo-a',
      },
    );
    expect(personal.body).toMatchObject({ contact: 'Bà Nguyễn Thị Hoa · +84912345678' });
  });

  it('tells nothing but the step of a report about an officer, since whoever calls may only claim the number', async () => {
    const first = await call('0355000111');
    const sent = await report(first.id, {
      category: 'administration.conduct',
      text: 'Cán bộ một cửa quát mắng người dân khi nộp hồ sơ',
    });
    expect(sent.status).toBe(200);
    const next = await call('0355000111');
    expect(next.reports.map((one) => [one.number, one.text, one.said])).toEqual([[sent.body.number, '', null]]);
  });

  it('finds duplicates that no moderator has seen yet, and joins the caller to one with a code of their own', async () => {
    const first = await call('0977000111');
    const sent = await report(first.id, { category: 'power.outage', text: 'Mất điện cả xóm từ 5 giờ sáng nay' });
    const second = await call('0977000222');
    const near = await desk<{ items: { number: string; may: string[]; metres: number }[] }>(
      `/calls/${second.id}/nearby`,
      { category: 'power.outage', location: placeA },
    );
    expect(near.body.items).toEqual([expect.objectContaining({ number: sent.body.number, metres: 0, may: ['join'] })]);
    const join = { requestId: requestId(), number: sent.body.number };
    const joined = await desk<{ code: string; meToo: number }>(`/calls/${second.id}/join`, join);
    expect([joined.status, joined.body.meToo]).toEqual([200, 1]);
    // Sent twice the caller counts once.
    expect((await desk<{ meToo: number }>(`/calls/${second.id}/join`, join)).body.meToo).toBe(1);
    // What nobody has moderated the other caller does not read.
    expect(await follow(joined.body.code)).toMatchObject({ role: 'me-too', text: '' });
    expect((await call('0977000222')).reports.map((one) => [one.number, one.role, one.text])).toEqual([
      [sent.body.number, 'me-too', ''],
    ]);
  });

  it('joins nobody to a report about a unit or about a private home that is not public', async () => {
    const second = await call('0977000333');
    const { rows } = await database.pool.query(`select number from reports where category = 'administration.conduct'`);
    const joined = await desk(`/calls/${second.id}/join`, { requestId: requestId(), number: rows[0].number });
    expect([joined.status, joined.body.code]).toEqual([404, 'not-found']);
  });

  it('sends a new code only to the number that reported, three times a day, and never to the screen', async () => {
    const own = await call('0912345678');
    const number = own.reports[0]?.number;
    const other = await call('0988111222');
    const refused = await desk(`/calls/${other.id}/code`, { number });
    expect([refused.status, refused.body.code]).toEqual([422, 'not-of-this-caller']);
    const lettersOf = async () => (await messages()).filter((one) => one.body.includes(String(number)));
    const known = new Set((await lettersOf()).map((one) => one.body));
    const sent = await desk<{ sms: string }>(`/calls/${own.id}/code`, { number });
    expect(sent.body).toEqual({ sms: 'no-carrier' });
    const [last, ...more] = (await lettersOf()).filter((one) => !known.has(one.body));
    expect([last?.address, more]).toEqual(['+84912345678', []]);
    const code = /Mã theo dõi: ([0-9A-Z-]{24})/.exec(last?.body ?? '')?.[1] ?? '';
    expect(await follow(code)).toMatchObject({ number });
    await desk(`/calls/${own.id}/code`, { number });
    await desk(`/calls/${own.id}/code`, { number });
    expect((await desk(`/calls/${own.id}/code`, { number })).status).toBe(429);
  });

  it('lets an operator act in a call of their own that has not ended, and in no other', async () => {
    const mine = await call('0966000111');
    expect((await report('00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect((await desk(`/calls/${mine.id}/end`, {}, 'tinh')).status).toBe(404);
    expect((await desk<{ kinds: string[] }>(`/calls/${mine.id}/end`, {})).body).toEqual({ kinds: [] });
    expect((await report(mine.id)).status).toBe(404);
  });

  it('tells the operator why a blocked number cannot report', async () => {
    const block = { contact: '0933000111', reason: 'Gọi quấy rối nhiều lần', days: 30 };
    expect((await on.ask('POST', '/api/reports/blocks', block, { as: 'truc' })).status).toBe(200);
    const sent = await report((await call('0933000111')).id);
    expect([sent.status, sent.body.code]).toEqual([403, 'sender-blocked']);
    expect(sent.body.detail).toContain('Gọi quấy rối nhiều lần');
  });
});

describe('what the desk answers with', () => {
  const fields = {
    question: 'Làm hộ chiếu phổ thông ở đâu?',
    answer: 'Nộp hồ sơ tại Phòng Quản lý xuất nhập cảnh hoặc trên Cổng dịch vụ công.',
    keywords: ['passport', 'xuất cảnh'],
    category: null,
    organisationId: null,
    isPublic: true,
    active: true,
    validUntil: null,
  };
  const save = (more: object = {}, as: Person = 'tinh') =>
    on.ask<Article>('POST', '/api/reports/knowledge', { ...fields, ...more }, { as });
  const search = async (q: string): Promise<string[]> =>
    (await desk<{ items: Article[] }>(`/articles?q=${encodeURIComponent(q)}`)).body.items.map((one) => one.question);

  it('is found by what the caller says, with and without diacritics, and not by words of every sentence', async () => {
    expect((await save()).status).toBe(200);
    await save({
      question: 'Thu gom rác thải cồng kềnh thế nào?',
      answer: 'Báo công ty môi trường trước một ngày.',
      keywords: [],
    });
    expect(await search('tôi muốn hỏi là làm hộ chiếu thì phải nộp ở đâu ạ')).toEqual([fields.question]);
    expect(await search('lam ho chieu o dau')).toEqual([fields.question]);
    expect(await search('passport')).toEqual([fields.question]);
    expect(await search('rac cong kenh')).toEqual(['Thu gom rác thải cồng kềnh thế nào?']);
    expect(await search('tôi muốn hỏi ở đâu')).toEqual([]);
    // Signs that mean something to a search are only signs.
    expect(await search("hộ chiếu' | ! & :* (")).toEqual([fields.question]);
  });

  it('prefers what is written with the same diacritics', async () => {
    await save({ question: 'Chợ Bo họp ngày nào?', answer: 'Ngày chẵn.', keywords: [] });
    await save({ question: 'Nuôi bò phải khai báo không?', answer: 'Có, với xã.', keywords: [] });
    expect((await search('bò'))[0]).toBe('Nuôi bò phải khai báo không?');
    expect((await search('Bo')).sort()).toEqual(['Chợ Bo họp ngày nào?', 'Nuôi bò phải khai báo không?'].sort());
  });

  it('is not offered after its last day or when taken out of use, and stays with its editors', async () => {
    const over = await save({ question: 'Lịch tiêm phòng dại tháng mười?', validUntil: '2026-11-22' });
    const last = await save({ question: 'Lịch tiêm phòng dại tháng mười một?', validUntil: '2026-11-23' });
    await save({ question: 'Lịch tiêm phòng dại năm ngoái?', active: false });
    expect(await search('tiêm phòng dại')).toEqual(['Lịch tiêm phòng dại tháng mười một?']);
    const all = await on.ask<{ items: Article[] }>('GET', '/api/reports/knowledge?q=tiem+phong+dai', undefined, {
      as: 'tinh',
    });
    expect(all.body.items).toHaveLength(3);
    expect([over.body.isOver, last.body.isOver]).toEqual([true, false]);
  });

  it('is read and found by citizens where it is marked public and in force; what is internal never leaks', async () => {
    await save({ question: 'Nước máy đục thì báo cho ai?', answer: 'Báo công ty cấp nước.', keywords: ['nuoc ban'] });
    const inside = {
      question: 'Nước máy: số điện thoại riêng của giám đốc?',
      answer: 'Chỉ nội bộ: 0987',
      isPublic: false,
    };
    await save(inside);
    await save({ question: 'Nước máy tăng giá từ ngày nào?', validUntil: '2026-11-22' });
    await save({ question: 'Nước máy: lịch cắt cũ?', active: false });
    const common = async (q = '') =>
      (await on.ask<{ items: object[] }>('GET', `/api/reports/questions/common${q}`)).body;
    for (const q of ['nước máy', 'nuoc may duc', 'NƯỚC MÁY đục?']) {
      const found = await common(`?q=${encodeURIComponent(q)}`);
      expect(found.items).toEqual([
        {
          id: expect.any(String),
          question: 'Nước máy đục thì báo cho ai?',
          answer: 'Báo công ty cấp nước.',
          organisationName: null,
          updatedAt: expect.any(String),
        },
      ]);
    }
    expect((await common(`?q=${encodeURIComponent('giám đốc')}`)).items).toEqual([]);
    const all = JSON.stringify(await common('?limit=100'));
    expect(all).toContain('Nước máy đục thì báo cho ai?');
    for (const hidden of [inside.question, inside.answer, 'tăng giá', 'lịch cắt cũ', 'nuoc ban']) {
      expect(all).not.toContain(hidden);
    }
    // The desk finds what is internal all the same.
    expect(await search('số điện thoại giám đốc')).toEqual([inside.question]);
  });

  it('is edited by who has the right for its unit, at the version that was seen', async () => {
    expect((await save({}, 'tong-dai')).status).toBe(403);
    expect((await save({}, 'canbo-a')).status).toBe(403);
    const made = await save({ question: 'Đóng phí cầu đường ở đâu?', organisationId: 'so-xd' });
    const put = (version: number) =>
      on.ask<Article>(
        'PUT',
        `/api/reports/knowledge/${made.body.id}`,
        { ...fields, question: 'Đóng phí đường bộ ở đâu?', organisationId: 'so-xd', version },
        { as: 'tinh' },
      );
    expect((await put(1)).body).toMatchObject({ question: 'Đóng phí đường bộ ở đâu?', version: 2 });
    expect((await put(1)).status).toBe(409);
    expect((await save({ organisationId: 'khong-co' })).status).toBe(404);
  });

  it('is counted with the calls that it answered; what nobody could answer stands beside, masked', async () => {
    const [found] = (await desk<{ items: Article[] }>('/articles?q=passport')).body.items;
    const one = await call('0944000111');
    const answered = { kind: 'answered', articleId: found?.id };
    expect((await desk<{ kinds: string[] }>(`/calls/${one.id}/matters`, answered)).body.kinds).toEqual(['answered']);
    // A second touch on the same article counts nothing.
    expect((await desk<{ kinds: string[] }>(`/calls/${one.id}/matters`, answered)).body.kinds).toEqual(['answered']);
    await desk(`/calls/${one.id}/matters`, {
      kind: 'unanswered',
      asked: 'Hỏi thủ tục cho ông Nguyễn Văn Tư 0912345678',
      category: 'administration.dossier',
    });
    const day = '2026-11-23';
    const figures = (
      await desk<{
        calls: number;
        subjects: { category: string | null; answered: number; reported: number; unanswered: number }[];
        articles: { used: number }[];
        unanswered: { asked: string }[];
      }>(`/figures?from=${day}&to=2026-11-24`)
    ).body;
    const { rows } = await database.pool.query('select count(*)::int as n from hotline_calls');
    expect(figures.calls).toBe(rows[0].n);
    expect(figures.articles).toEqual([expect.objectContaining({ used: 1 })]);
    expect(figures.unanswered.map((each) => each.asked)).toEqual(['Hỏi thủ tục cho ông ••• •••']);
    expect(figures.subjects.find((each) => each.category === 'power.outage')).toMatchObject({ reported: 1 });
    expect((await desk('/figures?from=2026-11-24&to=2026-11-23')).status).toBe(400);
    expect((await call('0944000111')).calls).toEqual([
      { at: expect.any(String), kinds: ['answered', 'unanswered'], asked: fields.question },
    ]);
  });
});
