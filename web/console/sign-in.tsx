import { type FormEvent, useState } from 'react';
import { Button, Heading, LanguageSwitch, Row, Stack, Text, TextField, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { consoleWords } from './words.ts';

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Log-in, and on a fresh platform the first administrator. The page is loaded anew after it, with its rights. */
export function SignIn({ setupNeeded }: { setupNeeded: boolean }) {
  const t = useTexts(consoleWords);
  const [loginName, setLoginName] = useState('');
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      if (setupNeeded) {
        await client.call('POST /api/setup', { body: { loginName, name, password, ...(token ? { token } : {}) } });
      } else {
        await client.call('POST /api/session', { body: { loginName, password } });
      }
      const wanted = new URLSearchParams(window.location.search).get('to');
      // Only an address of this console: a link must not lead a signed-in officer to another site.
      window.location.assign(wanted?.startsWith('/console') ? wanted : '/console');
    } catch (problem) {
      setError(said(problem));
      setBusy(false);
    }
  };

  return (
    <main className="k-sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap={4}>
          <Row spread>
            <Text strong>{t('product')}</Text>
            <LanguageSwitch />
          </Row>
          <Heading level={1}>{setupNeeded ? t('setup') : t('signIn')}</Heading>
          <Text soft>{setupNeeded ? t('setupLead') : t('signInLead')}</Text>
          <TextField
            label={t('loginName')}
            value={loginName}
            onChange={setLoginName}
            autoComplete="username"
            required
          />
          {setupNeeded ? (
            <TextField label={t('name')} value={name} onChange={setName} autoComplete="name" required />
          ) : null}
          <TextField
            label={t('password')}
            kind="password"
            value={password}
            onChange={setPassword}
            autoComplete={setupNeeded ? 'new-password' : 'current-password'}
            {...(setupNeeded ? { hint: t('passwordHint') } : {})}
            required
          />
          {setupNeeded ? (
            <TextField label={t('setupCode')} hint={t('setupCodeHint')} value={token} onChange={setToken} />
          ) : null}
          {error ? (
            <div role="alert">
              <Text alarm>{error}</Text>
            </div>
          ) : null}
          <Button type="submit" kind="primary" wide busy={busy}>
            {setupNeeded ? t('create') : t('signIn')}
          </Button>
        </Stack>
      </form>
    </main>
  );
}
