import { useState } from 'react';
import {
  Button,
  notify,
  notifyError,
  Panel,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  Tile,
  useFormats,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { StepBadge } from './bits.tsx';
import { client } from './client.ts';
import { type Call, isMatter } from './hotline-bits.ts';
import { hotlineWords } from './hotline-words.ts';

type Former = Call['reports'][number];

/** What the number reported and asked before, with what its unit said: read out to who asks how it stands. */
export function HotlineFormer({ call, onRecorded }: { call: Call; onRecorded: (kinds: readonly string[]) => void }) {
  const t = useTexts(hotlineWords);
  const formats = useFormats();
  return (
    <Panel title={`${t('former')}${call.reports.length > 0 ? ` (${call.reports.length})` : ''}`}>
      <Stack gap={3}>
        {call.reports.length === 0 ? (
          <Text soft>{call.phone ? t('formerNone') : t('formerHidden')}</Text>
        ) : (
          call.reports.map((one) => <One key={one.number} one={one} call={call} onRecorded={onRecorded} />)
        )}
        {call.calls.length > 0 ? (
          <Stack gap={1}>
            <Text strong>{t('formerCalls')}</Text>
            {call.calls.map((one) => (
              <Text key={one.at} small>
                {formats.instant(one.at)}:{' '}
                {one.asked ??
                  (one.kinds
                    .flatMap((kind) => isMatter(kind) ?? [])
                    .map((kind) => t(kind))
                    .join(', ') ||
                    t('nothingSaid'))}
              </Text>
            ))}
          </Stack>
        ) : null}
      </Stack>
    </Panel>
  );
}

function One({ one, call, onRecorded }: { one: Former; call: Call; onRecorded: (kinds: readonly string[]) => void }) {
  const t = useTexts(hotlineWords);
  const say = useSay();
  const formats = useFormats();
  const [busy, setBusy] = useState(false);
  const params = { id: call.id };
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tile>
      <Stack gap={1}>
        <Row gap={2} spread>
          <Text inline strong numbers>
            {one.number}
          </Text>
          <StepBadge step={one.step} />
        </Row>
        <Text>
          {say(one.categoryTitle)} · {one.areaName} · {t(one.role === 'sender' ? 'asSender' : 'asMeToo')}{' '}
          {formats.date(one.receivedAt)}
        </Text>
        {one.text ? <Text>{one.text}</Text> : null}
        {one.text === '' && one.role === 'sender' ? (
          <Text soft small>
            {t('onlyByCode')}
          </Text>
        ) : null}
        <Text small>{say(one.words)}</Text>
        {one.organisationName || one.dueAt ? (
          <Text small alarm={one.late}>
            {[
              one.organisationName ? say(one.organisationName) : null,
              one.dueAt ? t(one.late ? 'late' : 'due', { at: formats.instant(one.dueAt) }) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        ) : null}
        {one.said ? <Text>{t('unitSaid', { text: one.said.text })}</Text> : null}
        <ProvenanceMark provenance={one.provenance as 'measured'} />
        {one.may.includes('code') ? (
          <Row gap={2}>
            <Button
              busy={busy}
              aria-label={`${t('tellResult')}: ${one.number}`}
              onClick={() =>
                void run(async () => {
                  const body = { kind: 'followed' as const, number: one.number };
                  onRecorded(
                    (await client.call('POST /api/reports/hotline/calls/:id/matters', { params, body })).kinds,
                  );
                })
              }
            >
              {t('tellResult')}
            </Button>
            {call.isMobile ? (
              <Button
                kind="quiet"
                busy={busy}
                aria-label={`${t('resend')}: ${one.number}`}
                onClick={() =>
                  void run(async () => {
                    const body = { number: one.number };
                    const { sms } = await client.call('POST /api/reports/hotline/calls/:id/code', { params, body });
                    notify(
                      sms === 'posted'
                        ? { title: t('resent'), kind: 'done' }
                        : { title: t('resentNoCarrier'), kind: 'alarm' },
                    );
                  })
                }
              >
                {t('resend')}
              </Button>
            ) : null}
          </Row>
        ) : null}
      </Stack>
    </Tile>
  );
}
