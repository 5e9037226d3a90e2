import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  ChoiceField,
  ConfirmAct,
  notifyError,
  Panel,
  Row,
  Stack,
  TextAreaField,
  TextField,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { voiceWords } from './voice-words.ts';

type ModerateProps = {
  of: { id: string; title: string; body: string; organisationId: string; version: number };
  onDone: () => Promise<unknown>;
};

/** A person reads an initiative before everybody does: its words, who must answer it, or why it is not published. */
export function ModeratePart({ of, onDone }: ModerateProps) {
  const t = useTexts(voiceWords);
  const say = useSay();
  const units = useQuery(client.ask('GET /api/organisations', { query: { limit: 500, offset: 0 } }));
  const [title, setTitle] = useState(of.title);
  const [body, setBody] = useState(of.body);
  const [organisationId, setOrganisationId] = useState<string | undefined>(of.organisationId);
  const [busy, setBusy] = useState(false);
  const [refusing, setRefusing] = useState(false);
  const params = { id: of.id };
  const publish = async () => {
    setBusy(true);
    try {
      await client.call('POST /api/participation/initiatives/:id/publish', {
        params,
        body: { title, body, organisationId: organisationId ?? of.organisationId, expectedVersion: of.version },
      });
      await onDone();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t('moderation')}>
      <Stack gap={3}>
        <TextField label={t('publishTitle')} required value={title} onChange={setTitle} maxLength={200} />
        <TextAreaField
          label={t('publishBody')}
          hint={t('publishHint')}
          required
          rows={6}
          value={body}
          onChange={setBody}
        />
        <ChoiceField
          label={t('unit')}
          required
          value={organisationId}
          onChange={setOrganisationId}
          choices={(units.data?.items ?? []).map((one) => ({ value: one.id, title: say(one.name) }))}
        />
        <Row gap={3}>
          <Button
            kind="primary"
            busy={busy}
            disabled={title.trim().length < 10 || body.trim().length < 10 || !organisationId}
            onClick={() => void publish()}
          >
            {t('publish')}
          </Button>
          <Button onClick={() => setRefusing(true)}>{t('refuse')}</Button>
        </Row>
      </Stack>
      <ConfirmAct
        opened={refusing}
        onClose={() => setRefusing(false)}
        title={t('refuseAsk')}
        happens={t('refuseHappens')}
        undo={t('noUndo')}
        verb={t('refuse')}
        danger
        reason={{ label: t('reason'), required: true }}
        onConfirm={async (reason) => {
          await client.call('POST /api/participation/initiatives/:id/refuse', {
            params,
            body: { reason, expectedVersion: of.version },
          });
          await onDone();
        }}
      />
    </Panel>
  );
}
