import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import {
  Age,
  Button,
  ErrorState,
  notify,
  Panel,
  ProblemError,
  Row,
  Split,
  Stack,
  Text,
  TextAreaField,
  TextField,
  Tile,
  useRested,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { type Call, isMatter, useKey } from './hotline-bits.ts';
import { HotlineFormer } from './hotline-former.tsx';
import { HotlineKnowledge } from './hotline-knowledge.tsx';
import { HotlineReport } from './hotline-report.tsx';
import { hotlineWords } from './hotline-words.ts';

type Taken = { call: Call; name: string; at: string };

/** Before a call: who calls. In a call: who it is, what they say, what is known. All of it by keys. */
export function HotlineCall() {
  const t = useTexts(hotlineWords);
  const [taken, setTaken] = useState<Taken | null>(null);
  const [ended, setEnded] = useState<readonly string[] | null>(null);
  return taken ? (
    <InCall
      key={taken.call.id}
      taken={taken}
      onEnd={(kinds) => {
        setTaken(null);
        setEnded(kinds);
      }}
    />
  ) : (
    <Stack gap={5}>
      {ended ? (
        <div role="status">
          <Text>
            {t('ended')}.{' '}
            {ended.length > 0
              ? ended
                  .flatMap((kind) => isMatter(kind) ?? [])
                  .map((kind) => t(kind))
                  .join(', ')
              : t('endedEmpty')}
          </Text>
        </div>
      ) : null}
      <TakeCall onTaken={setTaken} />
    </Stack>
  );
}

/** What the operator must know before promising a message. */
function useSmsLine(): { line: string; isAlarm: boolean } | null {
  const t = useTexts(hotlineWords);
  const sms = useQuery({ ...client.ask('GET /api/reports/hotline'), refetchInterval: 60_000 }).data?.sms;
  if (!sms) return null;
  if (sms.carrier === 'none') return { line: t('smsNone'), isAlarm: true };
  if (sms.carrier === 'folder') return { line: t('smsFolder'), isAlarm: true };
  return sms.isDown ? { line: t('smsDown'), isAlarm: true } : { line: t('smsOk'), isAlarm: false };
}

function SmsLine() {
  const sms = useSmsLine();
  if (!sms) return null;
  return sms.isAlarm ? (
    <Tile tone="warn">
      <Text>{sms.line}</Text>
    </Tile>
  ) : (
    <Text soft small>
      {sms.line}
    </Text>
  );
}

function TakeCall({ onTaken }: { onTaken: (taken: Taken) => void }) {
  const t = useTexts(hotlineWords);
  const [phone, setPhone] = useState('');
  const [name, setName] = useState('');
  const [requestId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  useKey('F2', () => first.current?.focus());
  const take = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      const body = { requestId, ...(phone.trim() ? { phone } : {}), ...(name.trim() ? { name } : {}) };
      const call = await client.call('POST /api/reports/hotline/calls', { body });
      onTaken({ call, name: name.trim(), at: new Date().toISOString() });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <form className="k-form" onSubmit={(event) => void take(event)}>
      <Stack gap={4}>
        {refusal ? <ErrorState error={refusal} /> : null}
        <TextField
          label={t('phone')}
          hint={t('phoneHint')}
          kind="tel"
          autoComplete="off"
          required
          value={phone}
          onChange={setPhone}
          maxLength={30}
          ref={first}
        />
        <TextField label={t('name')} autoComplete="off" value={name} onChange={setName} maxLength={120} />
        <Text soft small prose>
          {t('takeHappens')}
        </Text>
        <Row>
          <Button kind="primary" type="submit" busy={busy}>
            {t('take')}
          </Button>
        </Row>
        <SmsLine />
      </Stack>
    </form>
  );
}

function InCall({ taken, onEnd }: { taken: Taken; onEnd: (kinds: readonly string[]) => void }) {
  const t = useTexts(hotlineWords);
  const { call, name, at } = taken;
  const [text, setText] = useState('');
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const said = useRested(text, 400);
  const content = useRef<HTMLDivElement>(null);
  const focusContent = () => content.current?.querySelector('textarea')?.focus();
  useEffect(() => content.current?.querySelector('textarea')?.focus(), []);
  useKey('F4', focusContent);
  const end = async () => {
    try {
      onEnd((await client.call('POST /api/reports/hotline/calls/:id/end', { params: { id: call.id } })).kinds);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      notify({ title: error.problem.title, detail: error.problem.detail, kind: 'alarm' });
    }
  };
  useKey('F2', () => void end());
  return (
    <Split
      sideWidth={460}
      main={
        <>
          <Panel title={t('caller')} tools={<Button onClick={() => void end()}>{t('end')}</Button>}>
            <Stack gap={1}>
              <Row gap={3} align="baseline">
                <Text inline strong numbers>
                  {call.phone ? `0${call.phone.slice(3)}` : t('hiddenNumber')}
                </Text>
                <Text inline>{name || t('noName')}</Text>
                <Text inline soft small>
                  <Age at={at} />
                </Text>
              </Row>
              {call.phone && !call.isMobile ? (
                <Text small soft>
                  {t('fixedLine')}
                </Text>
              ) : null}
              {kinds.length > 0 ? (
                <div role="status">
                  <Text small>
                    {t('recorded')}:{' '}
                    {kinds
                      .flatMap((kind) => isMatter(kind) ?? [])
                      .map((kind) => t(kind))
                      .join(', ')}
                  </Text>
                </div>
              ) : null}
            </Stack>
          </Panel>
          <div ref={content}>
            <TextAreaField
              label={t('content')}
              hint={t('contentHint')}
              required
              rows={4}
              value={text}
              onChange={setText}
            />
          </div>
          <HotlineReport
            call={call}
            text={text}
            onDone={(kind) => setKinds((now) => [...now, kind])}
            onAnother={() => {
              setText('');
              focusContent();
            }}
          />
        </>
      }
      side={
        <>
          <HotlineFormer call={call} onRecorded={setKinds} />
          <HotlineKnowledge call={call} said={said} onRecorded={setKinds} />
        </>
      }
    />
  );
}
