import { useState } from 'react';
import {
  Button,
  ConfirmAct,
  Facts,
  notify,
  Panel,
  Row,
  SideSheet,
  Stack,
  Text,
  useFormats,
  useTexts,
} from '../../../web/kit/index.ts';
import { client } from './client.ts';
import { ruleWords } from './rule-words.ts';

type Rule = Awaited<ReturnType<typeof client.call<'GET /api/rules/:id'>>>;
type Version = Rule['versions'][number];

/** Every version with who made it: compared with what is there now, and a way back to it. */
export function VersionsPanel({ rule, onRestored }: { rule: Rule; onRestored: () => void }) {
  const t = useTexts(ruleWords);
  const formats = useFormats();
  const [compared, setCompared] = useState<Version | null>(null);
  const [restored, setRestored] = useState<Version | null>(null);
  const restore = async () => {
    if (!restored) return;
    const saved = await client.call('POST /api/rules/:id/restore', {
      params: { id: rule.id },
      body: { version: rule.version, to: restored.version },
    });
    notify({ title: t('saved', { n: saved.version }), kind: 'done' });
    onRestored();
  };
  return (
    <Panel title={t('versions')}>
      <Stack>
        {rule.versions.map((one) => (
          <Stack key={one.version} gap={1}>
            <Text strong>
              {t('oldVersion', { n: one.version })}
              {one.version === rule.version ? ` (${t('now')})` : ''} · {one.enabled ? t('on') : t('off')}
            </Text>
            <Text small soft>
              {formats.instant(one.editedAt)} · {one.editedBy?.name ?? t('system')}
            </Text>
            {one.version === rule.version ? null : (
              <Row gap={2}>
                <Button
                  kind="quiet"
                  onClick={() => setCompared(one)}
                  aria-label={`${t('compare')}: ${t('oldVersion', { n: one.version })}`}
                >
                  {t('compare')}
                </Button>
                {rule.may.includes('edit') ? (
                  <Button
                    kind="quiet"
                    onClick={() => setRestored(one)}
                    aria-label={`${t('restore')}: ${t('oldVersion', { n: one.version })}`}
                  >
                    {t('restore')}
                  </Button>
                ) : null}
              </Row>
            )}
          </Stack>
        ))}
      </Stack>
      <SideSheet
        opened={compared !== null}
        onClose={() => setCompared(null)}
        title={compared ? t('oldVersion', { n: compared.version }) : ''}
      >
        {compared ? <Differences then={compared} now={rule} /> : null}
      </SideSheet>
      <ConfirmAct
        opened={restored !== null}
        onClose={() => setRestored(null)}
        title={t('restoreAsk', { n: restored?.version ?? 0 })}
        verb={t('restore')}
        happens={t('restoreHappens', { n: restored?.version ?? 0 })}
        onConfirm={restore}
      />
    </Panel>
  );
}

function Differences({ then, now }: { then: Version; now: Rule }) {
  const t = useTexts(ruleWords);
  const names = {
    when: t('when'),
    clear: t('clear'),
    for: t('minutes'),
    severity: t('severity'),
    title: t('titleVi'),
    text: t('textVi'),
    inputs: t('figures'),
    active: t('times'),
    areas: t('areas'),
    entities: t('entities'),
    grades: t('grades'),
    holdsBack: t('holdsBack'),
    flapping: t('flapping'),
  };
  const parts = (Object.keys(names) as (keyof typeof names)[]).flatMap((name) => {
    const [before, after] = [written(then.definition[name]), written(now.definition[name])];
    return before === after ? [] : [{ name, before, after }];
  });
  if (parts.length === 0) return <Text soft>{t('noDifference')}</Text>;
  return (
    <Stack gap={5}>
      {parts.map(({ name, before, after }) => (
        <Stack key={name} gap={1}>
          <Text strong>{names[name]}</Text>
          <Facts
            facts={[
              { term: t('oldVersion', { n: then.version }), value: <code>{before}</code> },
              { term: t('now'), value: <code>{after}</code> },
            ]}
          />
        </Stack>
      ))}
    </Stack>
  );
}

const written = (part: unknown): string =>
  part === undefined ? '–' : typeof part === 'string' ? part : JSON.stringify(part);
