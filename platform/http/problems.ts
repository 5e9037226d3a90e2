import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Flaw, type Language, Refusal, type Text } from '../words/index.ts';

/** RFC 9457 problem details, with a stable `code` and the refused parts of the input. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  errors?: { at: string; reason: string }[];
};

export function languageOf(request: FastifyRequest): Language {
  const wanted = request.headers['accept-language'] ?? '';
  return /^\s*en\b/i.test(wanted) ? 'en' : 'vi';
}

const titles: Record<number, Text> = {
  400: { vi: 'Yêu cầu không hợp lệ', en: 'Bad request' },
  401: { vi: 'Cần đăng nhập', en: 'Sign-in needed' },
  403: { vi: 'Không có quyền', en: 'Not allowed' },
  404: { vi: 'Không tìm thấy', en: 'Not found' },
  409: { vi: 'Xung đột với thay đổi khác', en: 'Conflict' },
  413: { vi: 'Dữ liệu gửi lên quá lớn', en: 'Too large' },
  415: { vi: 'Kiểu dữ liệu không được nhận', en: 'Unsupported type' },
  422: { vi: 'Dữ liệu chưa đúng', en: 'Input refused' },
  429: { vi: 'Quá nhiều yêu cầu', en: 'Too many requests' },
  500: { vi: 'Lỗi hệ thống', en: 'Server error' },
  503: { vi: 'Hệ thống tạm thời bận', en: 'Temporarily unavailable' },
};

/** Turns anything thrown into a problem; what is not a refusal becomes a 500 with the request's id to look up. */
export function toProblem(error: unknown, request: FastifyRequest): Problem {
  const language = languageOf(request);
  if (error instanceof Refusal) return shape(error.status, error.code, error.text, error.flaws, language, request);
  const known = error as Partial<FastifyError>;
  if (known.validation) {
    const flaws = known.validation.map(
      (part): Flaw => ({
        at: `${known.validationContext ?? 'body'}${part.instancePath ?? ''}${missingOf(part.params)}`,
        reason: reasonOf(part.keyword, part.params, part.message ?? ''),
      }),
    );
    const text = {
      vi: 'Một số mục chưa đúng; xem từng mục, sửa rồi gửi lại.',
      en: 'Some fields are not right; see each, correct it and send again.',
    };
    return shape(400, 'invalid-input', text, flaws, language, request);
  }
  const away = awayOf(error);
  if (away) return shape(503, away.code, away.text, [], language, request);
  const status = known.statusCode ?? 500;
  if (status < 500) {
    const text = { vi: titles[status]?.vi ?? 'Yêu cầu bị từ chối', en: known.message ?? 'Refused' };
    return shape(status, (known.code ?? 'refused').toLowerCase().replaceAll('_', '-'), text, [], language, request);
  }
  const text = {
    vi: `Đã có lỗi ngoài dự kiến và đã được ghi lại. Hãy thử lại; nếu vẫn lỗi, báo quản trị mã ${request.id}.`,
    en: `Something unexpected happened and was logged. Try again; if it persists, tell the administrator code ${request.id}.`,
  };
  return shape(500, 'unexpected', text, [], language, request);
}

/** What passes by itself: a database that is full, away or starting. Whoever sent something keeps it and sends again. */
function awayOf(error: unknown): { code: string; text: Text } | null {
  const { code = '', message = '' } = error as { code?: unknown; message?: string };
  if (code === '53100' || code === 'ENOSPC') {
    return {
      code: 'storage-full',
      text: {
        vi: 'Máy chủ đã hết chỗ lưu; chưa có gì của lần gửi này được ghi. Hãy báo quản trị và gửi lại sau.',
        en: 'The server has no room left; nothing of this request was stored. Tell the administrator and send again later.',
      },
    };
  }
  // SQLSTATE classes of PostgreSQL: connection exceptions, too few resources, shut down or starting; and sockets.
  const isAway =
    /^(08...|53...|57P0.|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String(code)) ||
    /^(Connection terminated|timeout exceeded when trying to connect)/.test(message);
  if (!isAway) return null;
  return {
    code: 'database-away',
    text: {
      vi: 'Cơ sở dữ liệu tạm thời không trả lời; chưa có gì của lần gửi này được ghi. Hãy gửi lại sau ít giây.',
      en: 'The database does not answer at the moment; nothing of this request was stored. Send again in a few seconds.',
    },
  };
}

function shape(
  status: number,
  code: string,
  text: Text,
  flaws: Flaw[],
  language: Language,
  request: FastifyRequest,
): Problem {
  return {
    type: `urn:dttm:problem:${code}`,
    title: (titles[status] ?? titles[500])?.[language] ?? code,
    status,
    code,
    detail: text[language],
    instance: request.id,
    ...(flaws.length > 0 ? { errors: flaws.map((flaw) => ({ at: flaw.at, reason: flaw.reason[language] })) } : {}),
  };
}

function missingOf(params: Record<string, unknown>): string {
  return typeof params.missingProperty === 'string' ? `/${params.missingProperty}` : '';
}

const kinds: Record<string, string> = {
  string: 'chữ',
  number: 'số',
  integer: 'số nguyên',
  boolean: 'đúng hoặc sai (true, false)',
  array: 'danh sách',
  object: 'nhóm mục (object)',
  null: 'để trống (null)',
};

const kindsOf = (types: unknown): string =>
  [types]
    .flat()
    .map((one) => kinds[String(one)] ?? String(one))
    .join(' hoặc ');

function reasonOf(keyword: string, params: Record<string, unknown>, message: string): Text {
  const limit = String(params.limit ?? '');
  const reasons: Record<string, Text> = {
    required: { vi: 'thiếu mục này', en: 'is missing' },
    type: { vi: `phải là ${kindsOf(params.type)}`, en: `must be ${[params.type].flat().join(' or ')}` },
    minLength: { vi: `ít nhất ${limit} ký tự`, en: `at least ${limit} characters` },
    maxLength: { vi: `nhiều nhất ${limit} ký tự`, en: `at most ${limit} characters` },
    minimum: { vi: `không nhỏ hơn ${limit}`, en: `not below ${limit}` },
    maximum: { vi: `không lớn hơn ${limit}`, en: `not above ${limit}` },
    minItems: { vi: `ít nhất ${limit} phần tử`, en: `at least ${limit} items` },
    maxItems: { vi: `nhiều nhất ${limit} phần tử`, en: `at most ${limit} items` },
    format: { vi: `không đúng định dạng ${params.format}`, en: `is not a ${params.format}` },
    pattern: { vi: 'không đúng mẫu quy định', en: 'does not match the pattern' },
    additionalProperties: {
      vi: `có mục lạ ${params.additionalProperty}`,
      en: `has the unknown field ${params.additionalProperty}`,
    },
  };
  return reasons[keyword] ?? { vi: `chưa hợp lệ (${message})`, en: message };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Away, or more than fits just now: both pass soon. (Limits of attempts say in words how long they last.)
  const passes = problem.status === 503 || problem.code === 'too-much-at-once';
  if (passes && !reply.hasHeader('retry-after')) reply.header('retry-after', '5');
  return reply.code(problem.status).type('application/problem+json').send(problem);
}
