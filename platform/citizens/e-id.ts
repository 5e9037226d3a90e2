/** Sign-in by the national electronic identity, as an OpenID Connect relying party (code flow with PKCE). */
import { createHash } from 'node:crypto';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Db } from '../database/index.ts';
import { refuse } from '../words/index.ts';
import type { CitizensTables } from './tables.ts';

export type EIdOptions = {
  /** the provider; its metadata are read when first needed */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** where the provider sends people back to: this platform's public address */
  publicUrl: string;
  scope: string;
  /** names of the claims that carry the citizen's number, and the code of the unit of residence */
  numberClaim: string;
  residenceClaim: string;
};

export type EIdPerson = { number: string; name: string | null; residence: string | null };

export type EId = {
  configured: boolean;
  /** Where to send the browser, and the state it must bring back in its cookie. */
  begin(returnTo: string): Promise<{ url: string; state: string }>;
  /** The person is back: a session's token, and where in the platform they were. */
  end(query: string, state: string | undefined): Promise<{ token: string; returnTo: string }>;
};

const WAITS_MS = 15 * 60_000;
const CALLBACK = '/api/citizens/e-id/callback';

export function createEId(parts: {
  db: Db;
  now: () => Date;
  options: EIdOptions | undefined;
  enter(person: EIdPerson): Promise<string>;
}): EId {
  const { options, now } = parts;
  const tables = parts.db.withTables<CitizensTables>();
  let provider: Promise<Configuration> | null = null;

  const configuration = (given: EIdOptions): Promise<Configuration> => {
    const issuer = new URL(given.issuer);
    // Plain http is for a provider on this very machine, as in tests.
    const insecure = issuer.protocol === 'http:' && issuer.hostname === '127.0.0.1';
    provider ??= discovery(issuer, given.clientId, given.clientSecret, undefined, {
      execute: insecure ? [allowInsecureRequests] : [],
      timeout: 10,
    }).catch((error: unknown) => {
      provider = null;
      throw away(error);
    });
    return provider;
  };
  const demandOptions = (): EIdOptions => {
    if (!options) throw notConfigured();
    return options;
  };

  return {
    configured: options !== undefined,
    async begin(returnTo) {
      const given = demandOptions();
      const config = await configuration(given);
      const verifier = randomPKCECodeVerifier();
      const [state, nonce] = [randomState(), randomNonce()];
      const at = now();
      await tables
        .deleteFrom('e_id_requests')
        .where('created_at', '<', new Date(at.getTime() - WAITS_MS))
        .execute();
      await tables
        .insertInto('e_id_requests')
        .values({ state_hash: hash(state), verifier, nonce, return_to: ownPath(returnTo), created_at: at })
        .execute();
      const url = buildAuthorizationUrl(config, {
        redirect_uri: new URL(CALLBACK, given.publicUrl).href,
        scope: given.scope,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url: url.href, state };
    },

    async end(query, state) {
      const given = demandOptions();
      const config = await configuration(given);
      // The state must be one that this browser was given, and it is good once.
      const request =
        state === undefined
          ? undefined
          : await tables
              .deleteFrom('e_id_requests')
              .where('state_hash', '=', hash(state))
              .where('created_at', '>', new Date(now().getTime() - WAITS_MS))
              .returningAll()
              .executeTakeFirst();
      if (!request || state === undefined) throw startAgain();
      const back = new URL(CALLBACK, given.publicUrl);
      back.search = query;
      let claims: Record<string, unknown>;
      try {
        const tokens = await authorizationCodeGrant(config, back, {
          pkceCodeVerifier: request.verifier,
          expectedState: state,
          expectedNonce: request.nonce,
          idTokenExpected: true,
        });
        const own = tokens.claims();
        if (!own) throw new Error('the provider sent no identity');
        claims = { ...own, ...(await fetchUserInfo(config, tokens.access_token, own.sub)) };
      } catch (error) {
        throw refusedThere(error);
      }
      const number = claims[given.numberClaim];
      if (typeof number !== 'string' || !/^\d{12}$/.test(number)) throw noNumber();
      const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
      const token = await parts.enter({
        number,
        name: text(claims.name),
        residence: text(claims[given.residenceClaim]),
      });
      return { token, returnTo: request.return_to };
    },
  };
}

/** A path of our own only: an address elsewhere would make us a door for phishing. */
function ownPath(given: string): string {
  try {
    const url = new URL(given, 'http://own.invalid');
    return url.origin === 'http://own.invalid' && !given.includes('\\') ? url.pathname + url.search : '/';
  } catch {
    return '/';
  }
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

function notConfigured() {
  return refuse(404, 'no-e-id', {
    vi: 'Chưa kết nối định danh điện tử quốc gia. Hãy dùng số điện thoại hoặc thư điện tử.',
    en: 'The national identity is not connected. Use a phone number or e-mail.',
  });
}

function away(error: unknown) {
  return refuse(503, 'e-id-away', {
    vi: 'Hệ thống định danh điện tử không trả lời. Hãy thử lại sau ít phút.',
    en: `The national identity does not answer. Try again in a few minutes. (${error instanceof Error ? error.message : ''})`,
  });
}

function startAgain() {
  return refuse(400, 'start-again', {
    vi: 'Lần đăng nhập này đã hết hạn hoặc không bắt đầu từ trang của chúng tôi. Hãy đăng nhập lại.',
    en: 'This sign-in has expired or did not begin at our page. Sign in again.',
  });
}

function refusedThere(error: unknown) {
  return refuse(401, 'e-id-refused', {
    vi: 'Hệ thống định danh điện tử không xác nhận được. Hãy đăng nhập lại.',
    en: `The national identity did not confirm you. Sign in again. (${error instanceof Error ? error.message : ''})`,
  });
}

function noNumber() {
  return refuse(422, 'no-citizen-number', {
    vi: 'Hệ thống định danh không gửi số định danh cá nhân, nên chưa xác nhận được bạn.',
    en: 'The national identity did not send a citizen’s number, so that you could not be confirmed.',
  });
}
