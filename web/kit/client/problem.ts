import type { Text } from '../../../platform/words/index.ts';

/** One refused part of an input; `at` is a JSON pointer (`body/name`) or a field's name. */
export type ProblemPart = { at: string; reason: string };

/** RFC 9457 problem details as the server sends them. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  errors?: ProblemPart[];
};

/** What a call that failed throws. `status` 0 is 'the server was not reached'. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
  get isOffline(): boolean {
    return this.problem.status === 0;
  }
  /** Not signed in, or without the right. */
  get isNoRight(): boolean {
    return this.problem.status === 401 || this.problem.status === 403;
  }

  /** The refused fields by name: `body/address/street` -> `address.street`. */
  fields(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const part of this.problem.errors ?? []) {
      const name = part.at.replace(/^(body|querystring|query|params)?\/?/, '').replaceAll('/', '.');
      found[name] ??= part.reason;
    }
    return found;
  }
}

const unreached: Text = {
  vi: 'Không kết nối được với máy chủ. Kiểm tra mạng rồi thử lại.',
  en: 'The server could not be reached. Check the network and try again.',
};

/** The problem of a call that got no answer. */
export function offlineProblem(language: keyof Text): Problem {
  return {
    type: 'urn:dttm:problem:offline',
    title: language === 'vi' ? 'Mất kết nối' : 'No connection',
    status: 0,
    code: 'offline',
    detail: unreached[language],
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'status' in value && 'title' in value && 'code' in value;
}

/** Reads a refusal; an answer that is not problem+json (a proxy's page) still becomes one. */
export async function problemOf(response: Response, language: keyof Text): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) {
    const body: unknown = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    if (isProblem(body)) return body;
  }
  return {
    type: 'urn:dttm:problem:unexpected-answer',
    title: language === 'vi' ? 'Máy chủ trả lời không đúng' : 'Unexpected answer',
    status: response.status,
    code: 'unexpected-answer',
    detail:
      language === 'vi'
        ? `Máy chủ trả lời mã ${response.status} không kèm lý do. Hãy thử lại sau ít phút.`
        : `The server answered ${response.status} without a reason. Try again in a few minutes.`,
  };
}
