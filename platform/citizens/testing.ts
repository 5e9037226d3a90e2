/** For tests only: a national identity of one's own, a real OpenID Connect provider on this machine. */
import { createServer, type Server } from 'node:http';
import Provider from 'oidc-provider';

export type TestPerson = { number?: string; name?: string; residence?: string };

export type TestEId = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  people: Map<string, TestPerson>;
  close(): Promise<void>;
};

/** Signs everybody in as the `login_hint` says, without asking; the redirect addresses are known beforehand. */
export async function startEId(redirectUri: string): Promise<TestEId> {
  const people = new Map<string, TestPerson>();
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const client = { client_id: 'thai-binh', client_secret: 'a-secret-of-the-test-that-is-long-enough' };
  let signingIn = '';
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post' }],
    claims: { openid: ['sub'], profile: ['name', 'citizen_id', 'residence_unit'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => {
        const { number, name, residence } = people.get(id) ?? {};
        return { sub: id, name, citizen_id: number, residence_unit: residence };
      },
    }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['test'] },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const asked = new URL(request.url ?? '/', issuer);
    if (asked.pathname === '/auth') signingIn = asked.searchParams.get('login_hint') ?? signingIn;
    if (!asked.pathname.startsWith('/interaction/')) return void handle(request, response);
    provider
      .interactionDetails(request, response)
      .then(async (details) => {
        const grant = new provider.Grant({ accountId: signingIn, clientId: client.client_id });
        grant.addOIDCScope('openid profile');
        const consent = { grantId: await grant.save() };
        await provider.interactionFinished(request, response, { login: { accountId: signingIn }, consent });
        return details;
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    people,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A browser that follows redirects and keeps cookies by host; stops where it is sent to the platform. */
export async function signInThere(url: string, who: string, platform: string): Promise<string> {
  const jar = new Map<string, string>();
  let next = `${url}&login_hint=${encodeURIComponent(who)}`;
  for (let hop = 0; hop < 12; hop++) {
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`the provider answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    next = new URL(location, next).href;
    if (next.startsWith(platform)) return next;
  }
  throw new Error('too many redirects');
}
