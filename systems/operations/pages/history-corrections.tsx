import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Answer,
  Button,
  ChoiceField,
  InstantField,
  NumberField,
  notify,
  notifyError,
  Panel,
  ScrollRegion,
  SideSheet,
  Stack,
  Text,
  TextAreaField,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { platformClient } from '../../../web/kit/province.ts';
import { historyWords } from './history-words.ts';

const actions = ['replace', 'delete', 'flag', 'restore'] as const;
type Action = (typeof actions)[number];

/** What was corrected, by whom and why, with the old values; for those who may, the form that corrects. */
export function HistoryCorrections(props: {
  entity: string;
  property: string;
  unit: string;
  from: string;
  to: string;
  onDone: () => void;
}) {
  const { entity, property, unit } = props;
  const t = useTexts(historyWords);
  const formats = useFormats();
  const [opened, setOpened] = useState(false);
  const trace = useQuery(
    platformClient.ask('GET /api/history/:entity/:property/corrections', {
      params: { entity, property },
      query: { from: props.from, to: props.to },
    }),
  );
  const judged = (one: { value: number; quality: number } | null): string => {
    if (!one) return '';
    const value = formats.quantity(one.value, unit);
    return one.quality === 0 ? value : `${value} (${t(one.quality === 3 ? 'removed' : 'faulty')})`;
  };
  return (
    <Panel
      title={t('corrections')}
      tools={trace.data?.mayCorrect ? <Button onClick={() => setOpened(true)}>{t('correct')}</Button> : null}
    >
      <Answer of={trace} isEmpty={(data) => data.revisions.length === 0} empty={<Text soft>{t('none')}</Text>}>
        {({ corrections, revisions }) => (
          <Stack gap={4}>
            {corrections.length > 0 ? (
              <ScrollRegion label={t('corrections')}>
                <table className="k-plain-table">
                  <thead>
                    <tr>
                      {(['when', 'by', 'action', 'n', 'from', 'to', 'reason'] as const).map((word) => (
                        <th key={word} scope="col">
                          {t(word)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {corrections.map((one) => (
                      <tr key={one.id}>
                        <td className="k-num">{formats.instant(one.at)}</td>
                        <td>{one.by}</td>
                        <td>{t(one.action)}</td>
                        <td className="k-right k-num">{formats.number(one.n)}</td>
                        <td className="k-num">{formats.instant(one.from)}</td>
                        <td className="k-num">{formats.instant(one.to)}</td>
                        <td>{one.reason}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollRegion>
            ) : null}
            <Text strong>{t('revised')}</Text>
            <ScrollRegion label={t('revised')}>
              <table className="k-plain-table">
                <thead>
                  <tr>
                    {(['at', 'old', 'present', 'by'] as const).map((word) => (
                      <th key={word} scope="col">
                        {t(word)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {revisions.slice(0, 200).map((row, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: one instant may have been replaced several times
                    <tr key={index}>
                      <td className="k-num">{formats.instant(row.at)}</td>
                      <td className="k-num">{judged(row.old)}</td>
                      <td className="k-num">{judged(row.now)}</td>
                      <td>{corrections.find((one) => one.id === row.correction)?.by ?? t('resent')}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </Stack>
        )}
      </Answer>
      <SideSheet opened={opened} onClose={() => setOpened(false)} title={t('correct')} modal>
        <CorrectionForm
          entity={entity}
          property={property}
          unit={unit}
          onDone={() => {
            setOpened(false);
            void trace.refetch();
            props.onDone();
          }}
        />
      </SideSheet>
    </Panel>
  );
}

function CorrectionForm(props: { entity: string; property: string; unit: string; onDone: () => void }) {
  const t = useTexts(historyWords);
  const formats = useFormats();
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const [action, setAction] = useState<Action>('delete');
  const [value, setValue] = useState<number>();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const isInstant = (text: string | undefined): text is string => text !== undefined && /^\d{4}-.*Z$/.test(text);
  const whole =
    isInstant(from) && isInstant(to) && reason.trim().length >= 5 && (action !== 'replace' || value !== undefined);
  const save = async () => {
    if (!whole) return;
    setBusy(true);
    try {
      const { changed } = await platformClient.call('POST /api/history/:entity/:property/corrections', {
        params: { entity: props.entity, property: props.property },
        body: {
          from,
          to,
          reason: reason.trim(),
          change:
            action === 'replace'
              ? { action, value: value ?? 0 }
              : action === 'flag'
                ? { action, quality: 2 }
                : { action },
        },
      });
      notify({ title: t('done', { n: formats.number(changed) }), kind: 'done' });
      props.onDone();
    } catch (error) {
      notifyError(error);
    }
    setBusy(false);
  };
  return (
    <Stack gap={4}>
      <InstantField label={t('from')} required value={from} onChange={setFrom} />
      <InstantField label={t('to')} required value={to} onChange={setTo} />
      <ChoiceField
        label={t('action')}
        required
        value={action}
        onChange={(chosen) => setAction(actions.find((one) => one === chosen) ?? 'delete')}
        choices={actions.map((one) => ({ value: one, title: t(one) }))}
      />
      {action === 'replace' ? (
        <NumberField label={t('value')} required unit={props.unit} value={value} onChange={setValue} />
      ) : null}
      <TextAreaField label={t('reason')} required value={reason} onChange={setReason} />
      <Button kind="primary" busy={busy} disabled={!whole} onClick={() => void save()}>
        {t('save')}
      </Button>
    </Stack>
  );
}
