import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import {
  Button,
  CheckField,
  ChoiceField,
  ErrorState,
  PhotoInput,
  ProblemError,
  Row,
  recall,
  remember,
  SideSheet,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { ReportPhotos, UnitChoice, useCategoryChoices } from './bits.tsx';
import { withinChoices } from './bulk.tsx';
import { client, type DeskReport, sendPhoto } from './client.ts';
import { words } from './words.ts';

export type Act =
  | 'moderate'
  | 'begin'
  | 'propose'
  | 'approve'
  | 'return'
  | 'transfer'
  | 'recategorise'
  | 'ask'
  | 'note'
  | 'assign'
  | 'refuse';

type FormProps = { report: DeskReport; run: (work: () => Promise<unknown>) => Promise<void>; busy: boolean };

/** What is done with a report, in a sheet beside it; what the server refuses stands there in its words. */
export function ActSheet(props: {
  act: Act | null;
  report: DeskReport;
  onClose: () => void;
  onDone: () => void;
  onGone: (text: string) => void;
}) {
  const { act, report, onClose, onDone, onGone } = props;
  const t = useTexts(words);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
      onDone();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const form = { report, run, busy };
  const forms: Record<Act, () => ReactNode> = {
    moderate: () => <Moderate {...form} />,
    begin: () => <Begin {...form} />,
    propose: () => <Propose {...form} />,
    approve: () => <Approve {...form} />,
    return: () => <Said {...form} what="return" label={t('reason')} verb={t('returnAnswer')} />,
    transfer: () => <Transfer {...form} onGone={onGone} />,
    recategorise: () => <Recategorise {...form} />,
    ask: () => (
      <Said {...form} what="ask" label={t('askText')} hint={t('askHint')} verb={t('ask')} template="question" />
    ),
    note: () => <Said {...form} what="note" label={t('noteText')} verb={t('note')} />,
    assign: () => <Assign {...form} />,
    refuse: () => <Said {...form} what="refuse" label={t('reasonToCitizen')} verb={t('refuse')} template="refusal" />,
  };
  return (
    <SideSheet
      opened={act !== null}
      onClose={() => {
        setRefusal(null);
        onClose();
      }}
      title={act ? (act === 'return' ? t('returnAnswer') : t(act)) : ''}
      modal
      width={600}
    >
      {act ? (
        <Stack gap={4}>
          {refusal ? <ErrorState error={refusal} /> : null}
          {forms[act]()}
        </Stack>
      ) : null}
    </SideSheet>
  );
}

/** Ready texts that fit; one chosen is put into the field to be made one's own. */
function TemplateChoice({
  report,
  kind,
  onChoose,
}: {
  report: DeskReport;
  kind: 'answer' | 'question' | 'refusal' | 'transfer';
  onChoose: (text: string) => void;
}) {
  const t = useTexts(words);
  const say = useSay();
  const found = useQuery(client.ask('GET /api/reports/templates', { query: { kind, category: report.category } }));
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <ChoiceField
      label={t('template')}
      value={undefined}
      onChange={(id) => {
        const chosen = items.find((one) => one.id === id);
        if (!chosen) return;
        onChoose(
          chosen.text
            .replaceAll('{số}', report.number)
            .replaceAll('{lĩnh vực}', say(report.categoryTitle))
            .replaceAll('{đơn vị}', report.organisationName ? say(report.organisationName) : ''),
        );
      }}
      choices={items.map((one) => ({ value: one.id, title: one.title }))}
    />
  );
}

function Begin({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const formats = useFormats();
  return (
    <>
      <Text>{report.dueAt ? t('dueAt', { at: formats.instant(report.dueAt) }) : t('stands')}</Text>
      <Row>
        <Button
          kind="primary"
          busy={busy}
          onClick={() =>
            void run(() =>
              client.call('POST /api/reports/desk/:id/begin', {
                params: { id: report.id },
                body: { version: report.version },
              }),
            )
          }
        >
          {report.step === 'asked' ? t('goOn') : t('begin')}
        </Button>
      </Row>
    </>
  );
}

const maskWords = ['phone', 'identity-number', 'email', 'plate', 'name', 'insult'] as const;

function Moderate({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const [decision, setDecision] = useState<'publish' | 'keep' | 'refuse'>('publish');
  const [text, setText] = useState(report.publicText ?? report.text);
  const before = report.photos.filter((photo) => photo.part === 'before');
  const [photos, setPhotos] = useState<string[]>(before.filter((one) => one.isPublic).map((one) => one.fileId));
  const [reason, setReason] = useState('');
  const kinds = maskWords.filter((kind) => report.found.some((one) => one.kind === kind)).map((kind) => t(kind));
  const isReady = decision === 'publish' ? text.trim() !== '' : reason.trim() !== '';
  return (
    <>
      <ChoiceField
        label={t('decision')}
        required
        value={decision}
        onChange={(value) => setDecision((value as typeof decision) ?? 'publish')}
        choices={[
          { value: 'publish', title: t('publish') },
          { value: 'keep', title: t('keep') },
          { value: 'refuse', title: t('refuseDecision') },
        ]}
      />
      {decision === 'publish' ? (
        <>
          <TextAreaField
            label={t('publicText')}
            hint={t('moderateHint')}
            required
            rows={6}
            value={text}
            onChange={setText}
          />
          {kinds.length > 0 ? <Text alarm>{t('found', { kinds: kinds.join(', ') })}</Text> : null}
          {before.length > 0 ? <Text strong>{t('photosPublic')}</Text> : null}
          {before.map((photo, n) => (
            <Row key={photo.fileId} gap={3}>
              <CheckField
                label={t('photoN', { n: n + 1 })}
                value={photos.includes(photo.fileId)}
                onChange={(on) =>
                  setPhotos((now) => (on ? [...now, photo.fileId] : now.filter((id) => id !== photo.fileId)))
                }
              />
              <ReportPhotos number={report.number} photos={[photo]} />
            </Row>
          ))}
        </>
      ) : (
        <TextAreaField
          label={decision === 'refuse' ? t('reasonToCitizen') : t('reason')}
          required
          rows={4}
          value={reason}
          onChange={setReason}
        />
      )}
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={!isReady}
          onClick={() =>
            void run(() =>
              client.call('POST /api/reports/desk/:id/moderate', {
                params: { id: report.id },
                body: {
                  version: report.version,
                  decision,
                  ...(decision === 'publish' ? { text, photos } : { reason }),
                },
              }),
            )
          }
        >
          {t('save')}
        </Button>
      </Row>
    </>
  );
}

function Propose({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const key = `dttm.report-answer.${report.id}`;
  const [text, setText] = useState(() => recall(key) ?? '');
  const [photos, setPhotos] = useState<File[]>([]);
  const write = (value: string) => {
    setText(value);
    remember(key, value);
  };
  return (
    <>
      <TemplateChoice report={report} kind="answer" onChoose={write} />
      <TextAreaField label={t('answerText')} hint={t('proposeHint')} required rows={8} value={text} onChange={write} />
      <PhotoInput label={t('afterPhotos')} photos={photos} onChange={setPhotos} />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={text.trim() === ''}
          onClick={() =>
            void run(async () => {
              const uploads = [];
              for (const photo of photos) uploads.push(await sendPhoto(photo, photo.name));
              await client.call('POST /api/reports/desk/:id/propose', {
                params: { id: report.id },
                body: { version: report.version, text, uploads },
              });
              remember(key, null);
            })
          }
        >
          {t('propose')}
        </Button>
      </Row>
    </>
  );
}

function Approve({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const waiting = report.answers.findLast((answer) => answer.state === 'proposed');
  const [text, setText] = useState(waiting?.text ?? '');
  return (
    <>
      <Text>{t('approveHappens')}</Text>
      <TextAreaField label={t('approveEdit')} required rows={8} value={text} onChange={setText} />
      <ReportPhotos
        number={report.number}
        photos={(waiting?.fileIds ?? []).map((fileId) => ({ fileId, part: 'after' }))}
      />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={text.trim() === ''}
          onClick={() =>
            void run(() =>
              client.call('POST /api/reports/desk/:id/approve', {
                params: { id: report.id },
                body: { version: report.version, text },
              }),
            )
          }
        >
          {t('approve')}
        </Button>
      </Row>
    </>
  );
}

function Transfer({ report, busy, run, onGone }: FormProps & { onGone: (text: string) => void }) {
  const t = useTexts(words);
  const say = useSay();
  const [unit, setUnit] = useState('');
  const [reason, setReason] = useState('');
  return (
    <>
      <Text>{t('transferHint')}</Text>
      <UnitChoice label={t('toUnit')} value={unit} onChange={setUnit} />
      <TemplateChoice report={report} kind="transfer" onChoose={setReason} />
      <TextAreaField label={t('reason')} required rows={4} value={reason} onChange={setReason} />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={unit === '' || reason.trim() === ''}
          onClick={() =>
            void run(async () => {
              const moved = await client.call('POST /api/reports/desk/:id/transfer', {
                params: { id: report.id },
                body: { version: report.version, organisationId: unit, reason },
              });
              onGone(t('transferredTo', { name: say(moved.organisationName), n: moved.transfers }));
            })
          }
        >
          {t('transfer')}
        </Button>
      </Row>
    </>
  );
}

function Recategorise({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const [category, setCategory] = useState(report.category);
  const [urgency, setUrgency] = useState(report.urgency);
  const choices = useCategoryChoices();
  return (
    <>
      <ChoiceField
        label={t('category')}
        required
        value={category}
        onChange={(value) => setCategory(value ?? report.category)}
        choices={choices.filter((one) => one.parent !== null)}
      />
      <ChoiceField
        label={t('urgency')}
        required
        value={urgency}
        onChange={(value) => setUrgency((value as typeof urgency) ?? report.urgency)}
        choices={(['normal', 'urgent', 'emergency'] as const).map((value) => ({ value, title: t(value) }))}
      />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          onClick={() =>
            void run(() =>
              client.call('POST /api/reports/desk/:id/category', {
                params: { id: report.id },
                body: { version: report.version, category, urgency },
              }),
            )
          }
        >
          {t('recategorise')}
        </Button>
      </Row>
    </>
  );
}

function Assign({ report, run, busy }: FormProps) {
  const t = useTexts(words);
  const [requestId] = useState(() => crypto.randomUUID());
  const [unit, setUnit] = useState('');
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [dueWithin, setDueWithin] = useState('P1D');
  return (
    <>
      <UnitChoice label={t('joint')} value={unit} onChange={setUnit} />
      <TextField label={t('taskTitle')} required value={title} onChange={setTitle} maxLength={300} />
      <TextAreaField label={t('noteText')} rows={3} value={text} onChange={setText} />
      <ChoiceField
        label={t('within')}
        required
        value={dueWithin}
        onChange={(value) => setDueWithin(value ?? 'P1D')}
        choices={withinChoices(t)}
      />
      <Row>
        <Button
          kind="primary"
          busy={busy}
          disabled={unit === '' || title.trim() === ''}
          onClick={() =>
            void run(() =>
              client.call('POST /api/reports/desk/:id/tasks', {
                params: { id: report.id },
                body: { title, text, organisationId: unit, dueWithin, requestId },
              }),
            )
          }
        >
          {t('assign')}
        </Button>
      </Row>
    </>
  );
}

/** An act that is one text: a question, a note, a reason. */
function Said(
  props: FormProps & {
    what: 'ask' | 'note' | 'refuse' | 'return';
    label: string;
    hint?: string;
    verb: string;
    template?: 'question' | 'refusal';
  },
) {
  const { report, run, busy, what, label, hint, verb, template } = props;
  const [text, setText] = useState('');
  const send = (): Promise<unknown> => {
    const params = { id: report.id };
    const { version } = report;
    switch (what) {
      case 'ask':
        return client.call('POST /api/reports/desk/:id/ask', { params, body: { version, text } });
      case 'note':
        return client.call('POST /api/reports/desk/:id/note', { params, body: { text } });
      case 'refuse':
        return client.call('POST /api/reports/desk/:id/refuse', { params, body: { version, reason: text } });
      case 'return':
        return client.call('POST /api/reports/desk/:id/return', { params, body: { version, reason: text } });
    }
  };
  return (
    <>
      {template ? <TemplateChoice report={report} kind={template} onChoose={setText} /> : null}
      <TextAreaField label={label} required rows={5} value={text} onChange={setText} {...(hint ? { hint } : {})} />
      <Row>
        <Button kind="primary" busy={busy} disabled={text.trim() === ''} onClick={() => void run(send)}>
          {verb}
        </Button>
      </Row>
    </>
  );
}
