import { type FormEvent, useState } from 'react';
import { Button, notify, Page, Stack, Text, TextField, useNavigateTo, useTexts } from '../kit/index.ts';
import { client } from './client.ts';
import { consoleWords } from './words.ts';

/** One's own password; the only page open to who must change it. */
export function PasswordPage({ must, onChanged }: { must: boolean; onChanged: () => void }) {
  const t = useTexts(consoleWords);
  const navigate = useNavigateTo();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await client.call('POST /api/session/password', { body: { current, next } });
      notify({ title: t('changed'), kind: 'done' });
      onChanged();
      navigate('/console');
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return (
    <Page title={t('changePassword')} lead={must ? t('mustChange') : null}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap={4}>
          <TextField
            label={t('currentPassword')}
            kind="password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
            required
          />
          <TextField
            label={t('newPassword')}
            hint={t('passwordHint')}
            kind="password"
            autoComplete="new-password"
            value={next}
            onChange={setNext}
            required
          />
          {error ? <Text alarm>{error}</Text> : null}
          <div>
            <Button type="submit" kind="primary">
              {t('changePassword')}
            </Button>
          </div>
        </Stack>
      </form>
    </Page>
  );
}
